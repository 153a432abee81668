"""The good lines of a batch in a temporary file, and which of them are new: a batch may be larger than memory."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple  # columns of a row hold JSON

import orjson

from evalplatform.common.temporary_tables import open_tables

Row = dict[str, Any]  # columns of an item or a generation
TABLES = """
    CREATE TABLE line (
        place INTEGER PRIMARY KEY, number INTEGER NOT NULL, file TEXT NOT NULL, item TEXT NOT NULL,
        system TEXT NOT NULL, content_hash TEXT NOT NULL, columns BLOB NOT NULL, is_new INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE known (
        item TEXT NOT NULL, system TEXT NOT NULL, content_hash TEXT NOT NULL, PRIMARY KEY (item, system)
    ) WITHOUT ROWID
"""
ADD = "INSERT INTO line (number, file, item, system, content_hash, columns) VALUES (?, ?, ?, ?, ?, ?)"
LIST = """
    SELECT place, number, file, item, system, content_hash FROM line
    WHERE place > ? AND (system <> '') = ? ORDER BY place LIMIT ?
"""
LIST_NEW = """
    SELECT item, system, content_hash, columns FROM line
    WHERE is_new AND (system <> '') = ? ORDER BY place
"""


class DraftLine(NamedTuple):
    """What is compared of a checked line: its place, what it names, and the hash of its content."""

    number: int
    file: str  # the list of a JSON body; empty where the number is that of a line
    item: str
    system: str  # empty: the line is an item
    content_hash: str


class NewLine(NamedTuple):
    """A line that is to be stored, with its columns."""

    item: str
    system: str
    content_hash: str
    columns: Row


class DraftStore:
    """Checked lines in their order. Close it: its file goes then."""

    def __init__(self) -> None:
        self._store = open_tables(TABLES)

    def close(self) -> None:
        self._store.close()

    def add(self, line: DraftLine, columns: Row) -> None:
        self._store.execute(ADD, (*line, orjson.dumps(columns)))

    def begin_comparing(self) -> None:
        """Forget what was noted before: a draft may be compared more than once."""
        self._store.execute("DELETE FROM known")
        self._store.execute("UPDATE line SET is_new = 0 WHERE is_new")

    def list_chunks(self, *, generations: bool, size: int) -> Iterator[list[tuple[int, DraftLine]]]:
        """Place and line of all items, or of all generations, so many at a time."""
        after = 0
        while rows := self._store.execute(LIST, (after, generations, size)).fetchall():
            yield [(place, DraftLine(*line)) for place, *line in rows]
            after = rows[-1][0]

    def note_known(self, known: Iterable[tuple[str, str, str]]) -> None:
        """Item, system (empty: the item itself) and content hash of what is there already."""
        self._store.executemany("INSERT OR IGNORE INTO known VALUES (?, ?, ?)", known)

    def note(self, line: DraftLine) -> str | None:
        """The content hash of what is there already of this name; None where the line is the first of it."""
        known = (line.item, line.system, line.content_hash)
        added = self._store.execute("INSERT OR IGNORE INTO known VALUES (?, ?, ?)", known)
        return None if added.rowcount == 1 else self._find(line.item, line.system)

    def holds_item(self, key: str) -> bool:
        return self._find(key, "") is not None

    def mark_new(self, places: Sequence[int]) -> None:
        """These lines are to be stored."""
        self._store.executemany("UPDATE line SET is_new = 1 WHERE place = ?", ((place,) for place in places))

    def list_new(self, *, generations: bool) -> Iterator[NewLine]:
        for item, system, content_hash, columns in self._store.execute(LIST_NEW, (generations,)):
            yield NewLine(item, system, content_hash, orjson.loads(columns))

    def list_new_systems(self) -> set[str]:
        """Names of the systems whose answers are to be stored."""
        return {
            name
            for (name,) in self._store.execute(
                "SELECT DISTINCT system FROM line WHERE is_new AND system <> ''"
            )
        }

    def _find(self, item: str, system: str) -> str | None:
        found = self._store.execute(
            "SELECT content_hash FROM known WHERE item = ? AND system = ?", (item, system)
        )
        return next((content_hash for (content_hash,) in found), None)
