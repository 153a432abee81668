"""Number words put together: the grammar that languages share, over a table a language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple


class Number(NamedTuple):
    """An exact value; an ordinal ("42nd") is no quantity and never equals one."""

    value: Fraction
    is_ordinal: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A language's words: `small` below 1000, `hundreds` that multiply what stands before, `scales` from 1000."""

    small: Mapping[str, int]
    scales: Mapping[str, int]
    hundreds: frozenset[str] = frozenset()
    joiners: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Sum:
    """What was read so far; `room` is the bound of what may still be added to the group of hundreds."""

    total: int = 0
    group: int = 0
    room: int = 1000
    scale: int = 10**18
    was_joined: bool = False
    is_empty: bool = field(default=True)

    def add(self, word: str, table: Table) -> bool:
        """Take one word in; False where it cannot stand there."""
        if word in table.joiners:
            return self._join()
        joined, self.was_joined = self.was_joined, False
        if word in table.small:
            return self._add_small(table.small[word])
        if joined:
            return False
        if word in table.hundreds:
            return self._multiply()
        return word in table.scales and self._close(table.scales[word])

    def _join(self) -> bool:
        may = not self.is_empty and not self.was_joined and self.room >= 100
        self.was_joined = True
        return may

    def _add_small(self, value: int) -> bool:
        if value >= self.room or (value == 0 and not self.is_empty):
            return False
        self.group += value
        self.room = 100 if value >= 100 else 10 if value >= 20 else 0
        self.is_empty = False
        return True

    def _multiply(self) -> bool:
        if self.group >= 100 or (self.group == 0 and not self.is_empty and self.room != 1000):
            return False
        self.group, self.room, self.is_empty = (self.group or 1) * 100, 100, False
        return True

    def _close(self, scale: int) -> bool:
        said_zero = self.group == 0 and self.room == 0
        if scale >= self.scale or said_zero or (self.group == 0 and not self.is_empty):
            return False
        self.total += (self.group or 1) * scale
        self.group, self.room, self.scale, self.is_empty = 0, 1000, scale, False
        return True


def read_cardinal(words: Sequence[str], table: Table) -> int | None:
    """The number that all the words together say; None where they say none.

    Example:
        >>> read_cardinal(["two", "one"], Table({"one": 1, "two": 2}, {})) is None
        True
    """
    found = _Sum()
    for word in words:
        if not found.add(word, table):
            return None
    return None if found.is_empty or found.was_joined else found.total + found.group
