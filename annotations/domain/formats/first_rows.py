"""What the first row of each item says: later rows of a table repeat it or leave it empty."""

from collections.abc import Mapping
from typing import Any  # cells are texts or lists of texts

import orjson

from evalplatform.common.temporary_tables import open_tables

TABLES = """
    CREATE TABLE first (item TEXT PRIMARY KEY, cells BLOB NOT NULL) WITHOUT ROWID
"""


class FirstRows:
    """Hashes of cells in a temporary file: a table may be larger than memory. Close it: its file goes then."""

    def __init__(self) -> None:
        self._store = open_tables(TABLES)

    def close(self) -> None:
        self._store.close()

    def compare(self, item: str, cells: Mapping[str, Any]) -> tuple[bool, str]:
        """Whether this is the item's first row; if not, the name of a cell that says something else, or none."""
        # Python's own hashes of texts are keyed anew in each process: nobody can aim at two that are alike.
        said = {name: hash(tuple(cell) if isinstance(cell, list) else cell) for name, cell in cells.items()}
        added = self._store.execute("INSERT OR IGNORE INTO first VALUES (?, ?)", (item, orjson.dumps(said)))
        if added.rowcount == 1:
            return True, ""
        (raw,) = self._store.execute("SELECT cells FROM first WHERE item = ?", (item,)).fetchone()
        first = orjson.loads(raw)
        return False, next((name for name, digest in said.items() if first.get(name) != digest), "")
