"""How far marks lie apart equals a plain count of their characters, and nothing that was imported breaks it."""

from collections.abc import Hashable, Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.queries.marked_apart import measure_marks_apart

Mark = dict[str, Any]
FAR = 10**12
PLACED = st.builds(
    lambda start, width, more: {"start": start, "end": start + width, **more},
    st.integers(0, 20),
    st.integers(1, 10),
    st.fixed_dictionaries(
        {"category": st.sampled_from("ab")},
        optional={
            "severity": st.sampled_from("xy"),
            "turn": st.sampled_from([1, 2]),
            "text": st.sampled_from(["cat", "mats"]),
        },
    ),
)
WORDS = st.fixed_dictionaries(
    {"category": st.sampled_from("ab"), "text": st.sampled_from(["", "cat", "mats"])}
)
MARKS = st.lists(PLACED, max_size=5) | st.lists(PLACED | WORDS, max_size=5)


def count_apart(one: list[Mark], other: list[Mark]) -> float:
    """Character by character."""
    if not one and not other:
        return 0.0
    has_places = all("start" in mark for mark in (*one, *other))
    first, second = ([*list_characters(marks, has_places=has_places)] for marks in (one, other))
    return (differ(first, second) + differ([c[1:] for c in first], [c[1:] for c in second])) / 2


def list_characters(marks: list[Mark], *, has_places: bool) -> Iterable[tuple[Hashable, ...]]:
    for mark in marks:
        words = mark.get("text") or " "
        places = range(mark["start"], mark["end"]) if has_places else range(len(words))
        for place in places:
            kind = mark.get("category"), mark.get("severity")
            yield kind, mark.get("turn") if has_places else words, place


def differ(one: Iterable[Hashable], other: Iterable[Hashable]) -> float:
    first, second = set(one), set(other)
    return 1 - 2 * len(first & second) / (len(first) + len(second))


@given(one=MARKS, other=MARKS)
def test_it_is_a_count_of_characters(one: list[Mark], other: list[Mark]) -> None:
    assert measure_marks_apart(one, other) == pytest.approx(count_apart(one, other))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([], [{"start": 5, "end": 5}], 1.0),  # an omission
        ([{"start": 5, "end": 5}], [{"start": 5, "end": 5}], 0.0),
        ([{"start": 5, "end": 5}], [{"start": 9, "end": 9}], 1.0),
        ([{"start": 0, "end": FAR}], [{"start": 0, "end": FAR // 2}], 1 / 3),
        ([{"start": "1", "end": "3", "text": "cat"}], [{"start": 1, "end": 4, "text": "cat"}], 0.0),
        ([{"start": None, "end": None}], [], 1.0),
        ([{"start": True, "end": 3, "text": "cat"}], [{"text": "cat"}], 0.0),
        ([{"start": 5, "end": 3, "text": "cat"}], [{"text": "mat"}], 1.0),
        ([{"start": -2, "end": 3, "text": "cat"}], [{"text": "cat"}], 0.0),
        ([{"start": 1, "end": 3, "turn": [1], "text": "cat"}], [{"text": "cat"}], 0.0),
        ([{"start": 1, "end": 3, "turn": None}], [{"start": 1, "end": 3}], 0.0),
    ],
)
def test_odd_marks_are_measured_too(one: list[Mark], other: list[Mark], expected: float) -> None:
    assert measure_marks_apart(one, other) == pytest.approx(expected)
