"""The number that a text begins with, in whatever way it is written."""

import re
from fractions import Fraction

from evalplatform.metrics.numbers.compose import Number
from evalplatform.metrics.numbers.english import SCALES as ENGLISH_SCALES
from evalplatform.metrics.numbers.english import read_english
from evalplatform.metrics.numbers.numerals import read_numeral
from evalplatform.metrics.numbers.russian import SCALES as RUSSIAN_SCALES
from evalplatform.metrics.numbers.russian import read_russian

SCALES: dict[str, int] = {**ENGLISH_SCALES, **RUSSIAN_SCALES}
WORD = re.compile(r"[^\W\d_]+")
BETWEEN = re.compile(r"[\s-]+\Z")
SCALE = re.compile(r"\s+([^\W\d_]+)\b\.?")
MOST_WORDS = 24


def read_number(text: str, *, decimal_comma: bool = False) -> tuple[Number, int] | None:
    """The longest number that `text` begins with, and where it ends; None where it begins with none.

    Example:
        >>> read_number("forty-two apples")
        (Number(value=Fraction(42, 1), is_ordinal=False), 9)
    """
    if found := read_numeral(text, decimal_comma=decimal_comma):
        return _scale(text, *found)
    return _read_words(text)


def _scale(text: str, number: Number, end: int) -> tuple[Number, int]:
    """`5 million` is a number of two words."""
    word = SCALE.match(text, end)
    if not word or number.is_ordinal or word[1].lower() not in SCALES:
        return number, end
    return Number(number.value * Fraction(SCALES[word[1].lower()])), word.end()


def _read_words(text: str) -> tuple[Number, int] | None:
    words, ends = _list_words(text)
    for size in range(len(words), 0, -1):
        if number := read_english(words[:size]) or read_russian(words[:size]):
            return number, ends[size - 1]
    return None


def _list_words(text: str) -> tuple[list[str], list[int]]:
    """The first words and where each ends, as long as only spaces and hyphens part them."""
    words: list[str] = []
    ends = [0]
    for word in WORD.finditer(text):
        gap = text[ends[-1] : word.start()]
        is_apart = BETWEEN.fullmatch(gap) if words else not gap
        if not is_apart or len(words) == MOST_WORDS:
            break
        words.append(word[0].lower().replace("ё", "е"))
        ends.append(word.end())
    return words, ends[1:]
