"""How far answers lie apart, by hand."""

import pytest

from annotations.domain.reading.disagreement import Value, measure_disagreement
from annotations.models import Criterion, Level
from tests.factories.ledger import scale


def ask(level: Level, *values: Value, **fields: object) -> Criterion:
    return Criterion(key="q", level=level, values=scale(*values), **fields)


def mark(start: int, end: int, severity: str = "Minor", **fields: object) -> dict[str, object]:
    return {"start": start, "end": end, "category": "Style", "severity": severity, **fields}


WORDS = {"category": "Style", "severity": "Minor", "text": "cat"}  # of an import that knows no places


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[], []], 0.0),
        ([[mark(0, 4)], [mark(0, 4)]], 0.0),
        ([[mark(0, 4)], []], 1.0),
        ([[mark(0, 4)], [mark(4, 8)]], 1.0),
        ([[mark(0, 4)], [mark(2, 6)]], 0.5),  # F1 of 4 and 4 characters with 2 in common
        ([[mark(0, 4)], [mark(0, 4, "Major")]], 0.5),  # the same place under another name
        ([[mark(0, 4, turn=1)], [mark(0, 4, turn=2)]], 1.0),
        ([[mark(0, 3, text="cat")], [WORDS]], 0.0),
        ([[WORDS], [{**WORDS, "severity": "Major"}]], 0.5),
        ([[mark(0, 4)], [mark(0, 4)], []], 2 / 3),
        ([[mark(0, 4)]], 0.0),
    ],
)
def test_disagreement_on_marked_passages(values: list[Value], expected: float) -> None:
    assert measure_disagreement(ask(Level.SPANS), values) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("criterion", "values", "expected"),
    [
        (ask(Level.PREFERENCE), ["first", "first", "second"], 2 / 3),
        (ask(Level.NOMINAL, 1, 2, 3), [1.0, 3.0], 1.0),
        (ask(Level.ORDINAL, 1, 2, 3, 4, 5), [1.0, 5.0], 1.0),
        (ask(Level.ORDINAL, 1, 2, 3, 4, 5), [2.0, 3.0, 3.0], 2 / 12),
        (ask(Level.ORDINAL, "bad", "fair", "good"), ["bad", "fair"], 0.5),
        (ask(Level.INTERVAL, minimum=0.0, maximum=100.0), [20.0, 70.0], 0.5),
        (ask(Level.RATIO), [1.0, 3.0], 1.0),  # no scale is stated: these are as far apart as they can be
        (ask(Level.UNSTATED), ["yes", "no"], 1.0),
        (ask(Level.ORDINAL, 1, 2, 3), [2.0], 0.0),
        (ask(Level.ORDINAL, 1), [1.0, 1.0], 0.0),
    ],
)
def test_disagreement(criterion: Criterion, values: list[Value], expected: float) -> None:
    assert measure_disagreement(criterion, values) == pytest.approx(expected)
