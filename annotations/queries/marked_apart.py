"""How far two people's marks in one text lie apart."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any  # a passage is JSON

from annotations.queries.mark_places import is_placed

Mark = Mapping[str, Any]
Stretch = tuple[Hashable, Hashable, int, int]  # what it is called, where it stands, its start and its end


def measure_marks_apart(one: Sequence[Mark], other: Sequence[Mark]) -> float:
    """0 where both mark the same characters as the same errors (or nothing), 1 where they share none.

    Half of it is where they mark, half what they call it: the mean of one minus F1 of marked characters, and the same
    of characters marked in one category and severity. So the same words under another name are 0.5 apart. A mark of no
    width, such as an omission, counts as the character behind it. Imported marks may have words and no place, or an
    impossible one: then words are compared instead of places.

    The work grows with the marks, not with the characters that they hold.
    """
    if not one and not other:
        return 0.0
    spread = _spread_place if all(map(is_placed, (*one, *other))) else _spread_words
    first, second = [spread(mark) for mark in one], [spread(mark) for mark in other]
    return (_differ(first, second) + _differ(_drop_kinds(first), _drop_kinds(second))) / 2


def _differ(one: Sequence[Stretch], other: Sequence[Stretch]) -> float:
    """One minus F1 of the characters that both hold; one of them holds something."""
    total = _count_characters(one) + _count_characters(other)
    return 1 - 2 * (total - _count_characters((*one, *other))) / total


def _count_characters(stretches: Iterable[Stretch]) -> int:
    """How many there are, each counted once however many stretches hold it."""
    held: dict[Hashable, list[tuple[int, int]]] = defaultdict(list)
    for kind, where, start, end in stretches:
        held[kind, where].append((start, end))
    return sum(map(_measure_union, held.values()))


def _measure_union(parts: Iterable[tuple[int, int]]) -> int:
    length = reached = 0
    for start, end in sorted(parts):
        length += max(end - max(start, reached), 0)
        reached = max(reached, end)
    return length


def _spread_place(mark: Mark) -> Stretch:
    start, end = mark["start"], mark["end"]
    return _kind(mark), mark.get("turn"), start, max(end, start + 1)


def _spread_words(mark: Mark) -> Stretch:
    text = str(mark.get("text") or " ")
    return _kind(mark), text, 0, len(text)


def _drop_kinds(stretches: Iterable[Stretch]) -> list[Stretch]:
    return [(None, where, start, end) for _, where, start, end in stretches]


def _kind(mark: Mark) -> Hashable:
    return (mark.get("category"), mark.get("severity"))
