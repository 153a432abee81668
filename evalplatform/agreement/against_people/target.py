"""The votes of the others as one target for a judge and for the person left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from evalplatform.agreement.against_people.votes import Votes
from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.cells import Cells, multiply, sum_by, sum_matrix
from evalplatform.agreement.limits import has_few_items
from evalplatform.agreement.results import Undefined
from evalplatform.agreement.shares import divide
from evalplatform.agreement.sharing import shared
from evalplatform.agreement.sums import ClusterSums

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Side = Literal["judge", "people", "difference", "ratio"]
DENSE = 2**24  # numbers in a matrix of clusters by people up to which clusters are compared
Scores = tuple[FloatArray, FloatArray, FloatArray]

BOUNDS = {"judge": (0.0, 1.0), "people": (0.0, 1.0), "difference": (-1.0, 1.0), "ratio": (0.0, np.inf)}


class TargetScores:
    """What a judge, and the person left out, score with the votes of the others."""

    def __init__(self, votes: Votes, *, crossed: bool, only: int | None = None) -> None:
        """Take the votes, whether people are drawn, and the one person asked for (None: all)."""
        self.votes = votes
        self.crossed = crossed
        self.only = only

    @property
    def cells(self) -> Cells:
        return self.votes.cells

    @shared
    def under(self, items: FloatArray, raters: FloatArray | None = None) -> tuple[FloatArray, FloatArray]:
        """Mean over people of the judge's scores, and of their own, (resamples,), under weights as of a `Statistic`."""
        sums = self._sum_fixed(items) if raters is None else self._sum_drawn(items, raters)
        there = sums[2] > 1e-12
        weight = there * (1.0 if raters is None else raters[: len(there)])
        if self.only is not None:
            weight = there * (np.arange(len(there)) == self.only)[:, None]
        scale, total = weight / np.where(there, sums[2], 1.0), weight.sum(axis=0)
        judge, person = (divide(np.einsum("pr,pr->r", part, scale), total) for part in sums[:2])
        return judge, person

    @cached_property
    def fixed(self) -> Scores:
        """Scores of the judge and of the person, and whether there are others, (pairs, 1), all votes being one."""
        return self.score(np.ones((self.cells.raters, 1)))

    def score(self, raters: FloatArray) -> Scores:
        """The same under weights of the raters, (pairs, resamples)."""
        votes, drawn = self.votes, self._drawn
        times = raters[votes.person]
        others = multiply(drawn.votes, raters)[votes.unit] - times * drawn.own
        judge = multiply(drawn.credit, raters)[votes.unit] - times * drawn.own_credit
        person = multiply(drawn.alike, multiply(drawn.values, raters)) - times * drawn.own_alike
        there = others > 1e-9
        others[~there] = np.inf
        return judge / others, person / others, there.astype(np.float64)

    @cached_property
    def _drawn(self) -> "DrawnVotes":
        return draw_votes(self.votes, self.cells.raters, max(self.cells.categories, 1))

    @cached_property
    def types(self) -> tuple[FloatArray | ClusterSums, IntArray, int]:
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
        sums = self.types[0]
        found = sums.under(items) if isinstance(sums, ClusterSums) else sums @ items
        return found.reshape(3, self.cells.raters, items.shape[1])

    def _sum_drawn(self, items: FloatArray, raters: FloatArray) -> FloatArray:
        """Sums of both scores and of having others for each person, (3, raters, resamples)."""
        weight = items[self.votes.cluster]
        return np.stack([multiply(self._by_person, score * weight) for score in self.score(raters)])

    @cached_property
    def _by_person(self) -> "csr_array":
        """Which pairs are of which person, (raters, pairs)."""
        order = np.argsort(self.votes.person, kind="stable")
        starts = np.searchsorted(self.votes.person[order], np.arange(self.cells.raters))
        return sum_matrix(starts, np.ones(len(order)), order, len(order))

    def count_clusters(self, of_pairs: FloatArray) -> int:
        """In how many clusters something is found, of (pairs,)."""
        asked = of_pairs if self.only is None else of_pairs * (self.votes.person == self.only)
        return int((sum_by(self.votes.cluster, asked, len(self.cells.multiplicity)) > 1e-9).sum())


class SharedTarget:
    """Mean over people of what a judge, or the person, scores with the votes of the others: one side of it."""

    is_centred = False

    def __init__(self, scores: TargetScores, side: Side) -> None:
        self.scores = scores
        self.side = side
        self.bounds = BOUNDS[side]
        self.edges = BOUNDS[side]

    @property
    def cells(self) -> Cells:
        return self.scores.cells

    @property
    def multiplicity(self) -> IntArray:
        return self.scores.types[1]

    @property
    def size(self) -> int:
        return 4 * len(self.scores.votes.rater) if self.scores.crossed else self.scores.types[2]

    @property
    def undefined(self) -> Undefined:
        return "too_few_agreements" if self.side == "ratio" else "no_pairable_units"

    @property
    def scarce(self) -> tuple[Undefined, Undefined]:
        return "too_few_disagreements", "too_few_agreements"

    def scarcities(self) -> Sequence[tuple[Undefined, int]]:
        judge, person, held = (part[:, 0] for part in self.scores.fixed)
        count = self.scores.count_clusters
        if self.side in ("difference", "ratio"):
            flat: Undefined = "too_few_items" if has_few_items(self) else "no_variation"
            return ((flat, count(np.abs(judge - person) * held)),)
        score = judge if self.side == "judge" else person
        return ("too_few_disagreements", count((1 - score) * held)), (
            "too_few_agreements",
            count(score * held),
        )

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        """Give the figure for each resample, as `Statistic` says."""
        judge, person = self.scores.under(items, raters)
        match self.side:
            case "judge":
                return judge
            case "people":
                return person
            case "difference":
                return judge - person
        return divide(judge, np.nan_to_num(person))


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class DrawnVotes:
    """What the votes add up to under weights of their raters, as sparse matrices.

    Attributes
    ----------
    votes, credit : (units, raters) weight of the votes, and that times what the judge gives to their values
    values : (runs, raters) weight of the votes for one value of one unit
    alike : (pairs, runs) share of the person's votes that are in each run and can match
    own, own_credit, own_alike : (pairs, 1) what the person's own votes add to the three, drawn once
    """

    votes: "csr_array"
    credit: "csr_array"
    values: "csr_array"
    alike: "csr_array"
    own: FloatArray
    own_credit: FloatArray
    own_alike: FloatArray


def draw_votes(votes: Votes, raters: int, categories: int) -> DrawnVotes:
    """Make the matrices ready."""
    weight = votes.weight
    own = np.add.reduceat(weight, votes.pair_starts)[:, None]
    of_votes = np.repeat(votes.unit, np.diff(votes.pair_starts, append=len(votes.rater)))
    keys = of_votes * categories + votes.value
    order = np.argsort(keys, kind="stable")
    _, starts, place = np.unique(keys[order], return_index=True, return_inverse=True)
    run = np.empty(len(keys), dtype=np.int64)
    run[order] = place
    matched = weight * votes.can_match / np.repeat(own[:, 0], np.diff(votes.pair_starts, append=len(weight)))
    return DrawnVotes(
        votes=sum_matrix(votes.unit_starts, weight, votes.rater, raters),
        credit=sum_matrix(votes.unit_starts, weight * votes.credit, votes.rater, raters),
        values=sum_matrix(starts, weight[order], votes.rater[order], raters),
        alike=sum_matrix(votes.pair_starts, matched, run, len(starts)),
        own=own,
        own_credit=np.add.reduceat(weight * votes.credit, votes.pair_starts)[:, None],
        own_alike=np.add.reduceat(matched * votes.own, votes.pair_starts)[:, None],
    )
