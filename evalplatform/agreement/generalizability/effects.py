"""Groupings of ratings by item, rater or system, and how they overlap."""

from dataclasses import dataclass

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.sums import ClusterSums


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Effect:
    """A grouping of the ratings whose groups differ by a component of variance.

    Attributes
    ----------
    group : (ratings,) codes
    is_inside : whether each group lies within one item, so that a copy of the item brings groups of its own
    """

    group: IntArray
    is_inside: bool

    @property
    def size(self) -> int:
        return int(self.group.max(initial=-1)) + 1


def make_effect(code: IntArray, *, is_inside: bool) -> Effect:
    """An effect of any codes."""
    return Effect(group=np.unique(code, return_inverse=True)[1], is_inside=is_inside)


def cross_effects(one: Effect, other: Effect) -> Effect:
    """The groups of ratings that two groupings have in common."""
    met = one.group * (other.size or 1) + other.group
    return make_effect(met, is_inside=one.is_inside or other.is_inside)


def has_repeats(effect: Effect, weights: FloatArray) -> bool:
    """Whether some group holds two ratings, without which it cannot be told from error.

    `weights`, (ratings,), says how many copies of each rating there are: of the same group, unless that lies
    within an item.
    """
    return bool((np.bincount(effect.group, None if effect.is_inside else weights) > 1).any())


class Overlaps:
    """Sum over the groups a of one effect of the squared overlaps with those of another, over the size of a."""

    def __init__(self, one: Effect, other: Effect, cluster: IntArray, types: int) -> None:
        self.columns = 1
        both = cross_effects(one, other)
        count = np.bincount(both.group, minlength=both.size).astype(np.float64)
        first = np.unique(both.group, return_index=True)[1]
        self.parent, self.is_inside, self.is_linear = one.group[first], both.is_inside, one.is_inside
        if one.is_inside:
            own = np.bincount(one.group, minlength=one.size)[self.parent]
            self.per_type = sum_by(cluster[first], np.square(count) / own, types)
            return
        held = np.square(count) if both.is_inside else np.ones(len(one.group))
        places = (cluster[first], self.parent) if both.is_inside else (cluster, both.group)
        self.columns = one.size if both.is_inside else both.size
        self.sums = ClusterSums(*places, held, types=types, columns=self.columns)

    def under(self, items: FloatArray, sizes: FloatArray) -> FloatArray:
        """Give the sum for each resample; `sizes` is (groups of the first effect, resamples)."""
        if self.is_linear:
            return self.per_type @ items
        above = self.sums.under(items)
        if not self.is_inside:
            square = np.zeros_like(sizes)
            np.add.at(square, self.parent, np.square(above))
            above = square
        result: FloatArray = np.divide(above, sizes, out=np.zeros_like(above), where=sizes > 0).sum(axis=0)
        return result
