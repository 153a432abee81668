"""A whole text read as one quantity: a hedge, a number and what is counted."""

import re
from dataclasses import dataclass
from fractions import Fraction

from evalplatform.metrics.normal import normalise, unify
from evalplatform.metrics.numbers import read_number
from evalplatform.metrics.units import Unit, find_unit

HEDGES = (
    "about|around|approximately|approx|roughly|nearly|almost|circa|примерно|около|приблизительно|почти|где-то"
)
HEDGE = re.compile(rf"(?:(?:{HEDGES})\b\.?\s*|ca\.\s*|[~≈]\s*)(?=\S)", re.IGNORECASE)
LATE_HEDGE = re.compile(r"[\s,]+(?:or so|approximately|roughly|примерно|приблизительно)\Z", re.IGNORECASE)
WRAPPING = " \t\n\r.,;:!?\"'«»“”„()[]*_`"
ARTICLE = re.compile(r"\s(?:a|an|the)\s+", re.IGNORECASE)
SIGN = re.compile(r"[^\W\d_]{1,3}")  # as short as a unit's sign, whose case counts: MW is not mW
THE = re.compile(r"the\s+", re.IGNORECASE)
MONEY = re.compile(r"([$€₽])\s*(?=\d)")
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Quantity:
    """`value` in the base unit of `counted`: a dimension, words as they stand, or nothing."""

    value: Fraction
    is_ordinal: bool
    counted: str
    is_approximate: bool


def _strip_hedge(text: str) -> tuple[str, bool]:
    """The text without `about`, `примерно` and the like, and whether there was one."""
    bare = unify(text).strip(WRAPPING)
    rest = LATE_HEDGE.sub("", HEDGE.sub("", bare) if HEDGE.match(bare) else bare)
    return rest, rest != bare


def read_quantity(text: str, *, decimal_comma: bool = False) -> Quantity | None:
    """The quantity that the whole text is; None where it is anything else, such as a date, a range or a sentence."""
    if len(text) > LONGEST:
        return None
    bare, is_approximate = _strip_hedge(text)
    sign = MONEY.match(bare)
    start = sign.end() if sign else (the.end() if (the := THE.match(bare)) else 0)
    found = read_number(bare[start:], decimal_comma=decimal_comma)
    if found is None:
        return None
    number, end = found
    counted = _read_counted(bare[start + end :], sign[1] if sign else "")
    if counted is None:
        return None
    value = number.value if number.is_ordinal else number.value * counted.factor
    return Quantity(value, number.is_ordinal, counted.dimension, is_approximate)


def _read_counted(rest: str, sign: str) -> Unit | None:
    """What follows the number: a unit, or words that stand for themselves; None where the number goes on."""
    if sign:
        return None if rest.strip() else find_unit(sign)
    is_attached = rest[:1] not in ("", " ", "-", "\u00a0")
    bare = ARTICLE.sub("", rest, count=1).removeprefix("-").strip()
    if unit := find_unit(bare):
        return unit
    if is_attached or any(mark.isdigit() for mark in rest):
        return None
    words = bare if SIGN.fullmatch(bare) else normalise(bare)
    return Unit(f"words {words}" if words else "", Fraction(1))
