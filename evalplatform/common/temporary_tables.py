"""Tables of one's own for a while: what does not fit into memory, and is of no use to anybody afterwards."""

import sqlite3


def open_tables(statements: str) -> sqlite3.Connection:
    """A new SQLite database with these tables, to be closed by whoever opens it.

    It is a temporary file that nobody else sees and that goes when it is closed; 2 MB of it at most are in memory. It
    lies where `TMPDIR` says. All that is written is one transaction which never ends: nothing waits for the disk.
    """
    store = sqlite3.connect("", isolation_level=None)
    store.executescript(f"PRAGMA journal_mode = OFF; PRAGMA cache_size = -2000; {statements}; BEGIN")
    return store
