"""Which of several candidates agrees best with labels on the same units, and whether that can be told."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Unpack

import numpy as np
from numpy.typing import ArrayLike

from evalplatform.agreement.arrays import FloatArray, IntArray, Labels
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.moments import Moments, code_clusters
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings

Why = Literal["clear", "cheaper", "first"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A candidate that was chosen, and on what ground.

    Parameters
    ----------
    chosen, leader : places of the chosen candidate and of the one with the highest mean
    runner_up : place of the second highest; None where there is one candidate only
    why : ``clear``, no other candidate could be as good as the leader; else among those that could the ``cheaper``
        one was taken or, where a cost is not known, the ``first`` in the order given
    means : of each candidate's scores, in [0, 1]; that of the chosen one is too high, for it was chosen by it
    differences : leader less each candidate over the same units, in [-1, 1]; None for the leader itself
    rivals : places of the candidates that cannot be told from the leader, which is one of them: the interval of the
        difference holds nought or, where the difference has none, a sign test over the items does not refuse that
    """

    chosen: int
    leader: int
    runner_up: int | None
    why: Why
    means: tuple[Estimate, ...]
    differences: tuple[Estimate | None, ...]
    rivals: tuple[int, ...]


def choose_best(
    scores: ArrayLike,
    *,
    costs: Sequence[float | None] = (),
    clusters: Labels | None = None,
    **interval: Unpack[IntervalOptions],
) -> Choice:
    """Choose the candidate with the highest mean score, or a cheaper one that may be as good.

    Parameters
    ----------
    scores : (candidates, units) how far each agrees with the label of each unit, in [0, 1]
    costs : of one unit by each candidate, in any currency; None or left out: not known
    clusters : (units,) items that are resampled whole; None: every unit is its own
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`; each difference has its own, and no
        allowance is made for their number

    Raises AgreementError where there is no candidate or no unit, or a score lies elsewhere.

    Examples
    --------
    >>> from evalplatform.agreement.choosing import choose_best
    >>> found = choose_best([[1, 1, 0, 1] * 20, [1, 0, 0, 0] * 20])
    >>> found.chosen, found.why, found.means[0].estimate
    (0, 'clear', 0.75)
    """
    held = np.asarray(scores, dtype=np.float64)
    if held.ndim != 2 or not held.size:
        raise AgreementError("a choice needs a candidate and a unit")
    if not ((held >= 0) & (held <= 1)).all():
        raise AgreementError("scores lie between 0 and 1")
    if costs and len(costs) != len(held):
        raise AgreementError("there is one cost a candidate")
    settings = Settings(**interval)
    cluster = code_clusters(clusters, held.shape[1])
    means = tuple(_infer(row, cluster, settings, 0.0) for row in held)
    ranked = np.argsort(-held.mean(axis=1).round(12), kind="stable").tolist()
    leader = ranked[0]
    differences = tuple(
        None if place == leader else _infer(held[leader] - row, cluster, settings, -1.0)
        for place, row in enumerate(held)
    )
    rivals = tuple(
        place
        for place, difference in enumerate(differences)
        if difference is None or not _is_above(difference, held[leader] - held[place], cluster)
    )
    found = Choice(
        chosen=leader,
        leader=leader,
        runner_up=ranked[1] if len(ranked) > 1 else None,
        why="clear",
        means=means,
        differences=differences,
        rivals=rivals,
    )
    return _take_cheapest(found, costs)


def _take_cheapest(found: Choice, costs: Sequence[float | None]) -> Choice:
    rivals = found.rivals
    if len(rivals) == 1:
        return found
    known = {place: cost for place in rivals if costs and (cost := costs[place]) is not None}
    if len(known) < len(rivals):
        return replace(found, chosen=rivals[0], why="first")
    return replace(found, chosen=min(rivals, key=lambda place: (known[place], place)), why="cheaper")


def _is_above(difference: Estimate, values: FloatArray, cluster: IntArray) -> bool:
    """Whether a difference lies above nought beyond chance."""
    if difference.low is not None:
        return difference.low > 0
    sums = np.bincount(cluster, weights=values)
    wins, losses = int((sums > 0).sum()), int((sums < 0).sum())
    tail = sum(math.comb(wins + losses, count) for count in range(min(wins, losses) + 1))
    return wins > losses and 2 * tail / 2 ** (wins + losses) <= 1 - difference.confidence


def _infer(values: FloatArray, cluster: IntArray, settings: Settings, low: float) -> Estimate:
    columns = np.array([np.ones(len(values)), values])
    figure = Moments(columns, cluster, lambda sums: sums[1] / sums[0], bounds=(low, 1.0))
    return figure.infer(settings, start_estimate(n=len(values), n_unit="units", level="nominal", excluded={}))
