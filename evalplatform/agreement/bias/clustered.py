"""Figures of sums over items: the figure, and its interval by drawing items."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray, Labels, encode_labels
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.columns import check_lengths
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.limits import MOST_LEFT_OUT, has_few_items, name_flat
from evalplatform.agreement.resampling import (
    bootstrap_items,
    choose_scheme,
    jackknife_limits,
    percentile_limits,
)
from evalplatform.agreement.results import Estimate, Undefined
from evalplatform.agreement.settings import Settings

Formula = Callable[[FloatArray], FloatArray]
Bounds = tuple[float, float]
SHARE: Bounds = (0.0, 1.0)
DIFFERENCE: Bounds = (-1.0, 1.0)
UNBOUNDED: Bounds = (-np.inf, np.inf)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class ClusterFigure:
    """A function of the sums of some columns over clusters.

    Attributes
    ----------
    sums : (columns, types) sums of each type of cluster
    multiplicity : (types,) how many clusters are of each type
    formula : from (columns, resamples) sums to (resamples,) figures, NaN where undefined
    bounds : range of the figure
    """

    sums: FloatArray
    multiplicity: IntArray
    formula: Formula
    bounds: Bounds

    @property
    def edges(self) -> Bounds:
        return self.bounds

    @property
    def size(self) -> int:
        return len(self.multiplicity)

    @property
    def clusters(self) -> int:
        return int(self.multiplicity.sum())

    @property
    def point(self) -> float:
        whole = self.sums @ self.multiplicity[:, None].astype(np.float64)
        return float(self.formula(whole)[0])

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        """Give the figure for each column of (types, resamples) weights; raters are not drawn."""
        return self.formula(self.sums @ items)


def make_figure(
    columns: Sequence[FloatArray], cluster: IntArray, formula: Formula, *, bounds: Bounds = UNBOUNDED
) -> ClusterFigure:
    """Sum (rows,) columns by cluster; clusters with the same sums are one type held many times."""
    codes = np.unique(cluster, return_inverse=True)[1]
    size = int(codes.max(initial=-1)) + 1
    sums = np.stack([sum_by(codes, column, size) for column in columns])
    first, multiplicity = _find_types(sums)
    return ClusterFigure(sums=sums[:, first], multiplicity=multiplicity, formula=formula, bounds=bounds)


def infer_figure(
    figure: ClusterFigure, settings: Settings, base: Estimate, *, undefined: Undefined = "no_pairable_units"
) -> Estimate:
    """Fill in the figure and its interval in an `Estimate` that says what was counted."""
    base = begin(base, settings)
    if not figure.clusters:
        return replace(base, undefined="no_pairable_units")
    point = figure.point
    if not np.isfinite(point):
        return replace(base, undefined=undefined)
    base = replace(base, estimate=point)
    if settings.inference is None:
        return base
    if figure.clusters < 2:
        return replace(base, undefined="too_few_items")
    return _add_limits(figure, settings, base)


def infer_mean(
    values: FloatArray,
    cluster: IntArray,
    settings: Settings,
    base: Estimate,
    *,
    bounds: Bounds = UNBOUNDED,
    weights: FloatArray | None = None,
) -> Estimate:
    """Mean of (rows,) values, each weighing one or its weight; items are drawn.

    No interval where fewer than two clusters differ from the others: it would hang on one of them.
    """
    held = np.ones(len(values)) if weights is None else weights
    figure = make_figure([values * held, held], cluster, _ratio, bounds=bounds)
    found = infer_figure(figure, settings, base)
    if found.low is None or _count_unlike(figure) > 1:
        return found
    return replace(found, low=None, high=None, method=None, undefined=name_flat(figure))


def begin(base: Estimate, settings: Settings) -> Estimate:
    """Note in an `Estimate` what interval was asked for."""
    settings.refuse_method()
    if settings.crossed:
        raise AgreementError("this figure speaks of the raters at hand: its interval draws items alone")
    seed = None if settings.inference is None else settings.seed
    return replace(base, inference=settings.inference, confidence=settings.confidence, seed=seed)


def encode_rows(size: int, clusters: Labels | None) -> IntArray:
    """Codes of the clusters of rows, (rows,); without clusters each row is its own."""
    if clusters is None:
        return np.arange(size, dtype=np.int64)
    check_lengths([clusters, range(size)])
    return encode_labels(clusters)[0]


def subtract_rates(sums: FloatArray) -> FloatArray:
    """One sum over a second, less a third over a fourth; NaN where either has nothing below."""
    rates = np.full((2, sums.shape[1]), np.nan)
    np.divide(sums[::2], sums[1::2], out=rates, where=sums[1::2] > 0)
    result: FloatArray = rates[0] - rates[1]
    return result


def _find_types(sums: FloatArray) -> tuple[IntArray, IntArray]:
    """One of the clusters with the same sums in all columns, and how many they are, in the order of the sums."""
    codes = np.zeros(sums.shape[1], dtype=np.int64)
    for column in sums:
        place = np.unique(column, return_inverse=True)[1]
        codes = np.unique(codes * (int(place.max(initial=0)) + 1) + place, return_inverse=True)[1]
    _, first, counts = np.unique(codes, return_index=True, return_counts=True)
    return first, counts


def _add_limits(figure: ClusterFigure, settings: Settings, base: Estimate) -> Estimate:
    """Percentiles, or the jackknife where items are few or draws collapse."""
    if not has_few_items(figure):
        values = bootstrap_items(figure, resamples=settings.resamples, seed=settings.seed)
        limits = percentile_limits(values, settings.confidence, figure.edges)
        if limits is not None:
            return replace(base, low=limits[0], high=limits[1], method=choose_scheme(figure))
    if figure.size <= MOST_LEFT_OUT:
        limits = jackknife_limits(figure, settings.confidence)
        if limits is not None:
            return replace(base, low=limits[0], high=limits[1], method="jackknife_t")
    return replace(base, undefined=name_flat(figure))


def _count_unlike(figure: ClusterFigure) -> int:
    """Clusters whose own mean is not the commonest one."""
    means = np.round(_ratio(figure.sums), 12)
    kinds = np.unique(means, return_inverse=True)[1]
    return figure.clusters - int(np.bincount(kinds, weights=figure.multiplicity).max())


def _ratio(sums: FloatArray) -> FloatArray:
    out = np.full(sums.shape[1], np.nan)
    np.divide(sums[0], sums[1], out=out, where=sums[1] > 0)
    return out
