"""Scores weighted by probability: not the one value that was drawn, but the mean over all that could have been.

After G-Eval (Liu et al. 2023, arXiv 2303.16634). The odds of a value are those of the tokens it is written with, found
in the reply by their place. They are made to sum to one over the scale's legal values; the mass outside is kept beside.
"""

import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any  # scale values and schemas are any JSON value

from annotations.models import Absent
from judges.protocols.answer import Answer
from judges.protocols.order import turn_to_canonical
from judges.providers.base import Completion, Token

MOST_VALUES = 101
LEAST_LEGAL = 0.5  # with less of the mass on the scale, a mean over it would speak for the model falsely
MOST_UNRESOLVED = 0.05  # of alternatives that begin more than one value, such as 1 of 1 and 10
ROUNDING = 0.01
SPACE = b" \t\r\n"
AFTER = frozenset((b" ", b"\t", b"\r", b"\n", b",", b"}"))
DECODER = json.JSONDecoder()
DIGITS = 6

NO_ODDS, UNALIGNED, UNRESOLVED, OUTSIDE = "no_odds", "odds_unaligned", "odds_unresolved", "odds_outside"


@dataclass(frozen=True, slots=True)
class Odds:
    """Probability of each legal value among them all, and of whatever else in `outside`."""

    shares: dict[Any, float]
    outside: float

    def mean(self) -> float:
        """The mean of the values, which are numbers."""
        return float(sum(value * share for value, share in self.shares.items()))


def weigh_answers(
    answers: Mapping[str, Answer],
    *,
    completion: Completion,
    schema: Mapping[str, Any],
    shown_order: str,
    labels: Collection[str] = (),
) -> dict[str, Answer]:
    """The answers with confidence, and numbers as means, wherever the scale lists its values.

    `labels` names the criteria whose numbers are names: of them there is no mean. An answer whose odds cannot be read
    has no value, and `meta` tells why; so no mean stands beside a plain value under one criterion.
    """
    scales = {key: list_legal(part["properties"]["value"]) for key, part in schema["properties"].items()}
    return {
        key: _weigh(key, answer, scales[key], completion, shown_order, key in labels)
        if scales[key] and answer.absent is None
        else answer
        for key, answer in answers.items()
    }


def list_legal(schema: Mapping[str, Any]) -> list[Any]:
    """The values of a scale that has a list of them; empty where they are words, too many, or between any two."""
    if "enum" in schema:
        return list(schema["enum"])
    low, high = schema.get("minimum"), schema.get("maximum")
    if schema.get("type") != "integer" or low is None or high is None or high - low >= MOST_VALUES:
        return []
    return list(range(int(low), int(high) + 1))


def _weigh(
    key: str, answer: Answer, legal: list[Any], completion: Completion, shown_order: str, is_label: bool
) -> Answer:
    said = answer.number if answer.code is None else turn_to_canonical(answer.code, shown_order)
    odds = _find_odds(key, legal, completion)
    if isinstance(odds, str):
        return Answer(
            absent=Absent.UNPARSABLE, rationale=answer.rationale, meta={"weighted": odds, "said": said}
        )
    shares = {turn_to_canonical(str(value), shown_order): share for value, share in odds.shares.items()}
    weighed = replace(
        answer,
        confidence=round(odds.shares.get(said, 0.0), DIGITS),
        meta={
            "said": answer.number if answer.code is None else answer.code,
            "odds": {value: round(share, DIGITS) for value, share in shares.items()},
            "outside": round(odds.outside, DIGITS),
        },
    )
    return weighed if answer.code is not None or is_label else replace(weighed, number=odds.mean())


def _find_odds(key: str, legal: list[Any], completion: Completion) -> Odds | str:
    if key in completion.probabilities:
        stated = completion.probabilities[key]
        return _settle({value: stated.get(str(value), 0.0) for value in legal}, 0.0)
    if not completion.logprobs:
        return NO_ODDS
    return read_odds(completion.text, completion.logprobs, key=key, legal=legal)


def read_odds(text: str, tokens: Sequence[Token], *, key: str, legal: Sequence[Any]) -> Odds | str:
    """The odds of each legal value in the place of the one that `text` gives for `key`, or why there are none."""
    raw = text.encode()
    start = _find_value(text, key)
    if start is None or not b"".join(token.piece for token in tokens).startswith(raw):
        return UNALIGNED
    place = len(text[:start].encode())
    first, lead = _find_token(tokens, place)
    return _follow(tokens[first:], lead, _spell(legal))


def _find_value(text: str, key: str) -> int | None:
    """Where in a JSON text the value under `key` begins, in characters."""
    try:
        for name, start in _walk(text, text.index("{")):
            if name == key:
                return next(place for part, place in _walk(text, start) if part == "value")
    except (ValueError, IndexError, RecursionError, StopIteration):
        pass
    return None


def _walk(text: str, opening: int) -> Iterator[tuple[str, int]]:
    """The name of each member of the object that opens there, and where its value begins."""
    place = _skip(text, opening + 1)
    while text[place] != "}":
        name, place = DECODER.raw_decode(text, place)
        start = _skip(text, _skip(text, place) + 1)
        yield name, start
        _, end = DECODER.raw_decode(text, start)
        place = _skip(text, end)
        place = _skip(text, place + 1) if text[place] == "," else place


def _skip(text: str, place: int) -> int:
    while text[place] in " \t\r\n":
        place += 1
    return place


def _find_token(tokens: Sequence[Token], place: int) -> tuple[int, bytes]:
    """The token that holds the byte at `place`, and what stands in it before."""
    reached = 0
    for number, token in enumerate(tokens):
        if reached + len(token.piece) > place:
            return number, token.piece[: place - reached]
        reached += len(token.piece)
    raise AssertionError("the tokens are at least as long as the text")


def _spell(legal: Sequence[Any]) -> dict[bytes, Any]:
    """Every way to write a value in JSON that a reader takes for it, as bytes."""
    spelled: dict[bytes, Any] = {}
    for value in legal:
        for is_ascii in (True, False):
            spelled[json.dumps(value, ensure_ascii=is_ascii).encode()] = value
        if isinstance(value, int):
            spelled[f"{value}.0".encode()] = value
    return spelled


def _follow(tokens: Sequence[Token], lead: bytes, spelled: Mapping[bytes, Any]) -> Odds | str:
    """Along the tokens that were drawn, until one value is left; on the way, the odds of those turned away from."""
    masses = dict.fromkeys(spelled.values(), 0.0)
    written, share, unresolved = b"", 1.0, 0.0
    for token in tokens:
        for piece, logprob in {**dict(token.likeliest), token.piece: token.logprob}.items():
            fitting = _list_fitting(written, piece, lead, spelled)
            if len(fitting) == 1:
                masses[fitting.pop()] += share * math.exp(logprob)
            elif fitting and piece != token.piece:
                unresolved += share * math.exp(logprob)
        if len(_list_fitting(written, token.piece, lead, spelled)) < 2:
            return _settle(masses, unresolved)
        written += _drop_lead(token.piece, lead) or b""
        share *= math.exp(token.logprob)
        lead = b""
    return UNRESOLVED


def _list_fitting(written: bytes, piece: bytes, lead: bytes, spelled: Mapping[bytes, Any]) -> set[Any]:
    """The values that may come of it when `piece` follows what is written."""
    more = piece if written else _drop_lead(piece, lead)
    if not more:
        return set()
    whole = written + more
    return {
        value
        for spelling, value in spelled.items()
        if spelling.startswith(whole)
        or (whole.startswith(spelling) and whole[len(spelling) : len(spelling) + 1] in AFTER)
    }


def _drop_lead(piece: bytes, lead: bytes) -> bytes | None:
    """The piece from where a value may begin, spaces aside; None where it begins otherwise than the drawn one."""
    bare, core = piece.lstrip(SPACE), lead.strip(SPACE)
    return bare[len(core) :].lstrip(SPACE) if bare.startswith(core) else None


def _settle(masses: Mapping[Any, float], unresolved: float) -> Odds | str:
    legal = math.fsum(masses.values())
    if not legal + unresolved <= 1 + ROUNDING:
        return UNALIGNED
    if unresolved > MOST_UNRESOLVED:
        return UNRESOLVED
    if legal < LEAST_LEGAL:
        return OUTSIDE
    return Odds({value: mass / legal for value, mass in masses.items()}, max(1 - legal, 0.0))
