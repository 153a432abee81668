"""Import, export, import: the same multiset of lines."""

import os
import tempfile
from pathlib import Path
from typing import Any  # lines are JSON

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from annotations.domain.studies.export_study import export_study
from annotations.domain.studies.import_study import import_study
from tests.factories.studies import (
    REAL_SETS,
    find_studies,
    generation,
    pair,
    read_lines,
    read_manifest,
    score,
    take_share,
    write_study,
)

pytestmark = pytest.mark.database
NIGHTLY = bool(os.environ.get("EVALPLATFORM_NIGHTLY"))
PARTS = ("items", "generations", "ratings")
# By day one item in so many of the two with most ratings: every criterion, rater and shape of line is still there.
EVERY = {} if NIGHTLY else {"dices350": 5, "hanna": 6}
ON_BOTH = ("mqm-ende", "mt-bench", "reliability-tables")  # scores, pairs, and a set without generations


def pass_through(folder: Path, target: Path, slug: str = "study") -> Path:
    project = import_study(folder=folder, slug=slug).project
    export_study(project=project, folder=target)
    return target


@pytest.mark.timeout(180)  # on a busy machine the two largest need more than the usual minute
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in ON_BOTH else pytest.mark.one_database) for name in REAL_SETS],
)
def test_a_real_set_comes_out_as_it_went_in(name: str, tmp_path: Path) -> None:
    folder = find_studies() / name
    if not folder.exists():
        pytest.skip("the real data sets are not here (EVALPLATFORM_STUDIES)")
    if name in EVERY:
        folder = take_share(folder, tmp_path / "share", every=EVERY[name])

    out = pass_through(folder, tmp_path / name)

    for part in PARTS:
        assert read_lines(out, part) == read_lines(folder, part)
    assert read_manifest(out) == read_manifest(folder)


@pytest.mark.parametrize("name", ["mt-bench", "reliability-tables"])
def test_what_came_out_goes_in_again(name: str, tmp_path: Path) -> None:
    folder = find_studies() / name
    if not folder.exists():
        pytest.skip("the real data sets are not here (EVALPLATFORM_STUDIES)")

    out = pass_through(pass_through(folder, tmp_path / "once", "once"), tmp_path / "twice", "twice")

    for part in PARTS:
        assert read_lines(out, part) == read_lines(folder, part)


def test_what_columns_cannot_say_is_kept(tmp_path: Path) -> None:
    folder = write_study(
        tmp_path / "in",
        items=[
            {"item_id": "i1", "prompt": None, "turns": None, "reference": None, "meta": {}},
            {
                "item_id": "i2",
                "turns": ["a", None],
                "reference": ["x", None],
                "extra": {"deep": [1, 1.0, None]},
            },
            {"item_id": "i3", "prompt": "", "context": "", "language": "ru", "meta": None, "reference": ""},
        ],
        generations=[
            generation(),
            generation(system="beta", text=None, meta={}, turns=None, licence="none"),
            {"item_id": "i2", "system": "alpha", "turns": ["one", None], "meta": {"n": 4.0, "m": 4}},
        ],
        ratings=[
            score(4),
            score(4.0),
            score(4.5, rater="bob", confidence=1, seconds=3, meta={}),
            score(4.0, rater="bob", confidence=1.0, seconds=3.0, meta=None, note="again"),
            score(None, rationale=None, turn=None, confidence=None, seconds=None),
            score(None, rater="cid", rater_kind="llm", absent="refused", rationale=""),
            pair("second", systems=("beta", "alpha"), seconds=1.5, rationale="clearer"),
            pair("first", systems=("alpha", "beta"), seconds=None),
            pair("tie", rater="gpt", rater_kind="llm", meta={"verdict": "split", "n": 1e-9}),
            pair(None, rater="gold", rater_kind="gold"),
        ],
        layout={
            "raters": {"human": "slots"},
            "null_means": {"human": "not_applicable"},
            "inconsistent": {"meta": "verdict", "value": "split"},
        },
    )

    out = pass_through(folder, tmp_path / "out")

    for part in PARTS:
        assert read_lines(out, part) == read_lines(folder, part)


def test_a_large_part_is_gzipped(tmp_path: Path) -> None:
    items = [{"item_id": f"i{number}", "prompt": "long " * 2000} for number in range(650)]
    folder = write_study(tmp_path / "in", items=items)

    out = pass_through(folder, tmp_path / "out")

    assert sorted(file.name for file in out.iterdir()) == ["items.jsonl.gz", "manifest.json"]
    assert read_manifest(out)["files"] == {"items": "items.jsonl.gz"}
    assert read_lines(out, "items") == read_lines(folder, "items")
    assert import_study(folder=out, slug="again").project.items.count() == 650


LINE_FIELDS = ["value", "turn", "seconds", "confidence", "rationale", "meta", "absent", "systems", "more"]
SMALL = (
    st.none()
    | st.integers(-1, 6)
    | st.floats(0, 5)
    | st.text(max_size=3)
    | st.sampled_from(["tie", "second"])
)
JSON = st.recursive(
    SMALL | st.booleans() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


def plain(value: Any) -> Any:
    """The one thing that a ledger does not tell apart: minus zero is zero."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return 0.0 if isinstance(value, float) and value == 0 else value


@pytest.mark.timeout(1200 if NIGHTLY else 180)  # some 20 ms an example, and the machine may be busy
@given(st.lists(st.tuples(st.sampled_from(LINE_FIELDS), JSON, st.booleans()), min_size=1, max_size=12))
@example([("confidence", -0.0, False), ("absent", {"": -0.0}, False), ("seconds", -0.0, True)])
@example([("more", [-0.0, {"a": -0.0}], True), ("meta", {"a": -0.0}, False), ("value", -0.0, False)])
@settings(max_examples=1000 if NIGHTLY else 60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_taken_in_comes_out(changes: list[tuple[str, object, bool]]) -> None:
    lines = [{**(pair() if is_pair else score(4)), field: value} for field, value, is_pair in changes]
    with tempfile.TemporaryDirectory() as name, transaction.atomic():
        folder = write_study(Path(name, "in"), ratings=[*lines, score(1)], layout={"unit_meta": ["a"]})
        study = import_study(folder=folder, slug="study", partial=True)
        left_out = {fault.line for fault in study.faults}
        export_study(project=study.project, folder=Path(name, "out"))
        kept = [
            plain(line) for number, line in enumerate([*lines, score(1)], start=1) if number not in left_out
        ]
        expected = write_study(Path(name, "kept"), ratings=kept)
        assert read_lines(Path(name, "out"), "ratings") == read_lines(expected, "ratings")
        transaction.set_rollback(True)
