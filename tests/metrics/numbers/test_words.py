"""Numbers in words, against tables written out by hand and against the words' own arithmetic."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalplatform.metrics.numbers import Number
from evalplatform.metrics.numbers.english import read_english
from evalplatform.metrics.numbers.russian import read_russian

ENGLISH_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
ENGLISH_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
RUSSIAN_ONES = (
    "ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять", "одиннадцать",
    "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать",
    "девятнадцать",
)  # fmt: skip
RUSSIAN_TENS = (
    "", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто",
)  # fmt: skip
RUSSIAN_HUNDREDS = (
    "", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот",
)  # fmt: skip


def say_english(value: int) -> list[str]:
    for scale, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= scale:
            head, rest = divmod(value, scale)
            return [*say_english(head), name, *(say_english(rest) if rest else [])]
    if value < 20:
        return [ENGLISH_ONES[value]]
    return [ENGLISH_TENS[value // 10], *([ENGLISH_ONES[value % 10]] if value % 10 else [])]


def say_russian(value: int) -> list[str]:
    for scale, name in ((10**9, "миллиардов"), (10**6, "миллиона"), (1000, "тысяч")):
        if value >= scale:
            head, rest = divmod(value, scale)
            return [*say_russian(head), name, *(say_russian(rest) if rest else [])]
    hundreds, rest = divmod(value, 100)
    small = [] if hundreds and not rest else [RUSSIAN_ONES[rest]] if rest < 20 else _say_tens(rest)
    return [word for word in (RUSSIAN_HUNDREDS[hundreds], *small) if word]


def _say_tens(value: int) -> list[str]:
    return [RUSSIAN_TENS[value // 10], *([RUSSIAN_ONES[value % 10]] if value % 10 else [])]


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.integers(0, 10**12 - 1), st.integers(0, 2000)))
def test_every_whole_number_is_read_as_it_is_said(value: int) -> None:
    assert read_english(say_english(value)) == Number(Fraction(value))
    assert read_russian(say_russian(value)) == Number(Fraction(value))


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("one hundred and one", 101),
        ("a thousand", 1000),
        ("hundred", 100),
        ("fifteen hundred", 1500),
        ("two thousand and twenty four", 2024),
        ("minus five", -5),
        ("negative one half", Fraction(-1, 2)),
        ("three point one four", Fraction("3.14")),
        ("point five", Fraction(1, 2)),
        ("zero point zero five", Fraction("0.05")),
        ("half", Fraction(1, 2)),
        ("a quarter", Fraction(1, 4)),
        ("three quarters", Fraction(3, 4)),
        ("one third", Fraction(1, 3)),
        ("two thirds", Fraction(2, 3)),
        ("one hundredth", Fraction(1, 100)),
        ("five tenths", Fraction(1, 2)),
        ("two and a half", Fraction(5, 2)),
        ("a hundred and three quarters", Fraction(403, 4)),
    ],
)
def test_english(words: str, value: int | Fraction) -> None:
    assert read_english(words.split()) == Number(Fraction(value))


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("сорока двух", 42),
        ("сорока двумя", 42),
        ("сорок две", 42),
        ("ста двадцати трем", 123),
        ("восьмьюстами восьмьюдесятью восьмью", 888),
        ("пятистах", 500),
        ("двумя тысячами", 2000),
        ("тысяча", 1000),
        ("пять млн двести тыс", 5_200_000),
        ("минус пять", -5),
        ("ноль целых пять десятых", Fraction(1, 2)),
        ("три целых четырнадцать сотых", Fraction("3.14")),
        ("двух целых пяти тысячных", Fraction("2.005")),
        ("одна целая и две трети", Fraction(5, 3)),
        ("пять десятых", Fraction(1, 2)),
        ("двадцать пять сотых", Fraction(1, 4)),
        ("одна пятая", Fraction(1, 5)),
        ("две трети", Fraction(2, 3)),
        ("треть", Fraction(1, 3)),
        ("три четверти", Fraction(3, 4)),
        ("половина", Fraction(1, 2)),
        ("полтора", Fraction(3, 2)),
        ("полутора", Fraction(3, 2)),
        ("два с половиной", Fraction(5, 2)),
    ],
)
def test_russian(words: str, value: int | Fraction) -> None:
    assert read_russian(words.split()) == Number(Fraction(value))


@pytest.mark.parametrize(
    ("words", "value"),
    [("first", 1), ("forty second", 42), ("hundredth", 100), ("two thousandth", 2000), ("twelfth", 12)],
)
def test_english_ordinals(words: str, value: int) -> None:
    assert read_english(words.split()) == Number(Fraction(value), is_ordinal=True)


@pytest.mark.parametrize(
    ("words", "value"),
    [("первый", 1), ("третьего", 3), ("сорок второму", 42), ("сто двадцать первая", 121), ("тысячный", 1000)],
)
def test_russian_ordinals(words: str, value: int) -> None:
    assert read_russian(words.split()) == Number(Fraction(value), is_ordinal=True)


@pytest.mark.parametrize(
    "words",
    [
        "", "one two", "twenty zero", "twenty twelve", "nineteen eighty four", "two hundred hundred", "and", "one and",
        "and one", "a two", "five thousand million", "zero thousand", "a third", "two second", "minus minus one",
        "minus first", "point", "one point", "one point twenty", "two half", "two and two", "thousand thousand",
    ],
)  # fmt: skip
def test_what_is_no_english_number_is_none(words: str) -> None:
    assert read_english(words.split()) is None


@pytest.mark.parametrize(
    "words",
    [
        "", "один два", "двадцать ноль", "сто сто", "двадцать пятых", "сто вторые тысяча", "ноль тысяч", "минус",
        "минус минус один", "минус первый", "пять целых", "целых пять десятых", "ноль целых пять", "две половины",
        "одна целая три трети", "пять тысячный", "с половиной", "тысяча тысяча",
    ],
)  # fmt: skip
def test_what_is_no_russian_number_is_none(words: str) -> None:
    assert read_russian(words.split()) is None
