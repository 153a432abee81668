"""From a statistic to an `Estimate`: the figure, and what keeps it from having an interval."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from evalplatform.agreement.limits import Figure, find_limits
from evalplatform.agreement.results import Estimate, Undefined
from evalplatform.agreement.settings import Settings
from evalplatform.agreement.sharing import shared

FEW_PERSONS = 5


class CountedFigure(Figure, Protocol):
    """A figure that knows what its interval needs."""

    def scarcities(self) -> Sequence[tuple[Undefined, int]]:
        """What an interval needs in two clusters at least, and in how many it is found."""


def infer(figure: CountedFigure, settings: Settings, base: Estimate) -> Estimate:
    """Fill in the figure and its interval in an `Estimate` that says what was counted."""
    asked: dict[str, Any] = {
        "inference": settings.inference,
        "confidence": settings.confidence,
        "seed": settings.seed,
    }
    if not figure.cells.units:
        return replace(base, **asked, undefined="no_pairable_units")
    point = _find_point(figure)
    if not np.isfinite(point):
        return replace(base, **asked, undefined=figure.undefined)
    if settings.inference is None:
        return replace(base, **{**asked, "seed": None}, estimate=point)
    found = _find_obstacle(figure, settings) or find_limits(figure, settings, point)
    if isinstance(found, str):
        return replace(base, **asked, estimate=point, undefined=found)
    method, (low, high) = found
    return replace(base, **asked, estimate=point, low=low, high=high, method=method)


def start_estimate(
    *, n: int, n_unit: str, excluded: Mapping[str, int], level: str | None = None, rule: str | None = None
) -> Estimate:
    """Begin an `Estimate`: what is counted, before the figure is known."""
    held = {reason: count for reason, count in excluded.items() if count}
    return Estimate(estimate=None, n=n, n_unit=n_unit, excluded=held, level=level, rule=rule)


def refuse_slots(base: Estimate, settings: Settings) -> Estimate:
    """Leave a figure undefined that would depend on who was put in which slot."""
    asked = replace(base, inference=settings.inference, confidence=settings.confidence)
    return replace(asked, undefined="raters_are_slots")


def _find_obstacle(figure: CountedFigure, settings: Settings) -> Undefined | None:
    if figure.multiplicity.sum() < 2:
        return "too_few_items"
    if settings.crossed and len(figure.cells.slots):
        return "raters_are_slots"
    if settings.crossed and min(map(len, figure.cells.groups), default=0) < FEW_PERSONS:
        return "too_few_raters"
    return _find_scarcity(figure)


@shared
def _find_point(figure: CountedFigure) -> float:
    return float(figure.under(figure.multiplicity[:, None].astype(np.float64))[0])


@shared
def _find_scarcity(figure: CountedFigure) -> Undefined | None:
    return next((reason for reason, clusters in figure.scarcities() if clusters < 2), None)
