"""The limits of an interval, and the reason where a figure has none."""

from typing import Literal, Protocol

import numpy as np

from evalplatform.agreement.bca import bca_limits
from evalplatform.agreement.cells import Cells
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.resampling import (
    Collapse,
    Limits,
    Scheme,
    Statistic,
    bootstrap_both,
    bootstrap_items,
    choose_scheme,
    expand_confidence,
    find_collapse,
    jackknife,
    jackknife_limits,
    percentile_limits,
)
from evalplatform.agreement.results import Undefined
from evalplatform.agreement.settings import NamedMethod, Settings
from evalplatform.agreement.sharing import shared
from evalplatform.agreement.two_way import reach_two_ways

FEW_ITEMS = 50  # below it the jackknife keeps its coverage where the percentile bootstrap loses some
MOST_LEFT_OUT = 5000  # clusters up to which leaving out one at a time is affordable

Method = NamedMethod | Literal["two_way_bootstrap"]


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
    if settings.crossed:
        return _draw_both(figure, settings, point)
    return find_item_limits(figure, settings)


def has_few_items(figure: Statistic) -> bool:
    return int(figure.multiplicity.sum()) < FEW_ITEMS


@shared
def find_item_limits(figure: NamingStatistic, settings: Settings) -> tuple[Method, Limits] | Undefined:
    """The interval over items: as a method by name makes it, or percentiles, or the jackknife where items are few or
    draws collapse."""
    if settings.method is not None:
        return _make_by_name(figure, settings, settings.method)
    reason = name_flat(figure)
    if not has_few_items(figure):
        scheme = choose_scheme(figure)
        found = _draw_items(figure, settings, scheme)
        if not isinstance(found, str):
            return scheme, found
        reason = found
    if len(figure.multiplicity) <= MOST_LEFT_OUT:
        limits = jackknife_limits(figure, settings.confidence)
        if limits is not None:
            return "jackknife_t", limits
    return reason


def _make_by_name(
    figure: NamingStatistic, settings: Settings, method: NamedMethod
) -> tuple[Method, Limits] | Undefined:
    """That way or none."""
    match method:
        case "item_bootstrap" | "poisson_bootstrap":
            found = _draw_items(figure, settings, method)
        case "jackknife_t":
            _check_left_out(figure)
            found = jackknife_limits(figure, settings.confidence) or name_flat(figure)
        case "bca":
            _check_left_out(figure)
            found = _correct_percentiles(figure, settings)
        case "pair_bootstrap":
            raise AgreementError("single pairs are drawn for Krippendorff's alpha alone")
    return found if isinstance(found, str) else (method, found)


def _check_left_out(figure: Statistic) -> None:
    if len(figure.multiplicity) > MOST_LEFT_OUT:
        raise AgreementError(f"more than {MOST_LEFT_OUT:,} different items are not left out one at a time")


def _draw_items(figure: NamingStatistic, settings: Settings, scheme: Scheme) -> Limits | Undefined:
    """Percentiles that reach as far as Student's t does."""
    values = bootstrap_items(figure, resamples=settings.resamples, seed=settings.seed, scheme=scheme)
    level = expand_confidence(settings.confidence, clusters=int(figure.multiplicity.sum()))
    limits = percentile_limits(values, level, figure.edges)
    return limits or name_collapse(figure, find_collapse(values, level, figure.edges))


def _correct_percentiles(figure: NamingStatistic, settings: Settings) -> Limits | Undefined:
    point = float(figure.under(figure.multiplicity[:, None].astype(np.float64))[0])
    found = bca_limits(
        point,
        bootstrap_items(figure, resamples=settings.resamples, seed=settings.seed, scheme="item_bootstrap"),
        jackknife(figure),
        figure.multiplicity,
        settings.confidence,
        figure.edges,
    )
    if found == "beyond":
        return "too_few_items"
    return name_collapse(figure, found) if isinstance(found, str) else found


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
    low, high = _cover(
        reach_two_ways(figure, settings, drawn, point), find_item_limits(figure, settings.over_items)
    )
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
    collapse = find_collapse(values, settings.confidence, figure.edges)
    return "too_few_raters" if collapse is None else name_collapse(figure, collapse)


def name_collapse(figure: NamingStatistic, collapse: Collapse | None) -> Undefined:
    """What is missing where draws collapse."""
    match collapse:
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
