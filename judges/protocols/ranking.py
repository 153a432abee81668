"""Rankings in several orders of presentation, and the one ranking that they come to."""

from collections.abc import Mapping, Sequence
from typing import Any  # what is kept beside an answer is JSON

from evalplatform.agreement import AgreementError
from evalplatform.agreement.orderings import (
    average_rankings,
    find_concordance,
    parse_ranking,
    renumber,
    spell_ranking,
)
from judges.protocols.answer import Answer
from judges.protocols.order import read_order

DIGITS = 6


def read_ranking(said: str, shown_order: str) -> str | None:
    """What a ranking of the answers as shown means for the canonical order; None where it is no ranking of them all."""
    order = read_order(shown_order)
    try:
        return spell_ranking(renumber(parse_ranking(said.strip(), len(order)), order))
    except AgreementError:
        return None


def merge_rankings(ballots: Sequence[Mapping[str, Answer]], orders: Sequence[str], key: str) -> Answer:
    """The verdict of several orders: answers by their mean rank, ties where that is equal.

    `meta` holds what was said of each order, and Kendall's W of them all as `agreement`. Where one order has no ranking
    there is no verdict: the places would be out of balance.
    """
    answers = [ballot[key] for ballot in ballots]
    told: list[dict[str, Any]] = [
        {"shown": shown, **({"ranking": answer.code} if answer.code else {"absent": answer.absent})}
        for shown, answer in zip(orders, answers, strict=True)
    ]
    meta: dict[str, Any] = {"orders": told}
    if any(answer.meta for answer in answers):
        meta["repaired"] = [shown for shown, answer in zip(orders, answers, strict=True) if answer.meta]
    if failed := next((answer for answer in answers if answer.code is None), None):
        return Answer(absent=failed.absent, rationale=failed.rationale, meta=meta)
    size = len(read_order(orders[0]))
    rankings = [parse_ranking(answer.code or "", size) for answer in answers]
    agreement = find_concordance(rankings)
    if agreement is not None:
        meta["agreement"] = round(agreement, DIGITS)
    return Answer(code=spell_ranking(average_rankings(rankings)), rationale=answers[0].rationale, meta=meta)
