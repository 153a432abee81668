"""Is a panel better than the best of its judges, were that one picked with the same labels?"""

from dataclasses import dataclass, replace
from typing import Unpack

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray, Labels
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.moments import Moments, code_clusters, read_column
from evalplatform.agreement.panels.verdicts import Votes, panel_verdicts, read_votes, score_verdicts
from evalplatform.agreement.panels.weights import SHRINKAGE, learn_weights
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelAdvantage:
    """A panel beside the best single judge, both settled with the same labels and scored on other items.

    Parameters
    ----------
    panel, best : accuracy of each, ties half, in [0, 1]
    difference : panel less best, over the same units
    picked : share of the draws in which each judge was the best, (judges,)
    """

    panel: Estimate
    best: Estimate
    difference: Estimate
    picked: tuple[float, ...]

    @property
    def helps(self) -> bool:
        """Whether the panel is better beyond what other items might tell."""
        return self.difference.low is not None and self.difference.low > 0

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        figures = {name: getattr(self, name).to_dict() for name in ("panel", "best", "difference")}
        return {**figures, "picked": list(self.picked), "helps": self.helps}


def compare_with_best(
    votes: Votes,
    labels: Labels,
    *,
    labelled: int,
    draws: int = 200,
    weighted: bool = True,
    signed: bool = False,
    shrinkage: float = SHRINKAGE,
    clusters: Labels | None = None,
    **interval: Unpack[IntervalOptions],
) -> PanelAdvantage:
    """Accuracy of a panel less that of the best judge picked on the same labels.

    In each draw some clusters are labelled: from them the weights are learnt and the best judge is picked; both are
    scored on all others. A unit's score is its mean over the draws that held it out.

    Parameters
    ----------
    votes : (units, judges) preferences as for `panel_verdicts`; a vote that is missing counts as a tie
    labels : (units,) 1, 0 or one half; units without one are left out and counted
    labelled : clusters that are labelled in a draw
    draws : how many
    weighted, signed, shrinkage : of the panel; not weighted: all members count alike
    clusters : (units,) the items that are dealt and resampled whole; None: every unit is its own
    interval : `inference`, `resamples`, `seed` (of the draws too), `confidence`, `method`; it speaks of other items,
        and of labelled sets of this size on average

    Returns
    -------
    PanelAdvantage
        Its figures count units; undefined: ``no_pairable_units``, ``too_few_items`` where no more clusters have
        labels than are asked for.

    Examples
    --------
    >>> from evalplatform.agreement.panels import compare_with_best
    >>> votes = [[1, 1, 0], [1, 0, 1], [0, 1, 1]] * 30
    >>> found = compare_with_best(votes, [1] * 90, labelled=20, weighted=False, draws=20)
    >>> found.panel.estimate, round(found.best.estimate, 2), found.helps
    (1.0, 0.64, True)
    """
    held, right = read_votes(votes), read_column(labels, "labels")
    if len(held) != len(right):
        raise AgreementError("the columns differ in length")
    if labelled < 1 or draws < 1:
        raise AgreementError("one labelled item and one draw are the least")
    kept = ~np.isnan(right)
    cluster = np.unique(code_clusters(clusters, len(held))[kept], return_inverse=True)[1]
    held, right = np.where(np.isnan(held), 0.5, held)[kept], right[kept]
    base = start_estimate(
        n=len(right), n_unit="units", level="nominal", excluded={"unlabelled": int((~kept).sum())}
    )
    settings = Settings(**interval)
    if int(cluster.max(initial=-1)) + 1 <= labelled:
        reason = replace(base, undefined="too_few_items" if len(right) else "no_pairable_units")
        return PanelAdvantage(panel=reason, best=reason, difference=reason, picked=(0.0,) * held.shape[1])
    alone = np.array([score_verdicts(column, right) for column in held.T])
    total, picked = np.zeros((3, len(right))), np.zeros(held.shape[1])
    rng = np.random.Generator(np.random.PCG64(settings.seed))
    for _ in range(draws):
        inside = _draw_labelled(rng, cluster, labelled)
        best = int(np.argmax(alone[:, inside].mean(axis=1)))
        weights = learn_weights(held[inside], right[inside], signed=signed, shrinkage=shrinkage)
        panel = score_verdicts(panel_verdicts(held, weights if weighted else None), right)
        total[:, ~inside] += np.array([np.ones(len(right)), panel, alone[best]])[:, ~inside]
        picked[best] += 1 / draws
    means = np.divide(total[1:], total[0], out=np.zeros((2, len(right))), where=total[0] > 0)
    seen = total[0] > 0
    figures = (means[0], means[1], means[0] - means[1])
    found = [_infer_mean(figure[seen], cluster[seen], settings, base) for figure in figures]
    return PanelAdvantage(
        panel=found[0], best=found[1], difference=found[2], picked=tuple(picked.round(10).tolist())
    )


def _draw_labelled(rng: np.random.Generator, cluster: IntArray, labelled: int) -> BoolArray:
    chosen = np.zeros(int(cluster.max()) + 1, dtype=np.bool_)
    chosen[rng.choice(len(chosen), size=labelled, replace=False)] = True
    return chosen[cluster]


def _infer_mean(values: FloatArray, cluster: IntArray, settings: Settings, base: Estimate) -> Estimate:
    codes = np.unique(cluster, return_inverse=True)[1]
    columns = np.array([np.ones(len(values)), values])
    low = -1.0 if (values < 0).any() else 0.0
    figure = Moments(columns, codes, lambda sums: sums[1] / sums[0], bounds=(low, 1.0))
    return figure.infer(settings, replace(base, n=len(values)))
