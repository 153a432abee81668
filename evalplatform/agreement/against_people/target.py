"""The votes of the others as one target for a judge and for the person left out."""

from collections.abc import Sequence
from functools import cached_property
from typing import Literal

import numpy as np

from evalplatform.agreement.against_people.votes import Votes
from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.cells import Cells, sum_by, sum_runs
from evalplatform.agreement.limits import has_few_items
from evalplatform.agreement.results import Undefined
from evalplatform.agreement.shares import divide
from evalplatform.agreement.sums import ClusterSums

Side = Literal["judge", "people", "difference", "ratio"]
DENSE = 2**24  # numbers in a matrix of clusters by people up to which clusters are compared
Scores = tuple[FloatArray, FloatArray, FloatArray]

BOUNDS = {"judge": (0.0, 1.0), "people": (0.0, 1.0), "difference": (-1.0, 1.0), "ratio": (0.0, np.inf)}


class SharedTarget:
    """Mean over people of what a judge, or the person, scores with the votes of the others."""

    is_centred = False

    def __init__(self, votes: Votes, side: Side, *, crossed: bool, only: int | None = None) -> None:
        """Take the votes, what is asked for, whether people are drawn, and the one person asked for (None: all)."""
        self.votes = votes
        self.crossed = crossed
        self.side = side
        self.only = only
        self.bounds = BOUNDS[side]
        self.edges = BOUNDS[side]

    @property
    def cells(self) -> Cells:
        return self.votes.cells

    @property
    def multiplicity(self) -> IntArray:
        return self._types[1]

    @property
    def size(self) -> int:
        return 4 * len(self.votes.rater) if self.crossed else self._types[2]

    @property
    def undefined(self) -> Undefined:
        return "too_few_agreements" if self.side == "ratio" else "no_pairable_units"

    @property
    def scarce(self) -> tuple[Undefined, Undefined]:
        return "too_few_disagreements", "too_few_agreements"

    def scarcities(self) -> Sequence[tuple[Undefined, int]]:
        judge, person, held = (part[:, 0] for part in self.fixed)
        if self.side in ("difference", "ratio"):
            flat: Undefined = "too_few_items" if has_few_items(self) else "no_variation"
            return ((flat, self._count_clusters(np.abs(judge - person) * held)),)
        score = judge if self.side == "judge" else person
        above, short = self._count_clusters(score * held), self._count_clusters((1 - score) * held)
        return ("too_few_disagreements", short), ("too_few_agreements", above)

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        """Give the figure for each resample, as `Statistic` says."""
        sums = self._sum_fixed(items) if raters is None else self._sum_drawn(items, raters)
        judge, person = divide(sums[0], sums[2]), divide(sums[1], sums[2])
        there = sums[2] > 1e-12
        weight = there * (1.0 if raters is None else raters[: len(there)])
        if self.only is not None:
            weight = there * (np.arange(len(there)) == self.only)[:, None]
        judge, person = (_average(np.where(there, part, 0.0), weight) for part in (judge, person))
        match self.side:
            case "judge":
                return judge
            case "people":
                return person
            case "difference":
                return judge - person
        return divide(judge, np.nan_to_num(person))

    @cached_property
    def fixed(self) -> Scores:
        """Scores of the judge and of the person, and whether there are others, (pairs, 1), all votes being one."""
        return self.score(None)

    def score(self, raters: FloatArray | None) -> Scores:
        """The same under weights of the raters, (pairs, resamples)."""
        votes = self.votes
        weight = votes.weight[:, None]
        drawn = weight if raters is None else weight * raters[votes.rater]
        times = 1.0 if raters is None else raters[votes.person]
        own = sum_runs(weight, votes.pair_starts)
        others = sum_runs(drawn, votes.unit_starts)[votes.unit] - times * own
        there = others > 1e-9
        credit = votes.credit[:, None]
        judge = sum_runs(drawn * credit, votes.unit_starts)[votes.unit]
        judge = judge - times * sum_runs(weight * credit, votes.pair_starts)
        equal = self._count_equal(drawn) - times_votes(times, votes) * votes.own[:, None]
        person = sum_runs(weight * equal * votes.can_match[:, None], votes.pair_starts) / own
        return (
            _divide_where(judge, others, there),
            _divide_where(person, others, there),
            there.astype(np.float64),
        )

    def _count_equal(self, drawn: FloatArray) -> FloatArray:
        """Weight of the votes for the same value on the same unit, (n, resamples)."""
        starts, order, place = self._by_value
        return sum_runs(drawn[order], starts)[place]

    @cached_property
    def _by_value(self) -> tuple[IntArray, IntArray, IntArray]:
        votes = self.votes
        of_votes = np.repeat(votes.unit, np.diff(votes.pair_starts, append=len(votes.rater)))
        keys = of_votes * max(self.cells.categories, 1) + votes.value
        order = np.argsort(keys, kind="stable")
        _, starts, place = np.unique(keys[order], return_index=True, return_inverse=True)
        back = np.empty(len(keys), dtype=np.int64)
        back[order] = place
        return starts, order, back

    @cached_property
    def _types(self) -> tuple[FloatArray | ClusterSums, IntArray, int]:
        """Sums of the scores for each person and type of cluster, how many clusters a type has, numbers a draw.

        Clusters in which everybody scores the same are one type where people are not drawn, so that a resample
        of a million units costs no more than one of the distinct ones.
        """
        votes, (judge, person, there) = self.votes, self.fixed
        clusters, columns = len(self.cells.multiplicity), 3 * self.cells.raters
        cluster = np.tile(votes.cluster, 3)
        column = np.concatenate([votes.person + part * self.cells.raters for part in range(3)])
        value = np.concatenate([judge[:, 0], person[:, 0], there[:, 0]])
        if self.crossed or clusters * columns > DENSE:
            sums = ClusterSums(cluster, column, value, types=clusters, columns=columns)
            return sums, self.cells.multiplicity, len(value)
        rows = sum_by(cluster * columns + column, value, clusters * columns).reshape(clusters, columns)
        _, first, counts = np.unique(
            rows.view(np.dtype((np.void, rows.itemsize * columns))).ravel(),
            return_index=True,
            return_counts=True,
        )
        return np.ascontiguousarray(rows[first].T), counts, max(len(counts), columns)

    def _sum_fixed(self, items: FloatArray) -> FloatArray:
        sums = self._types[0]
        found = sums.under(items) if isinstance(sums, ClusterSums) else sums @ items
        return found.reshape(3, self.cells.raters, items.shape[1])

    def _sum_drawn(self, items: FloatArray, raters: FloatArray) -> FloatArray:
        order, persons, starts = self._by_person
        weight = items[self.votes.cluster[order]]
        sums = np.zeros((3, self.cells.raters, items.shape[1]))
        for part, score in enumerate(self.score(raters)):
            sums[part, persons] = sum_runs(score[order] * weight, starts)
        return sums

    @cached_property
    def _by_person(self) -> tuple[IntArray, IntArray, IntArray]:
        order = np.argsort(self.votes.person, kind="stable")
        persons, starts = np.unique(self.votes.person[order], return_index=True)
        return order, persons, starts

    def _count_clusters(self, of_pairs: FloatArray) -> int:
        asked = of_pairs if self.only is None else of_pairs * (self.votes.person == self.only)
        return int((sum_by(self.votes.cluster, asked, len(self.cells.multiplicity)) > 1e-9).sum())


def times_votes(times: FloatArray | float, votes: Votes) -> FloatArray | float:
    """How often the person of each vote was drawn, (n, resamples), from the same of each pair."""
    if isinstance(times, float):
        return times
    return np.repeat(times, np.diff(votes.pair_starts, append=len(votes.rater)), axis=0)


def _divide_where(above: FloatArray, below: FloatArray, there: BoolArray) -> FloatArray:
    return np.divide(above, below, out=np.zeros(below.shape), where=there)


def _average(values: FloatArray, weight: FloatArray) -> FloatArray:
    return divide((values * weight).sum(axis=0), weight.sum(axis=0))
