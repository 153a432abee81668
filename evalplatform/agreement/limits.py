"""The limits of an interval, and the reason where a figure has none."""

from typing import Literal, Protocol

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.cells import Cells
from evalplatform.agreement.resampling import (
    Limits,
    Statistic,
    bootstrap_both,
    bootstrap_items,
    expand_confidence,
    find_collapse,
    jackknife_limits,
    percentile_limits,
)
from evalplatform.agreement.results import Undefined
from evalplatform.agreement.settings import Settings
from evalplatform.agreement.two_way import reach_two_ways

FEW_ITEMS = 50  # below it the jackknife keeps its coverage where the percentile bootstrap loses some
MOST_LEFT_OUT = 5000  # clusters up to which leaving out one at a time is affordable

Method = Literal["item_bootstrap", "jackknife_t", "two_way_bootstrap"]


class NamingStatistic(Statistic, Protocol):
    """A statistic that can say what it lacks."""

    @property
    def undefined(self) -> Undefined:
        """Why it has no value when it has none."""

    @property
    def scarce(self) -> tuple[Undefined, Undefined]:
        """What is missing where draws stand at the upper edge of the range, and at the lower."""


class Figure(NamingStatistic, Protocol):
    """A statistic of ratings, whose raters may be drawn too."""

    @property
    def cells(self) -> Cells:
        """The ratings it is worked out from."""

    @property
    def is_centred(self) -> bool:
        """Whether draws of persons are moved so that their mean is the estimate."""


def find_limits(figure: Figure, settings: Settings, point: float) -> tuple[Method, Limits] | Undefined:
    """The interval around the figure's value and how it was made, or why there is none."""
    return _draw_both(figure, settings, point) if settings.crossed else find_item_limits(figure, settings)


def has_few_items(figure: Statistic) -> bool:
    return int(figure.multiplicity.sum()) < FEW_ITEMS


def find_item_limits(figure: NamingStatistic, settings: Settings) -> tuple[Method, Limits] | Undefined:
    """The interval over items: percentiles, or the jackknife where items are few or draws collapse."""
    reason = name_flat(figure)
    if not has_few_items(figure):
        values = bootstrap_items(figure, resamples=settings.resamples, seed=settings.seed)
        level = expand_confidence(settings.confidence, clusters=int(figure.multiplicity.sum()))
        limits = percentile_limits(values, level, figure.edges)
        if limits is not None:
            return "item_bootstrap", limits
        reason = _name_collapse(figure, values, level)
    if len(figure.multiplicity) <= MOST_LEFT_OUT:
        limits = jackknife_limits(figure, settings.confidence)
        if limits is not None:
            return "jackknife_t", limits
    return reason


def _draw_both(figure: Figure, settings: Settings, point: float) -> tuple[Method, Limits] | Undefined:
    values = bootstrap_both(
        figure,
        raters=figure.cells.raters,
        groups=figure.cells.groups,
        resamples=settings.resamples,
        seed=settings.seed,
    )
    limits = percentile_limits(values, settings.confidence, figure.edges)
    if limits is None:
        return _blame(figure, settings)
    shift = point - float(np.nanmean(values)) if figure.is_centred else 0.0
    drawn = limits[0] + shift, limits[1] + shift
    low, high = _cover(reach_two_ways(figure, settings, drawn, point), find_item_limits(figure, settings))
    if (
        figure.is_centred
    ):  # leaving out one voter makes ties, and says little of how other voters would differ
        low, high = min(low, drawn[0]), max(high, drawn[1])
    return "two_way_bootstrap", (max(low, figure.bounds[0]), min(high, figure.bounds[1]))


def _cover(limits: Limits, over_items: tuple[Method, Limits] | Undefined) -> Limits:
    """Drawing persons too makes no interval narrower."""
    if isinstance(over_items, str):
        return limits
    return min(limits[0], over_items[1][0]), max(limits[1], over_items[1][1])


def _blame(figure: Figure, settings: Settings) -> Undefined:
    """Where draws of items alone stand, it is the draws of persons that leave nothing to count."""
    values = bootstrap_items(figure, resamples=settings.resamples, seed=settings.seed)
    if find_collapse(values, settings.confidence, figure.edges) is None:
        return "too_few_raters"
    return _name_collapse(figure, values, settings.confidence)


def _name_collapse(figure: NamingStatistic, values: FloatArray, confidence: float) -> Undefined:
    match find_collapse(values, confidence, figure.edges):
        case "top":
            return figure.scarce[0]
        case "bottom":
            return figure.scarce[1]
        case "nothing":
            return "too_few_items" if figure.undefined == "no_pairable_units" else figure.undefined
    return name_flat(figure)


def name_flat(figure: Statistic) -> Undefined:
    """All clusters give the same: by chance where they are few."""
    return "too_few_items" if has_few_items(figure) else "no_variation"
