"""Components of variance of ratings with any of them missing, as a function of the weights of items.

Henderson's (1953) first method: the sum of squares of each grouping of the ratings equals its expectation, which
is linear in the components. Biometrics 9, 226-252; Searle, Casella and McCulloch (1992), chapter 5. Where no rating
is missing these are the components of the analysis of variance.
"""

from collections.abc import Mapping
from itertools import product
from typing import Literal

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.generalizability.effects import Effect, Overlaps
from evalplatform.agreement.limits import MOST_LEFT_OUT
from evalplatform.agreement.reliability.mean_squares import standardise
from evalplatform.agreement.resampling import (
    Limits,
    bootstrap_items,
    choose_scheme,
    leave_one_out,
    percentile_limits,
)
from evalplatform.agreement.settings import Settings
from evalplatform.agreement.skewness import Spread
from evalplatform.agreement.sums import ClusterSums

Method = Literal["item_bootstrap", "poisson_bootstrap", "skewed_jackknife_t"]

RESIDUAL = "residual"
SINGULAR = 1e-9  # of the largest singular value: below it two components cannot be told apart


class Components:
    """The components of variance of some effects and of the residual."""

    bounds = edges = (-np.inf, np.inf)

    def __init__(
        self, values: FloatArray, cluster: IntArray, multiplicity: IntArray, effects: Mapping[str, Effect]
    ) -> None:
        """Take `values` and `cluster`, (ratings,), and the effects by name."""
        self.multiplicity = multiplicity
        types, count = len(multiplicity), len(values)
        self.names = [*effects, RESIDUAL]
        self.width = float(np.ptp(values)) if count else 0.0
        self.values = standardise(values, multiplicity[cluster].astype(np.float64))
        everything = Effect(group=np.zeros(count, dtype=np.int64), is_inside=False)
        single = Effect(group=np.arange(count), is_inside=True)
        self.groupings = [everything, *effects.values(), single]
        self.sizes = [self._sum_groups(each, np.ones(count), cluster, types) for each in self.groupings]
        self.totals = [self._sum_groups(each, self.values, cluster, types) for each in self.groupings]
        self.squares = [self._square_inside(each, cluster, types) for each in self.groupings]
        self.overlaps = [
            Overlaps(one, other, cluster, types) for one, other in product(self.groupings, repeat=2)
        ]

    @property
    def scale(self) -> float:
        """The squared range of the values."""
        return self.width**2

    @property
    def size(self) -> int:
        return max(len(self.multiplicity), *(overlap.columns for overlap in self.overlaps))

    @property
    def whole(self) -> FloatArray:
        return self.multiplicity[:, None].astype(np.float64)

    def solve(self, items: FloatArray) -> FloatArray:
        """Components in units of the squared range, (effects and residual, resamples), NaN where confounded."""
        observed, expected = self.equations(items)
        right = np.moveaxis(observed, -1, 0)[..., None]
        left = np.moveaxis(expected, -1, 0)
        found = np.full((len(left), len(self.names)), np.nan)
        sound = find_sound(left)
        if sound.any():
            found[sound] = np.linalg.solve(left[sound], right[sound])[:, 1:, 0]
        return found.T

    def limits(self, settings: Settings) -> tuple[Method, list[Limits | None]]:
        """Limits of each component over items, in its own units, and how they were made.

        By the jackknife as long as that can be afforded: copies of an item in a resample add what single items
        differ by to the components of the other sources, which only in large studies hardly matters. Squares of
        what items differ by are skewed, and the more so the longer the tail of the items.
        """
        whole = self.solve(self.whole)[:, 0]
        if len(self.multiplicity) <= MOST_LEFT_OUT:
            method: Method = "skewed_jackknife_t"
            blocks = [self.solve(weights) for weights in leave_one_out(self.multiplicity, self.size)]
            spreads = [
                Spread.measure(float(point), without, self.multiplicity)
                for point, without in zip(whole, np.concatenate(blocks, axis=1), strict=True)
            ]
            found = [None if spread is None else spread.limits(settings.confidence) for spread in spreads]
        else:
            method = choose_scheme(self)
            draws = bootstrap_items(self, resamples=settings.resamples, seed=settings.seed)
            found = [percentile_limits(values, settings.confidence, self.bounds) for values in draws.T]
        return method, [
            None if limits is None else self._cut(limits, float(point))
            for limits, point in zip(found, whole, strict=True)
        ]

    def _cut(self, limits: Limits, point: float) -> Limits:
        """In units of the values; no variance is below 0, and no interval leaves its own figure out."""
        low, high = max(limits[0], min(point, 0.0)), max(limits[1], 0.0)
        return low * self.scale, high * self.scale

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        """All components in units of the squared range, (resamples, effects and residual)."""
        return self.solve(items).T

    def equations(self, items: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Sums of squares, (groupings, resamples), and their coefficients, (groupings, groupings, resamples)."""
        sizes = [None if each is None else each.under(items) for each in self.sizes]
        observed = []
        for total, size, square in zip(self.totals, sizes, self.squares, strict=True):
            if total is None or size is None:
                observed.append(square @ items)
                continue
            squared = np.square(total.under(items))
            observed.append(np.divide(squared, size, out=np.zeros_like(size), where=size > 0).sum(axis=0))
        nothing = np.zeros((0, items.shape[1]))
        pairs = product(sizes, range(len(sizes)))
        rows = [
            overlap.under(items, nothing if size is None else size)
            for overlap, (size, _) in zip(self.overlaps, pairs, strict=True)
        ]
        count = len(self.groupings)
        return np.stack(observed), np.stack(rows).reshape(count, count, -1)

    @staticmethod
    def _sum_groups(effect: Effect, values: FloatArray, cluster: IntArray, types: int) -> ClusterSums | None:
        if effect.is_inside:
            return None
        return ClusterSums(cluster, effect.group, values, types=types, columns=effect.size)

    def _square_inside(self, effect: Effect, cluster: IntArray, types: int) -> FloatArray:
        """Squared sums over sizes of the groups within each cluster type, (types,)."""
        if not effect.is_inside:
            return np.zeros(types)
        total = sum_by(effect.group, self.values, effect.size)
        size = np.bincount(effect.group, minlength=effect.size)
        first = np.unique(effect.group, return_index=True)[1]
        return sum_by(cluster[first], np.square(total) / size, types)


def find_sound(left: FloatArray) -> BoolArray:
    """Which of many systems of equations, (systems, rows, columns), can be solved."""
    scale = np.abs(left).max(axis=1, keepdims=True)
    scaled = np.divide(left, scale, out=np.zeros_like(left), where=scale > 0)
    singular = np.linalg.svd(scaled, compute_uv=False)
    sound: BoolArray = singular[:, -1] > SINGULAR * singular[:, 0]
    return sound
