"""From a statistic to an `Estimate`: which interval, and when there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypedDict

import numpy as np

from evalplatform.agreement.cells import Cells
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.resampling import (
    Statistic,
    bootstrap_both,
    bootstrap_items,
    jackknife_limits,
    percentile_limits,
)
from evalplatform.agreement.results import Estimate, Inference, Undefined

FEW_ITEMS = 50  # below it the jackknife keeps its coverage where the percentile bootstrap loses some
FEW_PERSONS = 5
MOST_LEFT_OUT = 5000  # clusters up to which leaving out one at a time is affordable


class IntervalOptions(TypedDict, total=False):
    """Keyword arguments that every figure with an interval takes; see `Settings`."""

    inference: Inference | None
    resamples: int
    seed: int
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the interval should speak of, and how it is drawn.

    ``these_raters`` resamples items, ``rater_population`` items and persons, None gives the figure alone.
    """

    inference: Inference | None = "these_raters"
    resamples: int = 1000
    seed: int = 0
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1 or self.resamples < 1:
            raise AgreementError("confidence lies between 0 and 1, and resamples are at least one")

    @property
    def crossed(self) -> bool:
        return self.inference == "rater_population"


class Figure(Statistic, Protocol):
    """A statistic that knows its data."""

    @property
    def cells(self) -> Cells:
        """The ratings it is worked out from."""

    @property
    def undefined(self) -> Undefined:
        """Why it has no value when it has none."""

    def scarcities(self) -> Sequence[tuple[Undefined, int]]:
        """What an interval needs in two clusters at least, and in how many it is found."""


def infer(figure: Figure, settings: Settings, base: Estimate) -> Estimate:
    """Fill in the figure and its interval in an `Estimate` that says what was counted."""
    base = replace(base, inference=settings.inference, confidence=settings.confidence, seed=settings.seed)
    if not figure.cells.units:
        return replace(base, undefined="no_pairable_units")
    point = float(figure.under(figure.multiplicity[:, None].astype(np.float64))[0])
    if not np.isfinite(point):
        return replace(base, undefined=figure.undefined)
    base = replace(base, estimate=point)
    if settings.inference is None:
        return replace(base, seed=None)
    obstacle = _find_obstacle(figure, settings)
    return replace(base, undefined=obstacle) if obstacle else _add_limits(figure, settings, base)


def start_estimate(
    *, n: int, n_unit: str, excluded: Mapping[str, int], level: str | None = None, rule: str | None = None
) -> Estimate:
    """Begin an `Estimate`: what is counted, before the figure is known."""
    held = {reason: count for reason, count in excluded.items() if count}
    return Estimate(estimate=None, n=n, n_unit=n_unit, excluded=held, level=level, rule=rule)


def _find_obstacle(figure: Figure, settings: Settings) -> Undefined | None:
    if figure.multiplicity.sum() < 2:
        return "too_few_items"
    if settings.crossed and len(figure.cells.slots):
        return "raters_are_slots"
    if settings.crossed and len(figure.cells.persons) < FEW_PERSONS:
        return "too_few_raters"
    return next((reason for reason, clusters in figure.scarcities() if clusters < 2), None)


def _add_limits(figure: Figure, settings: Settings, base: Estimate) -> Estimate:
    clusters = int(figure.multiplicity.sum())
    method, limits = "two_way_bootstrap", None
    if settings.crossed:
        values = bootstrap_both(
            figure,
            raters=figure.cells.raters,
            persons=figure.cells.persons,
            resamples=settings.resamples,
            seed=settings.seed,
        )
        limits = percentile_limits(values, settings.confidence, figure.bounds)
    elif clusters >= FEW_ITEMS:
        method = "item_bootstrap"
        values = bootstrap_items(figure, resamples=settings.resamples, seed=settings.seed)
        limits = percentile_limits(values, settings.confidence, figure.bounds)
    if limits is None and not settings.crossed and len(figure.multiplicity) <= MOST_LEFT_OUT:
        method, limits = "jackknife_t", jackknife_limits(figure, settings.confidence)
    if limits is None:
        return replace(base, undefined="too_few_disagreements")
    return replace(base, low=limits[0], high=limits[1], method=method)
