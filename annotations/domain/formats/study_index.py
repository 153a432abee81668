"""What the lines of a study name, kept in a temporary file: a study may be larger than memory."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from annotations.domain.formats.marks import TextLengths
from evalplatform.common.temporary_tables import open_tables

RECENT = 1_000  # items at hand: the ratings of an item mostly stand together
TABLES = """
    CREATE TABLE item (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, asked INTEGER NOT NULL);
    CREATE TABLE answer (
        item INTEGER NOT NULL, system TEXT NOT NULL, is_own INTEGER NOT NULL, lengths TEXT, PRIMARY KEY (item, system)
    ) WITHOUT ROWID;
    CREATE TABLE rated (
        item INTEGER NOT NULL, kind TEXT NOT NULL, criterion INTEGER NOT NULL, PRIMARY KEY (item, kind)
    ) WITHOUT ROWID
"""


@dataclass(slots=True)
class IndexedItem:
    """An item: its number in the index, its user turns, the systems known to have answered it."""

    number: int
    asked: int
    systems: set[str] = field(default_factory=set)
    first_criteria: dict[str, int] = field(default_factory=dict)  # by kind of task


class StudyIndex:
    """Items, answers, and by which criteria items were rated first. Close it: its file goes then."""

    def __init__(self) -> None:
        self._store = open_tables(TABLES)
        self._recent: dict[str, IndexedItem] = {}
        self._last = ("", 0)

    def close(self) -> None:
        self._store.close()

    def add_item(self, key: str, asked: int) -> bool:
        """Note an item with its number of user turns; false where it is there already."""
        added = self._store.execute("INSERT OR IGNORE INTO item (key, asked) VALUES (?, ?)", (key, asked))
        return added.rowcount == 1

    def add_answer(self, key: str, system: str, lengths: TextLengths | None = None) -> bool | None:
        """Note that a line holds the system's answer; false where one did already, None where there is no such item.

        `lengths` are those of its texts, where marks may be held against them.
        Only before items are looked up, since what was found is kept.
        """
        if self._last[0] != key:
            found = self._store.execute("SELECT number FROM item WHERE key = ?", (key,)).fetchone()
            if found is None:
                return None
            self._last = (key, found[0])
        spelt = json.dumps([lengths.text, lengths.turns]) if lengths else None
        return self._add_answer(self._last[1], system, is_own=True, lengths=spelt)

    def find_lengths(self, key: str, system: str) -> TextLengths | None:
        """Of the system's answer to the item, where they were noted."""
        found = self._store.execute(
            "SELECT lengths FROM answer WHERE item = ? AND system = ?", (self[key].number, system)
        ).fetchone()
        if found is None or found[0] is None:
            return None
        text, turns = json.loads(found[0])
        return TextLengths(text, tuple(turns))

    def __getitem__(self, key: str) -> IndexedItem:
        item = self._recent.get(key)
        if item is None:
            item = self._read_item(key)
            if len(self._recent) >= RECENT:
                self._recent.clear()
            self._recent[key] = item
        return item

    def count_turns(self, key: str) -> int | None:
        """User turns of the item; None where there is none of this key."""
        try:
            return self[key].asked
        except KeyError:
            return None

    def name_answer(self, item: IndexedItem, system: str) -> bool:
        """Note that a rating names the system's answer; false where that was known."""
        if system in item.systems:
            return False
        item.systems.add(system)
        return self._add_answer(item.number, system, is_own=False)

    def find_first_criterion(self, item: IndexedItem, kind: str, criterion: int) -> int:
        """The criterion (number) by which an item was rated first in tasks of this kind: this one, where none was."""
        first = item.first_criteria.get(kind)
        if first is not None:
            return first
        item.first_criteria[kind] = criterion
        self._store.execute("INSERT INTO rated VALUES (?, ?, ?)", (item.number, kind, criterion))
        return criterion

    def list_named(self) -> Iterator[tuple[str, str]]:
        """Item (key) and system of every answer that only ratings name."""
        yield from self._store.execute(
            "SELECT key, system FROM answer JOIN item ON item = number WHERE NOT is_own ORDER BY item, system"
        )

    def _add_answer(self, item: int, system: str, *, is_own: bool, lengths: str | None = None) -> bool:
        row = (item, system, is_own, lengths)
        added = self._store.execute("INSERT OR IGNORE INTO answer VALUES (?, ?, ?, ?)", row)
        return added.rowcount == 1

    def _read_item(self, key: str) -> IndexedItem:
        found = self._store.execute("SELECT number, asked FROM item WHERE key = ?", (key,)).fetchone()
        if found is None:
            raise KeyError(key)
        item = IndexedItem(*found)
        answered = self._store.execute("SELECT system FROM answer WHERE item = ?", (item.number,))
        item.systems.update(system for (system,) in answered)
        rated = self._store.execute("SELECT kind, criterion FROM rated WHERE item = ?", (item.number,))
        item.first_criteria.update(rated)
        return item
