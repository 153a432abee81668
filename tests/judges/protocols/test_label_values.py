"""What people said together, as a value of the scale."""

from typing import Any  # values are JSON

import pytest

from annotations.models import Criterion, Level
from judges.protocols.label_values import NO_TIE, NO_VALUE, find_bucket, find_value, find_width
from tests.factories.ledger import scale


def make(level: Level, *values: Any, **fields: Any) -> Criterion:
    return Criterion(key="c", level=level, values=scale(*values), **fields)


@pytest.mark.parametrize(
    ("criterion", "label", "wanted"),
    [
        (make(Level.PREFERENCE), 1.0, ("first", "")),
        (make(Level.PREFERENCE), 0.5, ("tie", "")),
        (make(Level.PREFERENCE, "first", "second"), 0.5, (None, NO_TIE)),
        (make(Level.ORDINAL, 1, 2, 3), 2.2, (2, "")),
        (make(Level.ORDINAL, 1, 2, 3), 2.5, (None, NO_VALUE)),
        (make(Level.ORDINAL, 0, 2, 10), 7.0, (10, "")),
        (make(Level.NOMINAL, "safe", "unsafe"), "safe", ("safe", "")),
        (make(Level.NOMINAL, "safe", "unsafe"), "other", (None, NO_VALUE)),
        (make(Level.NOMINAL, 0, 1), 0.4, (None, NO_VALUE)),
        (make(Level.INTERVAL, minimum=0, maximum=1, fractions=True), 0.333, (0.33, "")),
    ],
)
def test_a_label_is_a_legal_value_or_says_why_not(
    criterion: Criterion, label: float | str, wanted: tuple[Any, str]
) -> None:
    assert find_value(criterion, label) == wanted


def test_values_are_counted_by_themselves_and_fractions_by_thirds() -> None:
    share = make(Level.INTERVAL, minimum=0, maximum=1, fractions=True)
    assert [find_bucket(share, value) for value in (0, 0.3, 0.5, 0.9, 1)] == ["0", "0", "1", "2", "2"]
    assert find_bucket(make(Level.ORDINAL, 1, 2, 3), 2) == "2"


def test_the_width_is_the_scales_or_else_that_of_the_labels() -> None:
    assert find_width(make(Level.ORDINAL, 1, 2, 3, 4, 5), [2, 3]) == 4
    assert find_width(make(Level.ORDINAL, 0, 2, 10), []) == 10
    assert find_width(make(Level.RATIO, fractions=True), [2.0, 8.0]) == 6
