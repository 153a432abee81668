"""Exact match that knows how numbers and units are written, and says so where an answer is only approximate."""

from dataclasses import dataclass

from evalplatform.metrics.normal import normalise
from evalplatform.metrics.quantity import Quantity, read_quantity

DECIMAL_COMMA = frozenset({"ru"})


@dataclass(frozen=True, slots=True)
class Match:
    """`is_exact`: both texts say the same. `is_approximate`: they would, but one of them says `about`."""

    is_exact: bool
    is_approximate: bool = False


def match_exactly(answer: str, reference: str, *, language: str = "") -> Match:
    """Whether the answer says what the reference says.

    Two texts that are both one number, with or without what is counted, are compared by value: digits, Roman letters
    of two and more, English and Russian words in all cases, fractions, units of one dimension. All others are
    compared as text, normalised by SQuAD's rules (`evalplatform.metrics.normal`). An ordinal never equals a
    cardinal, and nothing is rounded. `language` (`ru`) says that a comma never parts thousands.

    Example:
        >>> match_exactly("сорок два", "XLII"), match_exactly("about 42", "42")
        (Match(is_exact=True, is_approximate=False), Match(is_exact=False, is_approximate=True))
    """
    decimal_comma = language.partition("-")[0].lower() in DECIMAL_COMMA
    first, second = (read_quantity(text, decimal_comma=decimal_comma) for text in (answer, reference))
    if first is None or second is None:
        return Match(normalise(answer) == normalise(reference))
    is_same, differ = _are_equal(first, second), first.is_approximate != second.is_approximate
    return Match(is_same and not differ, is_same and differ)


def _are_equal(first: Quantity, second: Quantity) -> bool:
    return (first.value, first.is_ordinal, first.counted) == (second.value, second.is_ordinal, second.counted)
