"""The good lines of a batch in a temporary file, and which of them are new: a batch may be larger than memory."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple  # columns of a row hold JSON

import orjson

from evalplatform.common.temporary_tables import open_tables

Row = dict[str, Any]  # columns of an item or a generation
Named = tuple[str, str]  # an item, and a system; empty: the item itself
AT_ONCE = 500  # lines
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
FIND = "SELECT item, system, content_hash FROM known WHERE item IN (SELECT value FROM json_each(?))"
READ = "SELECT place, columns FROM line WHERE place IN (SELECT value FROM json_each(?))"
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


PlacedLine = tuple[int, DraftLine]  # with its place in the store


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
        self._waiting: list[tuple[Any, ...]] = []

    def close(self) -> None:
        self._store.close()

    def add(self, line: DraftLine, columns: Row) -> None:
        self._waiting.append((*line, orjson.dumps(columns)))
        if len(self._waiting) >= AT_ONCE:
            self._write()

    def _write(self) -> None:
        self._store.executemany(ADD, self._waiting)
        self._waiting.clear()

    def begin_comparing(self) -> None:
        """Forget what was noted before: a draft may be compared more than once."""
        self._write()
        self._store.execute("DELETE FROM known")
        self._store.execute("UPDATE line SET is_new = 0 WHERE is_new")

    def list_chunks(self, *, generations: bool, size: int) -> Iterator[list[PlacedLine]]:
        """Place and line of all items, or of all generations, so many at a time."""
        after = 0
        while rows := self._store.execute(LIST, (after, generations, size)).fetchall():
            yield [(place, DraftLine(*line)) for place, *line in rows]
            after = rows[-1][0]

    def read_columns(self, places: Iterable[int]) -> Iterator[tuple[int, Row]]:
        """The columns of lines at these places."""
        asked = orjson.dumps(list(places)).decode()
        for place, columns in self._store.execute(READ, (asked,)):
            yield place, orjson.loads(columns)

    def find_noted(self, items: Collection[str]) -> dict[Named, str]:
        """Content hashes of the new lines so far that name these items."""
        asked = orjson.dumps(list(items)).decode()
        return {
            (item, system): content_hash for item, system, content_hash in self._store.execute(FIND, (asked,))
        }

    def note_new(self, lines: Sequence[PlacedLine]) -> None:
        """These lines (with their places) are the first of their names, and are to be stored."""
        self._store.executemany(
            "UPDATE line SET is_new = 1 WHERE place = ?", ((place,) for place, _ in lines)
        )
        self._store.executemany(
            "INSERT INTO known VALUES (?, ?, ?)",
            ((line.item, line.system, line.content_hash) for _, line in lines),
        )

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
