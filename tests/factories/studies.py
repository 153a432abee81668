"""Study folders for tests."""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any  # lines are JSON

import orjson
from django.conf import settings

Json = dict[str, Any]
OVERALL: Json = {"name": "overall", "task": "pairwise", "values": ["first", "second", "tie"]}
CLARITY: Json = {"name": "clarity", "task": "score", "scale": [1, 5], "level": "ordinal"}
REAL_SETS = (
    "dices350", "fed", "hanna", "llmbar", "mqm-ende", "mt-bench", "nullmodel", "reliability-tables", "ttcw",
)  # fmt: skip


def find_studies() -> Path:
    """Where the real data sets are, whether or not they are there."""
    return Path(settings.EVALPLATFORM_STUDIES)


def write_study(
    folder: Path,
    *,
    criteria: Any = (OVERALL, CLARITY),
    items: Iterable[Json | bytes] = (
        {"item_id": "i1", "prompt": "Why?"},
        {"item_id": "i2", "prompt": "How?"},
    ),
    generations: Iterable[Json | bytes] = (),
    ratings: Iterable[Json | bytes] = (),
    **manifest: Any,
) -> Path:
    """A study folder; bytes stand for a line as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"name": folder.name, "title": "A study", "criteria": criteria, **manifest}
    (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    parts = {"items": items, "generations": generations, "ratings": ratings}
    for stem, lines in parts.items():
        raw = [line if isinstance(line, bytes) else orjson.dumps(line) for line in lines]
        if raw:
            (folder / f"{stem}.jsonl").write_bytes(b"\n".join(raw) + b"\n")
    return folder


def generation(item: str = "i1", system: str = "alpha", text: Any = "Because.", **more: Any) -> Json:
    return {"item_id": item, "system": system, "text": text, **more}


def pair(
    value: Any = "first", *, rater: str = "ann", systems: Sequence[str] = ("alpha", "beta"), **more: Any
) -> Json:
    """A line of a pairwise rating."""
    return {
        "item_id": "i1",
        "rater": rater,
        "rater_kind": "human",
        "task": "pairwise",
        "criterion": "overall",
        "systems": list(systems),
        "value": value,
        **more,
    }


def score(value: Any = 3, *, rater: str = "ann", system: str = "alpha", **more: Any) -> Json:
    """A line of a score."""
    return {
        "item_id": "i1",
        "rater": rater,
        "rater_kind": "human",
        "task": "score",
        "criterion": "clarity",
        "systems": [system],
        "value": value,
        **more,
    }


def take_share(folder: Path, target: Path, *, every: int) -> Path:
    """One item in so many with all that belongs to it, line by line as it was."""
    kept = {orjson.loads(line)["item_id"] for line in _read_raw(folder, "items")[::every]}
    target.mkdir(parents=True)
    manifest = read_manifest(folder)
    manifest["files"] = {stem: f"{stem}.jsonl" for stem in manifest["files"]}
    for stem in manifest["files"]:
        lines = [line for line in _read_raw(folder, stem) if orjson.loads(line)["item_id"] in kept]
        (target / f"{stem}.jsonl").write_bytes(b"\n".join(lines) + b"\n")
        manifest["counts"][stem] = len(lines)
    kinds = Counter(orjson.loads(line)["rater_kind"] for line in lines)  # of the last part, the ratings
    manifest["counts"]["ratings_by_kind"] = kinds
    (target / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return target


def read_lines(folder: Path, stem: str) -> Counter[bytes]:
    """The multiset of a part's lines; equal bytes mean equal JSON, down to 4 against 4.0 and null against nothing."""
    return Counter(
        orjson.dumps(orjson.loads(line), option=orjson.OPT_SORT_KEYS) for line in _read_raw(folder, stem)
    )


def _read_raw(folder: Path, stem: str) -> list[bytes]:
    """A part's lines as they stand, plain or gzipped; none where the part is missing."""
    plain, packed = folder / f"{stem}.jsonl", folder / f"{stem}.jsonl.gz"
    if plain.exists():
        return plain.read_bytes().splitlines()
    return gzip.decompress(packed.read_bytes()).splitlines() if packed.exists() else []


def read_manifest(folder: Path) -> Json:
    content: Json = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return content
