from fractions import Fraction

import pytest

from evalplatform.metrics.numbers import Number, read_number
from evalplatform.metrics.numbers.numerals import read_numeral


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42", 42),
        ("42.0", 42),
        ("-7", -7),
        ("+7", 7),
        ("3.14", Fraction("3.14")),
        ("3,14", Fraction("3.14")),
        ("0,125", Fraction(1, 8)),
        ("1,000", 1000),
        ("1.000", 1),
        ("1 000", 1000),
        ("1\u00a0234\u202f567,5", Fraction("1234567.5")),
        ("1'000", 1000),
        ("1,234,567.5", Fraction("1234567.5")),
        ("1.234.567,5", Fraction("1234567.5")),
        ("1.234,5", Fraction("1234.5")),
        ("1.5e3", 1500),
        ("2E-2", Fraction(1, 50)),
        ("3/4", Fraction(3, 4)),
        ("-2 1/2", Fraction(-5, 2)),
        ("½", Fraction(1, 2)),
        ("2¾", Fraction(11, 4)),
        ("XLII", 42),
        ("MCMXCIV", 1994),
    ],
)
def test_a_numeral_is_read_whole(text: str, value: int | Fraction) -> None:
    assert read_numeral(text) == (Number(Fraction(value)), len(text))


@pytest.mark.parametrize(
    "text", ["1,23,4", "1.23.4", "1,234.5.6", "0,123,456", "1234,567,890", "", "x", "-", "I", "IIII", "XM"]
)
def test_what_makes_no_sense_is_none(text: str) -> None:
    assert read_numeral(text) is None


def test_a_comma_never_parts_thousands_where_it_is_the_decimal_mark() -> None:
    assert read_numeral("1,000", decimal_comma=True) == (Number(Fraction(1)), 5)
    assert read_numeral("1,000,000", decimal_comma=True) == (Number(Fraction(10**6)), 9)


@pytest.mark.parametrize(
    ("text", "value"), [("42nd", 42), ("111th", 111), ("1ST", 1), ("42-й", 42), ("3-го", 3)]
)
def test_ordinals_have_endings(text: str, value: int) -> None:
    assert read_numeral(text) == (Number(Fraction(value), is_ordinal=True), len(text))


def test_a_wrong_ending_is_no_ordinal() -> None:
    assert read_numeral("42th") == (Number(Fraction(42)), 2)


def test_a_division_by_nothing_is_no_fraction() -> None:
    assert read_numeral("1/0") == (Number(Fraction(1)), 1)


def test_powers_and_lengths_that_would_take_for_ever_are_left() -> None:
    assert read_numeral("1e99999999") == (Number(Fraction(1)), 1)
    assert read_numeral("1" * 101) is None


@pytest.mark.parametrize(
    ("text", "value", "end"),
    [
        ("5 million people", 5 * 10**6, 9),
        ("2,5 тыс. рублей", 2500, 8),
        ("Forty-two apples", 42, 9),
        ("twenty one hundred", 2100, 18),
        ("двадцать пять, шесть", 25, 13),
        ("трёх", 3, 4),
    ],
)
def test_the_longest_number_at_the_start_is_taken(text: str, value: int, end: int) -> None:
    assert read_number(text) == (Number(Fraction(value)), end)
