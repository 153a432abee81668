"""How far answers lie apart, by hand."""

import pytest

from annotations.domain.disagreement import Value, measure_disagreement
from annotations.models import Criterion, Level
from tests.factories.ledger import scale


def ask(level: Level, *values: Value, **fields: object) -> Criterion:
    return Criterion(key="q", level=level, values=scale(*values), **fields)


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
