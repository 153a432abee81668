"""Files of others that lie in this repository are those that were looked at, to the bit."""

from hashlib import sha256
from pathlib import Path

KATEX = Path(__file__).resolve().parents[2] / "evalplatform" / "static" / "platform" / "katex"


def test_katex_is_what_the_decision_names() -> None:
    stated = dict(line.split("  ")[::-1] for line in (KATEX / "SHA256SUMS").read_text().splitlines())
    files = {file.relative_to(KATEX).as_posix(): file for file in KATEX.rglob("*") if file.is_file()}
    del files["SHA256SUMS"]
    assert {name: sha256(file.read_bytes()).hexdigest() for name, file in files.items()} == stated


def test_katex_fetches_nothing_that_is_not_here() -> None:
    sheet = (KATEX / "katex.min.css").read_text()
    named = {part.partition(")")[0] for part in sheet.split("url(")[1:]}
    assert named == {f"fonts/{file.name}" for file in (KATEX / "fonts").iterdir()}
