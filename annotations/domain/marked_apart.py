"""How far two people's marks in one text lie apart."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any  # a passage is JSON

Mark = Mapping[str, Any]
Character = tuple[Hashable, Hashable, int]  # what it is called, where it stands, and its place there


def measure_marks_apart(one: Sequence[Mark], other: Sequence[Mark]) -> float:
    """0 where both mark the same characters as the same errors (or nothing), 1 where they share none.

    Half of it is where they mark, half what they call it: the mean of one minus F1 of marked characters, and the same
    of characters marked in one category and severity. So the same words under another name are 0.5 apart. Imported
    marks may have words and no place: then words are compared instead of places.
    """
    if not one and not other:
        return 0.0
    spread = _spread_places if all(map(_is_placed, (*one, *other))) else _spread_words
    return (
        _differ(spread(one), spread(other)) + _differ(_drop_kinds(spread(one)), _drop_kinds(spread(other)))
    ) / 2


def _differ(one: Iterable[Hashable], other: Iterable[Hashable]) -> float:
    """One minus F1 of what both hold; one of them holds something."""
    first, second = set(one), set(other)
    return 1 - 2 * len(first & second) / (len(first) + len(second))


def _is_placed(mark: Mark) -> bool:
    return "start" in mark and "end" in mark


def _spread_places(marks: Iterable[Mark]) -> list[Character]:
    return [
        (_kind(mark), mark.get("turn"), place)
        for mark in marks
        for place in range(mark["start"], mark["end"])
    ]


def _spread_words(marks: Iterable[Mark]) -> list[Character]:
    words = [(_kind(mark), str(mark.get("text") or " ")) for mark in marks]
    return [(kind, text, place) for kind, text in words for place in range(len(text))]


def _drop_kinds(characters: Iterable[Character]) -> Iterable[Hashable]:
    return ((where, place) for _, where, place in characters)


def _kind(mark: Mark) -> Hashable:
    return (mark.get("category"), mark.get("severity"))
