"""How often each system won against each other one, for the data and for resamples of its items."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray, encode_labels
from evalplatform.agreement.moments import deal_clusters
from evalplatform.agreement.ranking.comparisons import Comparisons


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Counts:
    """Outcomes of each pair of systems, in R resamples at once.

    Attributes
    ----------
    one, other : (pairs,) codes of the two systems
    systems : how many systems there are
    incidence : (systems, pairs) sparse: 1 where a system is the one of a pair, -1 where it is the other
    won, lost : (pairs, R) comparisons that `one` won, and lost
    tied : (pairs, R) ties; (1, R) zeros where ties are not told apart but half won and half lost
    """

    one: IntArray
    other: IntArray
    systems: int
    incidence: Any  # Any: scipy.sparse is untyped
    won: FloatArray
    lost: FloatArray
    tied: FloatArray

    def take(self, resamples: IntArray) -> "Counts":
        """Keep some resamples."""
        won, lost, tied = (held[:, resamples] for held in (self.won, self.lost, self.tied))
        return replace(self, won=won, lost=lost, tied=tied)

    def sum_systems(self, of_pairs: FloatArray) -> FloatArray:
        """Sum what pairs add to the one system and take from the other, (systems, R)."""
        sums: FloatArray = self.incidence @ of_pairs
        return sums


class ClusterCounts:
    """Counts as a function of the weights of the items.

    Parameters
    ----------
    comparisons : with two systems at least
    ties : whether ties are told apart; if not they count half for each side, as do shares between 0 and 1
    """

    def __init__(self, comparisons: Comparisons, *, ties: bool) -> None:
        from scipy import sparse  # scipy is imported on use

        pairs = comparisons.one * len(comparisons.systems) + comparisons.other
        pair, distinct = encode_labels(pairs)
        self.one, self.other = np.divmod(distinct, max(len(comparisons.systems), 1))
        self.systems, self.ties = len(comparisons.systems), ties
        signs = np.repeat([1.0, -1.0], len(distinct))
        places = (np.append(self.one, self.other), np.tile(np.arange(len(distinct)), 2))
        self.incidence: Any = sparse.csr_matrix((signs, places), shape=(self.systems, len(distinct)))
        cluster, self.clusters = deal_clusters(comparisons.item)
        row, column, amount = _spread(pair, cluster, comparisons.share, len(distinct), ties)
        rows = (2 + ties) * len(distinct)
        self._whole = np.bincount(row, amount, minlength=rows).astype(np.float64, copy=False)
        self._by_cluster: Any = _gather_rows(row, column, amount, (rows, self.clusters))

    @property
    def size(self) -> int:
        """Numbers that one resample needs at once in the largest of its arrays."""
        return max(2 * len(self.one), self.clusters)

    def whole(self) -> Counts:
        """Counts of the data, one resample."""
        return self._split(self._whole[:, None])

    def under(self, weights: FloatArray) -> Counts:
        """Counts under the weights of the clusters, (clusters, R)."""
        counts = self._by_cluster @ weights.astype(np.float32)  # exact up to 16 million a cell
        return self._split(np.asarray(counts, dtype=np.float64))

    def _split(self, counts: FloatArray) -> Counts:
        won, lost, *ties = np.split(counts, 2 + self.ties)
        return Counts(
            one=self.one,
            other=self.other,
            systems=self.systems,
            incidence=self.incidence,
            won=won,
            lost=lost,
            tied=ties[0] if ties else np.zeros((1, counts.shape[1])),
        )


def _spread(
    pair: IntArray, cluster: IntArray, share: FloatArray, pairs: int, ties: bool
) -> tuple[IntArray, IntArray, FloatArray]:
    """Rows (won, lost, tied by pair), columns (clusters) and amounts of what each comparison adds."""
    tied = (share == 0.5) & ties
    won, lost = (share > 0) & ~tied, (share < 1) & ~tied
    row = np.concatenate([pair[won], pair[lost] + pairs, pair[tied] + 2 * pairs])
    column = np.concatenate([cluster[won], cluster[lost], cluster[tied]])
    return row, column, np.concatenate([share[won], 1 - share[lost], np.ones(int(tied.sum()))])


def _gather_rows(row: IntArray, column: IntArray, amount: FloatArray, shape: tuple[int, int]) -> Any:
    """Build a sparse matrix, the entries of a cell left unsummed: faster, and products do not mind."""
    from scipy import sparse  # scipy is imported on use

    short = row.astype(np.uint16) if shape[0] < 2**16 else row  # sorted by counting, not by comparing
    order = np.argsort(short, kind="stable")
    starts = np.append(0, np.cumsum(np.bincount(row, minlength=shape[0])))
    held = (amount[order].astype(np.float32), column[order].astype(np.int32), starts)
    return sparse.csr_matrix(held, shape=shape)
