"""Which scales take which metric."""

from typing import Any  # a schema is any JSON value

import pytest

from judges.providers.base import JudgeRequest
from judges.providers.measures import MEASURES, Reading


def ask(name: str, text: str, reference: str = "", language: str = "") -> Reading:
    request = JudgeRequest("", "", "", {}, texts=(text,), reference=reference, language=language)
    return MEASURES[name].take(request)


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("exact_match", Reading(0)),
        ("bleu", Reading(100.0)),
        ("chrf", Reading(100.0)),
        ("length", Reading(5)),
        ("characters", Reading(20)),
        ("distinct", Reading(0.75)),
    ],
)
def test_each_measures_its_own(name: str, reading: Reading) -> None:
    reference = "a b a b c" if name == "exact_match" else "word one word one so"
    found = ask(name, "word one word one so", reference)
    assert found.value == pytest.approx(reading.value)
    assert found.note == reading.note


def test_the_language_of_the_item_is_known() -> None:
    assert ask("exact_match", "1,000", "1", "ru") == Reading(1)
    assert ask("exact_match", "1,000", "1", "en") == Reading(0)


@pytest.mark.parametrize("name", ["exact_match", "bleu", "chrf"])
def test_without_a_reference_there_is_no_figure(name: str) -> None:
    assert ask(name, "42", " ") == Reading(None, "no_reference")


def test_one_word_has_no_pairs() -> None:
    assert ask("distinct", "word") == Reading(None, "too_short")


@pytest.mark.parametrize(
    ("name", "schema", "fits"),
    [
        ("exact_match", {"type": "integer", "minimum": 0, "maximum": 1}, True),
        ("exact_match", {"enum": [0, 1, 5]}, True),
        ("exact_match", {"type": "number"}, True),
        ("exact_match", {"type": "integer", "minimum": 1, "maximum": 5}, False),
        ("exact_match", {"enum": ["yes", "no"]}, False),
        ("exact_match", {"type": "string"}, False),
        ("bleu", {"type": "number", "minimum": 0, "maximum": 100}, True),
        ("bleu", {"type": "integer", "minimum": 0, "maximum": 100}, False),
        ("bleu", {"type": "number", "minimum": 0, "maximum": 1}, False),
        ("bleu", {"enum": [0, 100]}, False),
        ("length", {"type": "integer", "minimum": 0}, True),
        ("length", {"type": "integer", "minimum": 0, "maximum": 1000}, True),
        ("length", {"type": "integer", "minimum": 1, "maximum": 5}, False),
        ("length", {"type": "integer", "minimum": 0, "maximum": 100}, False),
        ("characters", {"type": "integer", "minimum": 0, "maximum": 1000}, False),
        ("characters", {"type": "integer", "minimum": 0, "maximum": 100_000}, True),
        ("length", {"enum": [0, 1]}, False),
    ],
)
def test_a_scale_that_takes_half_of_a_metric_takes_none(
    name: str, schema: dict[str, Any], fits: bool
) -> None:
    assert MEASURES[name].fits(schema) is fits
