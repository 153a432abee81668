"""All cells of the study, those of most worth first."""

from collections.abc import Sequence
from fnmatch import fnmatch
from functools import cache

from benchmarks.coverage.cells import Cell
from benchmarks.coverage.contests import contest_cells
from benchmarks.coverage.label_worlds import label_cells
from benchmarks.coverage.named_methods import named_cells
from benchmarks.coverage.score_worlds import score_cells


def list_cells(pattern: str = "") -> Sequence[Cell]:
    """The cells whose name (world/figure/inference) holds the pattern, in which * stands for anything."""
    return [cell for cell in _list_all() if fnmatch(cell.name, f"*{pattern}*")]


@cache
def _list_all() -> Sequence[Cell]:
    return [*label_cells(), *contest_cells(), *score_cells(), *named_cells()]
