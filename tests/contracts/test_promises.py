"""What the documentation promises names the tests that hold it, and they are there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = sorted([*(REPOSITORY / "docs").rglob("*.md"), *REPOSITORY.glob("*.md")])
PROMISES = REPOSITORY / "docs" / "explanation" / "promises.md"
FAULTS = REPOSITORY / "docs" / "reference" / "faults.md"
ROWS = range(1, 37)
# `tests/a/test_b.py`, `tests/a/test_b.py::test_c`, and of the file named last `::test_c`, or `test_d.py` beside it.
NAMED = re.compile(r"`(tests/[\w/]*(?:\.py)?|test_\w+\.py)?(?:::)?(test_\w+)?`")


@cache
def list_tests(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def list_named(text: str) -> list[tuple[str, str]]:
    """Files or folders with the test of them that is named, or "" for the whole."""
    found: list[tuple[str, str]] = []
    place = ""
    for path, name in NAMED.findall(text):
        if path.startswith("test_"):
            path = f"{Path(place).parent}/{path}"
        place = path or place
        if place and (path or name):
            found.append((place, name))
    return found


def read_rows(page: Path, pattern: str) -> dict[str, str]:
    """The rest of each line that begins as a row does, by what it is called."""
    return dict(re.findall(pattern, page.read_text(), flags=re.MULTILINE))


@pytest.mark.parametrize("page", DOCS, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_test_that_a_page_names_is_there(page: Path) -> None:
    missing = [
        f"{place}::{name}" if name else place
        for place, name in list_named(page.read_text())
        if not (REPOSITORY / place).exists() or (name and name not in list_tests(REPOSITORY / place))
    ]
    assert missing == []


def test_every_promise_names_a_test_that_holds_it() -> None:
    promises = read_rows(PROMISES, r"^\| (P\d+) (\|.*)$")
    assert list(promises) == [f"P{number}" for number in range(1, 12)]
    assert [name for name, line in promises.items() if not any(test for _, test in list_named(line))] == []


def test_every_fault_names_every_test_that_is_called_after_it() -> None:
    faults = read_rows(FAULTS, r"^(\d+)\. (.*)$")
    assert list(faults) == [str(row) for row in ROWS]
    named = {(int(row), *each) for row, line in faults.items() for each in list_named(line) if each[1]}
    assert {row for row, *_ in named} == set(ROWS)
    called = {
        (row, str(file.relative_to(REPOSITORY)), test)
        for file in (REPOSITORY / "tests").rglob("test_*.py")
        for test in list_tests(file)
        for row in list_rows_of(test)
    }
    assert called - named == set()


def list_rows_of(test: str) -> range:
    """Rows that a test is called after: `test_row_7_...`, `test_rows_3_to_8_...`."""
    one, more = (re.match(pattern, test) for pattern in (r"test_row_(\d+)_", r"test_rows_(\d+)_to_(\d+)_"))
    if more:
        return range(int(more[1]), int(more[2]) + 1)
    return range(int(one[1]), int(one[1]) + 1) if one else range(0)


def test_a_name_that_is_nowhere_would_be_found() -> None:
    text = "| P1 | `tests/a/test_b.py::test_c`, `::test_d`, `test_e.py`, `tests/security/attacks/` |"
    assert list_named(text) == [
        ("tests/a/test_b.py", "test_c"),
        ("tests/a/test_b.py", "test_d"),
        ("tests/a/test_e.py", ""),
        ("tests/security/attacks/", ""),
    ]
