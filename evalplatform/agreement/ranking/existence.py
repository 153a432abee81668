"""Whether the likelihood of a model of comparisons has a maximum at finite strengths."""

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray
from evalplatform.agreement.ranking.counts import Counts


def find_connected(counts: Counts) -> BoolArray:
    """In which resamples every system reaches every other by a chain of wins or ties, (R,).

    Bradley and Terry's model then has a maximum, and not otherwise: Ford (1957), American Mathematical Monthly 64,
    28-33.
    """
    return _find(counts, ties=False)


def find_tie_maximum(counts: Counts) -> BoolArray:
    """In which resamples the models of Davidson and of Rao and Kupper have a maximum, (R,).

    Beyond connection there must be a cycle of systems with more wins than ties in it. Without one, strengths and the
    parameter of ties can grow for ever together: give every win a lead of one and every tie one of at most one, and
    the probability of all that was seen never falls.
    """
    return _find(counts, ties=True)


def _find(counts: Counts, *, ties: bool) -> BoolArray:
    """More comparisons never take a maximum away, so that only resamples that lack some need a look."""
    seen = np.concatenate([counts.won > 0, counts.lost > 0, counts.tied > 0])
    held: BoolArray = np.asarray(seen.any(axis=1))
    if not _has_maximum(counts, held, ties=ties):
        return np.zeros(seen.shape[1], dtype=np.bool_)
    whole: BoolArray = np.asarray(seen[held].all(axis=0))
    rest = np.flatnonzero(~whole)
    if len(rest):  # many lack the same
        patterns, which = np.unique(seen[:, rest], axis=1, return_inverse=True)
        found = np.array([_has_maximum(counts, pattern, ties=ties) for pattern in patterns.T], dtype=np.bool_)
        whole[rest] = found[which.ravel()]
    return whole


def _has_maximum(counts: Counts, seen: BoolArray, *, ties: bool) -> bool:
    pairs = len(counts.one)
    ahead, behind, level = seen[:pairs], seen[pairs : 2 * pairs], seen[2 * pairs :]
    wins = _link(counts, ahead, behind, -1.0)
    if not level.any():
        return not ties and _count_components(wins) == 1
    both = np.where(wins, wins, _link(counts, level, level, 1.0))
    if _count_components(both) > 1:
        return False
    return not ties or _count_components(wins) < counts.systems or _has_short_cycle(both)


def _link(counts: Counts, forth: BoolArray, back: BoolArray, length: float) -> FloatArray:
    """A graph as a matrix of lengths, 0 where there is no link, (systems, systems)."""
    graph = np.zeros((counts.systems, counts.systems))
    graph[counts.one[forth], counts.other[forth]] = length
    graph[counts.other[back], counts.one[back]] = length
    return graph


def _count_components(graph: FloatArray) -> int:
    from scipy.sparse.csgraph import connected_components  # scipy is imported on use

    return int(connected_components(graph != 0, connection="strong", return_labels=False))


def _has_short_cycle(graph: FloatArray) -> bool:
    """Whether a cycle has a length below 0; the graph is connected."""
    from scipy.sparse.csgraph import NegativeCycleError, bellman_ford  # scipy is imported on use

    try:
        bellman_ford(graph, indices=0)
    except NegativeCycleError:
        return True
    return False
