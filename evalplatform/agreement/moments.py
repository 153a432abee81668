"""Figures that are a formula of sums over items: means, correlations, rates, differences of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray, Labels, encode_labels
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.limits import NamingStatistic, find_item_limits
from evalplatform.agreement.results import Estimate, Undefined
from evalplatform.agreement.settings import Settings

Formula = Callable[[FloatArray], FloatArray]
ANYWHERE = (-np.inf, np.inf)
MOST_CLUSTERS = 5_000  # so many groups tell the error to within one per cent
SCARCE: tuple[Undefined, Undefined] = ("too_few_disagreements", "too_few_agreements")


class Moments:
    """Sums of columns over the clusters, and a figure as a formula of their totals.

    More than `MOST_CLUSTERS` are dealt at random into so many groups: groups are as independent of each other as the
    clusters are, so that drawing groups says the same of the error, in bounded time and memory.
    """

    def __init__(
        self,
        columns: FloatArray,
        clusters: IntArray,
        formula: Formula,
        *,
        bounds: tuple[float, float] = ANYWHERE,
        edges: tuple[float, float] | None = None,
        undefined: Undefined = "no_variation",
        scarce: tuple[Undefined, Undefined] = SCARCE,
    ) -> None:
        """Take `columns`, (columns, n), the cluster of each of the n, and the formula of (columns, resamples)."""
        cluster, count = deal_clusters(clusters)
        self.sums = np.array([sum_by(cluster, column, count) for column in columns])
        self.multiplicity = np.ones(count, dtype=np.int64)
        self.formula = formula
        self.bounds, self.edges = bounds, edges or bounds
        self.scarce = scarce
        self.undefined = undefined
        self.size = max(self.sums.shape)

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.formula(self.sums @ items), dtype=np.float64)

    def infer(self, settings: Settings, base: Estimate) -> Estimate:
        """Fill in the figure and its interval over items."""
        return infer_items(self, settings, base)


def infer_items(figure: NamingStatistic, settings: Settings, base: Estimate) -> Estimate:
    """Fill in a figure and its interval over items in an `Estimate` that says what was counted."""
    if settings.crossed:
        raise AgreementError("the figure of two sources has no interval for other raters")
    base = replace(base, inference=settings.inference, confidence=settings.confidence, seed=settings.seed)
    clusters = len(figure.multiplicity)
    if not clusters:
        return replace(base, undefined="no_pairable_units")
    point = float(figure.under(figure.multiplicity[:, None].astype(np.float64))[0])
    if not np.isfinite(point):
        return replace(base, undefined=figure.undefined)
    base = replace(base, estimate=point)
    if settings.inference is None:
        return replace(base, seed=None)
    found = "too_few_items" if clusters < 2 else find_item_limits(figure, settings)
    if isinstance(found, str):
        return replace(base, undefined=found)
    method, (low, high) = found
    return replace(base, low=low, high=high, method=method)


def deal_clusters(clusters: IntArray) -> tuple[IntArray, int]:
    """Clusters coded without gaps, or the groups that they are dealt into; and how many there are."""
    held, codes = np.unique(clusters, return_inverse=True)
    if len(held) <= MOST_CLUSTERS:
        return codes, len(held)
    dealt = np.random.Generator(np.random.PCG64(0)).permutation(len(held)) % MOST_CLUSTERS
    return dealt[codes], MOST_CLUSTERS


def code_clusters(clusters: Labels | None, size: int) -> IntArray:
    """The code of each row's cluster; without clusters each row is its own."""
    if clusters is None:
        return np.arange(size, dtype=np.int64)
    if len(clusters) != size:
        raise AgreementError("the columns differ in length")
    return encode_labels(clusters)[0]


def read_column(values: Labels, name: str) -> FloatArray:
    """Numbers as floats, NaN where None or NaN; anything else is an error."""
    try:
        held = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    except (TypeError, ValueError):
        raise AgreementError(f"{name} must be numbers") from None
    if np.isinf(held).any():
        raise AgreementError(f"{name} must be finite numbers")
    return held


def pair_columns(
    first: Labels, second: Labels, clusters: Labels | None, names: tuple[str, str]
) -> tuple[FloatArray, FloatArray, IntArray, Mapping[str, int]]:
    """Two columns where both have a number, their clusters, and how many rows were left out by reason."""
    if len(first) != len(second):
        raise AgreementError("the two sources differ in length")
    one, other = read_column(first, names[0]), read_column(second, names[1])
    cluster = code_clusters(clusters, len(one))
    kept = ~(np.isnan(one) | np.isnan(other))
    alone = int((np.isnan(one) ^ np.isnan(other)).sum())
    missing = int((np.isnan(one) & np.isnan(other)).sum())
    excluded = {reason: count for reason, count in (("unpaired", alone), ("missing", missing)) if count}
    return one[kept], other[kept], cluster[kept], excluded
