"""Run the study: a small one that prints JSON lines, or the whole one that writes its table to a file."""

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one thread a process; read when numpy is imported

from benchmarks.coverage.record import LEAST, NOMINAL, Record
from benchmarks.coverage.report import write_page
from benchmarks.coverage.runner import run_cells
from benchmarks.coverage.study import list_cells
from benchmarks.line import print_figure

SMALL, WHOLE = 60, 4000
RESAMPLES = 400


def main() -> None:
    asked = read_arguments()
    held = read_records(asked.out, asked.runs, asked.resamples)
    cells = [cell for cell in list_cells(asked.cells) if cell.name not in held]
    start = time.monotonic()
    records = run_cells(
        cells,
        runs=asked.runs,
        resamples=asked.resamples,
        processes=asked.processes,
        seconds=asked.minutes and asked.minutes * 60,
    )
    for done, record in enumerate(records, start=1):
        held[record.name] = record
        if asked.out is None:
            print_record(record)
            continue
        write_records(asked.out, held, asked)
        print_progress(record, done, len(cells), time.monotonic() - start)
    if asked.out is not None:
        write_records(asked.out, held, asked)


def read_arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    nightly = os.environ.get("EVALPLATFORM_NIGHTLY") == "1"
    parser.add_argument("--runs", type=int, default=WHOLE if nightly else SMALL, help="runs a cell")
    parser.add_argument("--resamples", type=int, default=RESAMPLES, help="of each interval")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--minutes", type=float, help="stop after so long; finished cells stand")
    parser.add_argument(
        "--cells", default="", help="only those whose world/figure/inference holds this (* is any)"
    )
    parser.add_argument(
        "--out", type=Path, help="the table; the numbers stand beside it as .jsonl and are taken up"
    )
    return parser.parse_args()


def read_records(out: Path | None, runs: int, resamples: int) -> dict[str, Record]:
    """Cells that an earlier command finished at the same size."""
    path = out and out.with_suffix(".jsonl")
    if path is None or not path.exists():
        return {}
    records = [Record.read(json.loads(line)) for line in path.read_text().splitlines()]
    return {held.name: held for held in records if (held.runs, held.resamples) == (runs, resamples)}


def write_records(out: Path, held: Mapping[str, Record], asked: argparse.Namespace) -> None:
    """Write the numbers and the table anew, in the order of the study."""
    command = (
        f"python -m benchmarks.coverage --runs {asked.runs} --resamples {asked.resamples} --out {out.name}"
    )
    records = [held[cell.name] for cell in list_cells() if cell.name in held]
    lines = "".join(json.dumps(record.to_dict()) + "\n" for record in records)
    out.with_suffix(".jsonl").write_text(lines)
    out.write_text(write_page(records, command))


def print_record(record: Record) -> None:
    """One JSON line: how many intervals miss, which may be 7 % and what chance adds to so few runs."""
    target = 1 - (NOMINAL if record.promise == "conservative" else LEAST)
    target += 3 * record.spread
    print_figure(
        area="coverage",
        name=record.name,
        value=100 * (1 - record.covered),
        unit="% of intervals that miss the true value",
        target=100 * target if record.is_in_scope else None,
    )
    sys.stdout.flush()


def print_progress(record: Record, done: int, cells: int, seconds: float) -> None:
    share = f"{record.covered:.1%} covered, {record.undefined:.1%} undefined, {record.verdict}"
    print(f"[{done}/{cells} {seconds:.0f} s] {record.name}: {share}", flush=True)


if __name__ == "__main__":
    main()
