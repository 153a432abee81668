"""How often each system wins its pairs."""

from collections.abc import Mapping
from typing import Any, Unpack

import numpy as np

from evalplatform.agreement.arrays import BoolArray, IntArray, LabelArray
from evalplatform.agreement.cells import can_be_pooled, count_per_unit, gather_cells
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import infer, start_estimate
from evalplatform.agreement.preferences import PREFERENCES
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.shares import ValueShare
from evalplatform.agreement.sharing import shared
from evalplatform.agreement.table import RatingTable

POINTS = {"first": 1.0, "second": 0.0}


def win_rates(
    table: RatingTable,
    systems: Mapping[Any, tuple[str, str]],  # Any: unit labels of whatever type
    **interval: Unpack[IntervalOptions],
) -> dict[str, Estimate]:
    """Share of verdicts that each system wins, all its opponents pooled.

    Ties of every kind and inconsistent verdicts give each side one half.

    Parameters
    ----------
    table : preferences, each verdict counting once
    systems : the two systems of each unit label, in the canonical order that the values refer to
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    dict
        System to `Estimate` in [0, 1], systems sorted; ``n`` counts verdicts. The rates of systems that met
        different opponents cannot be compared. Undefined: ``no_pairable_units`` (no verdict).
    """
    settings = Settings(**interval)
    unknown = set(table.categories) - set(PREFERENCES)
    if unknown:
        raise AgreementError(f"not a preference: {min(map(repr, unknown))}")
    names, pairs = _code_pairs(table.units, systems)
    rated = count_per_unit(table) > 0
    _check_pairs(table, rated & (pairs[0] < 0))
    crossed = settings.crossed or not can_be_pooled(table)
    rates = {}
    for code in np.unique(pairs[:, rated]).tolist():
        figure, verdicts = _share_wins(table, pairs, code, crossed=crossed)
        base = start_estimate(n=verdicts, n_unit="verdicts", excluded=table.excluded)
        rates[names[code]] = infer(figure, settings, base)
    return rates


@shared
def _share_wins(table: RatingTable, pairs: IntArray, system: int, *, crossed: bool) -> tuple[ValueShare, int]:
    """The share of one system, and of how many verdicts."""
    gains = [POINTS.get(str(label), 0.5) for label in table.categories] or [0.5]
    first, second = pairs == system
    met = (first | second) & (count_per_unit(table) > 0)
    side = second.astype(np.int64)[table.unit]
    cells = gather_cells(table, met, side=side, crossed=crossed)
    points = np.array([gains, [1 - gain for gain in gains]])
    return ValueShare(cells, points=points), int(met[table.unit].sum())


@shared
def _code_pairs(
    units: LabelArray,
    systems: Mapping[Any, tuple[str, str]],  # Any: as above
) -> tuple[list[str], IntArray]:
    """Names of the systems, sorted, and the codes of the two of each unit, (2, units), -1 where none are given."""
    known = [systems.get(unit) for unit in units.tolist()]
    names = sorted({name for pair in known if pair for name in pair})
    place = {name: code for code, name in enumerate(names)}
    coded = [(place[pair[0]], place[pair[1]]) if pair else (-1, -1) for pair in known]
    return names, np.array(coded, dtype=np.int64).reshape(-1, 2).T


def _check_pairs(table: RatingTable, lacking: BoolArray) -> None:
    if lacking.any():
        raise AgreementError(f"no systems given for unit {table.units[lacking][0]!r}")
