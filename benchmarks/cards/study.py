"""Studies with planted faults: found, found under another name, and honest people named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.cards.worlds import FAULTS, Fault, draw_answers
from evalplatform.agreement.raters import rater_cards

SEED = 20260


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fault at one strength.

    Attributes
    ----------
    found : share of faulty raters of all studies whose own sign stands out
    any_sign : share of them of whom any sign does
    honest : share of studies in which anybody else is named for anything
    studies : how many were drawn
    """

    fault: str
    strength: float
    found: float
    any_sign: float
    honest: float
    studies: int


def study(studies: int, faults: Iterable[Fault] = FAULTS) -> Iterator[Row]:
    """Draw so many studies of every fault and strength."""
    return (_try(fault, strength, studies) for fault in faults for strength in fault.strengths)


def _try(fault: Fault, strength: float, studies: int) -> Row:
    faulty = [f"r{code}" for code in range(fault.faulty if strength else 0)]
    counts = np.zeros(3)
    for number in range(studies):
        rng = np.random.default_rng([SEED, number, *fault.name.encode(), int(100 * strength)])
        named = {
            card.rater: {sign.name for sign in card.outstanding()}
            for card in rater_cards(draw_answers(fault, strength, rng))
        }
        signs = [named.pop(rater) for rater in faulty]
        found = sum(bool(held & fault.signs) for held in signs), sum(map(bool, signs))
        counts += *(part / max(len(signs), 1) for part in found), any(named.values())
    found_share, any_sign, honest = (counts / studies).tolist()
    return Row(
        fault=fault.name,
        strength=strength,
        found=found_share,
        any_sign=any_sign,
        honest=honest,
        studies=studies,
    )


def write_table(rows: Iterable[Row]) -> Iterator[str]:
    """Lines of markdown, as the rows come, each share with its Monte Carlo standard error."""
    yield "| fault | share of answers | found | named for anything | an honest rater named |"
    yield "|---|---|---|---|---|"
    for row in rows:
        shares = [_show(share, row.studies) for share in (row.found, row.any_sign, row.honest)]
        found, any_sign, honest = shares if row.strength else ["", "", shares[2]]
        yield f"| {row.fault} | {row.strength:g} | {found} | {any_sign} | {honest} |"


def _show(share: float, studies: int) -> str:
    return f"{share:.3f} ± {np.sqrt(share * (1 - share) / studies):.3f}"
