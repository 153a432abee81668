"""The study of coverage: its true values, its independence of how it is run, and what it prints."""

import json
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.coverage.cells import Cell, Options
from benchmarks.coverage.contests import Contests
from benchmarks.coverage.labels import Labels
from benchmarks.coverage.record import Record
from benchmarks.coverage.report import write_page
from benchmarks.coverage.runner import run_cells
from benchmarks.coverage.scores import Scores
from benchmarks.coverage.study import list_cells
from benchmarks.coverage.tally import Tally
from evalplatform.agreement import Estimate

MANY = 20_000
PLACES = (
    "labels-100x3",
    "pair-100",
    "rare-5%-200x3",
    "missing-50%",
    "clusters-informative",
    "scale-missing-50%",
    "hard-get-more",
    "sparse-200x3of30",
    "judge-clusters",
    "contests-100x3",
    "points-100x4",
    "skewed-500x4",
    "scores-systems",
    "by-name-mean-500",
    "by-name-rare-20%-100x3",
)
FIXED = [cell for cell in list_cells() if cell.place in PLACES]


def enlarge(cell: Cell) -> Labels | Scores | Contests:
    world = cell.world
    if isinstance(world, Labels):
        return replace(world, clusters=MANY // (10 if world.sizes != ((1, 1),) else 1))
    assert isinstance(world, Scores | Contests)
    return replace(world, items=MANY)


@pytest.mark.parametrize("cell", FIXED, ids=[cell.name for cell in FIXED])
def test_a_large_study_comes_to_the_true_value(cell: Cell) -> None:
    sample = enlarge(cell).draw(np.random.default_rng(4))
    found = cell.figure.estimate(sample, Options(inference=None, resamples=1, seed=0))
    assert found.estimate == pytest.approx(cell.truth, abs=0.035 if "variance" in cell.figure.name else 0.015)


def test_drawn_raters_come_to_the_value_of_their_population() -> None:
    """With very many of them the two-way value is met as well."""
    for cell in list_cells("crowd-100x10-sd0.15"):
        assert isinstance(cell.world, Labels)
        skills = replace(cell.world.skills, drawn=400)
        sample = replace(cell.world, skills=skills, clusters=2000).draw(np.random.default_rng(4))
        found = cell.figure.estimate(sample, Options(inference=None, resamples=1, seed=0))
        assert found.estimate == pytest.approx(cell.truth, abs=0.03)


def test_names_tell_the_cells_apart() -> None:
    names = [cell.name for cell in list_cells()]
    assert len(set(names)) == len(names)
    assert {cell.figure.name for cell in list_cells("crowd-clusters*alpha")} == {"alpha_nominal"}


def test_the_table_does_not_depend_on_the_processes() -> None:
    cells = list_cells("labels-30x3/p")
    one = list(run_cells(cells, runs=140, resamples=10, processes=1))
    two = list(run_cells(cells, runs=140, resamples=10, processes=2))
    assert one == two
    assert [record.runs for record in one] == [140, 140]


def test_no_cell_is_started_when_the_time_is_up() -> None:
    assert list(run_cells(list_cells("labels-30x3"), runs=10, resamples=10, processes=1, seconds=0)) == []


def make_record(*, covered: int, clusters: int = 100, events: int = 20) -> Record:
    cell = list_cells("labels-100x3/alpha")[0]
    tally = Tally()
    for run in range(100):
        low = cell.truth - 0.1 if run < covered else cell.truth + 0.1
        found = Estimate(estimate=low, low=low, high=low + 0.2, n=1, n_unit="units", method="item_bootstrap")
        tally.add(found, cell.truth, clusters=clusters, events=events)
    return Record.of(cell, tally, 10)


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        (make_record(covered=95), "kept"),
        (make_record(covered=92), "narrow"),
        (make_record(covered=98), "wide"),
        (make_record(covered=98, events=9), "outside"),
        (make_record(covered=92, clusters=49), "outside, narrow"),
        (replace(make_record(covered=98), promise="conservative"), "kept"),
        (replace(make_record(covered=90), promise="conservative"), "narrow"),
        (replace(make_record(covered=95), undefined=0.6), "undefined"),
    ],
)
def test_verdicts(record: Record, verdict: str) -> None:
    assert record.verdict == verdict


def test_misses_are_told_by_their_side() -> None:
    record = make_record(covered=90)
    assert (record.covered, record.below, record.above) == (0.9, 0.0, 0.1)
    assert record.width == pytest.approx(0.2)


def test_the_page_prints_every_cell() -> None:
    records = [
        make_record(covered=95),
        replace(make_record(covered=92), place="other", reasons={"no_variation": 3}),
    ]
    page = write_page(records, "python -m benchmarks.coverage")
    assert [line.split(" | ")[0] for line in page.splitlines() if line.startswith("| alpha")] == [
        "| alpha_nominal"
    ] * 2
    assert "1 kept, 1 narrow" in page
    assert "`no_variation`" in page


def test_records_survive_being_written() -> None:
    record = make_record(covered=95)
    assert Record.read(json.loads(json.dumps(record.to_dict()))) == record
