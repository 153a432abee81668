import time

import pytest

from evalplatform.metrics.exact import Match, match_exactly

SAME = [
    ("42", "сорок два"), ("42", "forty-two"), ("42", "42.0"), ("42", "XLII"), ("42", "сорока двух"),
    ("42", "Forty Two."),
    ("XLII", "сорок два"), ("**42**", "42"), ("«42»", "42"), ("-5", "минус пять"), ("\u22125", "minus five"),
    ("1,000", "1000"), ("1 000", "тысяча"), ("1,234,567.5", "1 234 567,5"), ("5 млн", "пять миллионов"),
    ("half", "0.5"), ("1/2", "½"), ("ноль целых пять десятых", "0,5"), ("two thirds", "две трети"),
    ("полтора", "1.5"), ("два с половиной", "two and a half"), ("the 42nd", "сорок второй"), ("42-й", "forty-second"),
    ("5 km", "five kilometres"), ("5km", "пять километров"), ("5 км", "пяти километров"), ("5 km", "5000 m"),
    ("0.5 kg", "500 грамм"), ("half an hour", "30 minutes"), ("двадцать секунд", "20 s"), ("five-minute", "5 min"),
    ("$5", "five dollars"), ("50%", "пятьдесят процентов"), ("5 ₽", "пять рублей"),
    ("forty-two apples", "42 Apples!"), ("XXI век", "21 век"), ("about 42", "примерно сорок два"),
    ("The Eiffel  Tower", "eiffel tower."), ("MIX", "mix"), ("", " "), ("5 kilometers", "5 Kilometres"),
]  # fmt: skip
DIFFERENT = [
    ("42", "43"), ("42", "42nd"), ("42", "сорок второй"), ("42 apples", "42"), ("42%", "42"),
    ("-5", "5"), ("x = -5", "x = 5"),
    ("5 km", "5 m"), ("5 km", "5 kg"), ("5 г", "5 грамм"), ("5 Mm", "5 mm"), ("5 MW", "5 mW"), ("C", "100"), ("I", "1"),
    ("двадцать пятых", "4"), ("двадцать пятых", "25th"), ("a third", "1/3"), ("one two", "12"), ("один два", "3"),
    ("twenty twenty", "40"), ("nineteen eighty-four", "1984"), ("3/4/2020", "6/8/2020"), ("10:30", "10"),
    ("5-10", "5"), ("5 - 10", "5"), ("version 3.5", "version 35"), ("1,5", "15"), ("C#", "C"), ("$5 m", "5 m"),
    ("more than 42", "42"), ("0.333", "1/3"), ("", "0"), ("1e99999999", "1"), ("42 или 43", "42"),
    ("1 234 56", "1234 56"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), SAME)
def test_one_thing_written_in_two_ways_is_a_match(first: str, second: str) -> None:
    assert match_exactly(first, second) == match_exactly(second, first) == Match(is_exact=True)


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_nothing_is_guessed(first: str, second: str) -> None:
    assert match_exactly(first, second) == match_exactly(second, first) == Match(is_exact=False)


@pytest.mark.parametrize(
    "answer",
    [
        "примерно 42",
        "about 42",
        "About forty-two.",
        "~42",
        "≈ 42",
        "42 or so",
        "около сорока двух",
        "ca. 42",
        "где-то 42",
    ],
)
def test_an_answer_that_hedges_is_flagged(answer: str) -> None:
    assert match_exactly(answer, "42") == Match(is_exact=False, is_approximate=True)
    assert match_exactly("42", answer) == Match(is_exact=False, is_approximate=True)
    assert match_exactly(answer, answer) == Match(is_exact=True)
    assert match_exactly(answer, "43") == Match(is_exact=False)


def test_a_hedge_before_words_is_a_word() -> None:
    assert match_exactly("About a Boy", "Boy") == Match(is_exact=False)


def test_the_language_decides_what_a_comma_is() -> None:
    assert match_exactly("1,000", "1", language="ru-RU") == Match(is_exact=True)
    assert match_exactly("1,000", "1000", language="ru") == Match(is_exact=False)


@pytest.mark.parametrize(
    "piece", ["1,", "1 ", "one ", " ", "and ", "-", "IX", "½", "about ", "\u00a0,", "целых "]
)
def test_no_text_takes_long(piece: str) -> None:
    start = time.process_time()
    match_exactly(piece * 20_000, piece * 20_001)
    assert time.process_time() - start < 2
