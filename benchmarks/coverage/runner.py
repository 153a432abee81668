"""Runs of cells in several processes; what comes out does not depend on how many there are."""

import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import get_context

import numpy as np

from benchmarks.coverage.cells import Cell, Options
from benchmarks.coverage.record import Record
from benchmarks.coverage.tally import Tally
from evalplatform.agreement import Estimate

ROOT = 20260101  # fixed before the first run
BLOCK = 125  # runs that one process does at a time


@dataclass(frozen=True, kw_only=True)
class Block:
    """Some runs of one cell."""

    cell: Cell
    runs: range
    resamples: int


def run_cells(
    cells: Sequence[Cell], *, runs: int, resamples: int, processes: int, seconds: float | None = None
) -> Iterator[Record]:
    """Yield each cell when its runs are done, in the order given; stop when the time is up."""
    blocks = [
        Block(cell=cell, runs=range(start, min(start + BLOCK, runs)), resamples=resamples)
        for cell in cells
        for start in range(0, runs, BLOCK)
    ]
    deadline = None if seconds is None else time.monotonic() + seconds
    if processes == 1:
        yield from _gather(map(_run_numbered, enumerate(blocks)), blocks, deadline)
        return
    with get_context("spawn").Pool(processes) as pool:
        yield from _gather(pool.imap(_run_numbered, enumerate(blocks)), blocks, deadline)


def run_block(block: Block) -> Tally:
    """Do the runs, each from a seed that the cell's name and the run's number give."""
    tally = Tally()
    for run in block.runs:
        count_run(block.cell, run, block.resamples, tally)
    return tally


def count_run(cell: Cell, run: int, resamples: int, tally: Tally) -> None:
    """Draw a study, work the figure out, and see whether its interval holds the true value."""
    seeds = np.random.SeedSequence(ROOT, spawn_key=(zlib.crc32(cell.name.encode()), run))
    sample = cell.world.draw(np.random.default_rng(seeds))
    seed = int(seeds.generate_state(1)[0])
    options = Options(inference=cell.inference, resamples=resamples, seed=seed)
    try:
        found = cell.figure.estimate(sample, options)
    except Exception as error:  # noqa: BLE001 - a figure that breaks is counted, and printed in the table
        found = Estimate(estimate=None, n=0, n_unit="", undefined=None, method=type(error).__name__)
    tally.add(found, cell.truth, clusters=sample.clusters, events=cell.figure.events(sample))


def _run_numbered(numbered: tuple[int, Block]) -> tuple[int, Tally]:
    return numbered[0], run_block(numbered[1])


def _gather(
    done: Iterator[tuple[int, Tally]], blocks: Sequence[Block], deadline: float | None
) -> Iterator[Record]:
    for cell, of_cell in groupby(done, key=lambda found: blocks[found[0]].cell):
        whole = Tally()
        for _, tally in of_cell:
            whole.merge(tally)
            if deadline is not None and time.monotonic() > deadline:
                return
        yield Record.of(cell, whole, blocks[0].resamples)
