"""The table of the study as a page."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from benchmarks.coverage.record import Record

COLUMNS = (
    "figure",
    "inference",
    "method",
    "true value",
    "mean estimate",
    "clusters",
    "events",
    "covered",
    "below",
    "above",
    "undefined",
    "width",
    "verdict",
)

INTRODUCTION = """# How often intervals hold the true value

Each row is a simulated study whose true value is known, repeated {runs:,} times with seeds fixed beforehand and
{resamples} resamples each; every row that was run is printed. Made by

```sh
{command}
```

- **covered**: share of the intervals that hold the true value; its own standard error is {spread:.1%}. **below** and
  **above**: share of the intervals that lie wholly below it, and wholly above it. **undefined**: share of the runs
  that gave no interval, and why.
- **clusters**, **events**: how many clusters a study has, and how many of them hold what is scarce (two ratings that
  differ; the value whose rate is asked for, or another one if that is rarer; every cluster for a mean).
- **verdict**: 95 % intervals promise 93 to 97 % (`kept`) where there are 50 clusters and 10 events on average;
  intervals over items and persons promise 95 % or more where each item is rated by few of the raters (less by two
  standard errors is `kept`). `narrow` or `wide` is a broken promise. `outside`: fewer clusters or events, where
  nothing is promised; `outside, narrow` shows what it costs. `undefined`: most runs gave no interval.
- True values have a closed form (of points from 1 to 5: by quadrature).

Known to miss, and why. Two reach too far: ICC(2,1) of five raters and 50 normal units (`scores-50x5-drawn`), where
units are allowed a long tail that these do not have, and AC1 of pairs of which half are missing (`crowd-missing-50%`).
Five persons of skills far apart keep the promise with less than a point to spare (`crowd-100x5-sd0.15`). Where a
handful of clusters holds a disagreement (`rare-1%`), most studies that give an interval at all are those that happened
on more.
"""


def write_page(records: Sequence[Record], command: str) -> str:
    """The whole page, a section a world in the order of the records."""
    if not records:
        return ""
    head = INTRODUCTION.format(
        runs=records[0].runs, resamples=records[0].resamples, command=command, spread=records[0].spread
    )
    sections = [_write_section(list(rows)) for _, rows in groupby(records, key=lambda held: held.place)]
    return "\n".join([head, _sum_up(records), *sections])


def _sum_up(records: Sequence[Record]) -> str:
    verdicts = Counter(record.verdict for record in records)
    counts = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
    return f"{len(records)} rows: {counts}.\n"


def _write_section(records: Sequence[Record]) -> str:
    says = records[0].says
    title = f"## {records[0].place}\n\n{says[0].upper()}{says[1:]}.\n"
    rows = [_join(COLUMNS), _join(["---"] * len(COLUMNS)), *map(_write_row, records)]
    return "\n".join([title, *rows, ""])


def _write_row(record: Record) -> str:
    method = ", ".join(f"`{name}`" for name in record.methods) or "none"
    reasons = ", ".join(f"`{name}`" for name in record.reasons)
    cells = [
        record.figure,
        f"`{record.inference}`",
        method,
        f"{record.truth:.4f}",
        f"{record.estimate:.4f}",
        f"{record.clusters:.0f}",
        f"{record.events:.1f}",
        f"{record.covered:.1%}",
        f"{record.below:.1%}",
        f"{record.above:.1%}",
        f"{record.undefined:.1%} {reasons}".strip(),
        f"{record.width:.3f}",
        record.verdict,
    ]
    return _join(cells)


def _join(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
