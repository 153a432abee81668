"""How often each system wins its pairs."""

from collections.abc import Mapping
from typing import Any, Unpack

import numpy as np

from evalplatform.agreement.cells import gather_cells
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import infer, start_estimate
from evalplatform.agreement.preferences import PREFERENCES
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.shares import ValueShare
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
    interval : `inference`, `resamples`, `seed`, `confidence`

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
    pairs = _pairs_of_units(table, systems)
    gains = [POINTS.get(str(label), 0.5) for label in table.categories] or [0.5]
    points = np.array([gains, [1 - gain for gain in gains]])
    rates = {}
    for system in sorted({name for pair in pairs for name in pair if name}):
        second = np.array([pair[1] == system for pair in pairs], dtype=np.int64)
        met = np.array([system in pair for pair in pairs], dtype=np.bool_)
        sides = second[table.unit]
        figure = ValueShare(gather_cells(table, met, side=sides, crossed=settings.crossed), points=points)
        verdicts = int(met[table.unit].sum())
        base = start_estimate(n=verdicts, n_unit="verdicts", excluded=table.excluded)
        rates[system] = infer(figure, settings, base)
    return rates


def _pairs_of_units(
    table: RatingTable,
    systems: Mapping[Any, tuple[str, str]],  # Any: as above
) -> list[tuple[str, str]]:
    """The pair of each unit; a unit that holds ratings and has none is an error."""
    rated = set(np.unique(table.unit).tolist())
    pairs = []
    for code, unit in enumerate(table.units.tolist()):
        if code in rated and unit not in systems:
            raise AgreementError(f"no systems given for unit {unit!r}")
        pairs.append(systems[unit] if code in rated else ("", ""))
    return pairs
