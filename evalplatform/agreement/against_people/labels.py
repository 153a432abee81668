"""A judge of labels against the label that most people gave."""

from collections.abc import Collection, Sequence
from typing import Unpack

import numpy as np

from evalplatform.agreement.against_people.same_target import split_judge
from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.cells import Cells, count_per_unit, gather_cells, sum_by
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import infer, start_estimate
from evalplatform.agreement.preferences import Rule
from evalplatform.agreement.results import Estimate, Undefined
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.shares import divide
from evalplatform.agreement.sums import ClusterSums
from evalplatform.agreement.table import RatingTable


def balanced_accuracy(
    table: RatingTable,
    judge: str,
    people: Collection[str],
    *,
    rule: Rule | None = None,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""Mean over labels of how often the judge gives the label where most people gave it.

    Parameters
    ----------
    table : ratings of the judge and of people; the judge's several ratings of a unit share its weight
    judge, people : names
    rule : how inconsistent preferences count, see `apply_rule`
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`: items are drawn, the plurality stays as it is

    Returns
    -------
    Estimate
        In [0, 1], one over the number of labels by chance; ``n`` counts units. Units where no label leads alone
        are left out as ``no_single_winner``. A label counts where it is the plurality of some unit, in each
        resample. Undefined: ``no_pairable_units``.

    Notes
    -----
    .. math:: \frac{1}{K} \sum_k \frac{\#\{u : f_u = k, t_u = k\}}{\#\{u : t_u = k\}}

    Brodersen et al. (2010), "The balanced accuracy and its posterior distribution", ICPR. Cohen's kappa with the
    plurality is `agreement_with_plurality(..., statistic="cohen_kappa")`.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.against_people import balanced_accuracy
    >>> rows = [(u, r, v) for r, values in {"j": "aaab", "x": "aabb"}.items() for u, v in enumerate(values)]
    >>> balanced_accuracy(RatingTable.from_records(rows, level="nominal"), "j", ["x"], inference=None).estimate
    0.75
    """
    settings = Settings(**interval)
    if settings.crossed:
        raise AgreementError("the plurality is that of these raters")
    own, voters = split_judge(table, judge, people, rule)
    paired = (count_per_unit(own) > 0) & (count_per_unit(voters) > 0)
    target, leads_alone = _elect(voters)
    units = paired & leads_alone
    cells = gather_cells(voters, units, crossed=True)
    hits = _hit_share(own, target)
    left = int((~paired[own.unit]).sum() + (~paired[voters.unit]).sum())
    excluded = {**voters.excluded, "unpaired": left, "no_single_winner": int((paired & ~leads_alone).sum())}
    base = start_estimate(n=int(units.sum()), n_unit="units", excluded=excluded, level="nominal", rule=rule)
    return infer(MeanRecall(cells, target[units], hits[units]), settings, base)


class MeanRecall:
    """Mean over labels of the share of their units that the judge hits."""

    is_centred = False
    bounds = edges = (0.0, 1.0)
    undefined: Undefined = "no_pairable_units"
    scarce: tuple[Undefined, Undefined] = ("too_few_disagreements", "too_few_agreements")

    def __init__(self, cells: Cells, target: IntArray, hits: FloatArray) -> None:
        """Take the label and the judge's share of hits of each unit, (units,)."""
        self.cells = cells
        self.hits = hits
        labels, place = np.unique(target, return_inverse=True)
        self.labels = max(len(labels), 1)
        self._sums = ClusterSums(
            np.tile(cells.cluster, 2),
            np.concatenate([place, place + self.labels]),
            np.concatenate([hits, np.ones(len(hits))]),
            types=len(self.multiplicity),
            columns=2 * self.labels,
        )

    @property
    def multiplicity(self) -> IntArray:
        return self.cells.multiplicity

    @property
    def size(self) -> int:
        return max(len(self.hits), len(self.multiplicity), 1)

    def scarcities(self) -> Sequence[tuple[Undefined, int]]:
        missed, hit = (
            int((sum_by(self.cells.cluster, part, len(self.multiplicity)) > SMALL).sum())
            for part in (1 - self.hits, self.hits)
        )
        return ("too_few_disagreements", missed), ("too_few_agreements", hit)

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        """Give the figure for each resample, as `Statistic` says; there are no raters to draw."""
        hits, units = self._sums.under(items).reshape(2, self.labels, items.shape[1])
        there = (units > 0).sum(axis=0).astype(np.float64)
        return divide(np.nan_to_num(divide(hits, units)).sum(axis=0), there)


SMALL = 1e-9


def _elect(voters: RatingTable) -> tuple[IntArray, BoolArray]:
    """Code of the label that most people gave each unit, and whether it leads alone, (units,)."""
    size, units = max(len(voters.categories), 1), len(voters.units)
    weight = np.ones(len(voters)) if voters.weight is None else voters.weight
    keys, place = np.unique(voters.unit * size + voters.value, return_inverse=True)
    given = sum_by(place, weight, len(keys))
    most = np.zeros(units)
    np.maximum.at(most, keys // size, given)
    leads = given >= most[keys // size] - SMALL
    target = np.zeros(units, dtype=np.int64)
    target[(keys // size)[leads]] = (keys % size)[leads]
    return target, np.bincount((keys // size)[leads], minlength=units) == 1


def _hit_share(judge: RatingTable, target: IntArray) -> FloatArray:
    """Share of the judge's ratings of each unit that are the target, (units,)."""
    weight = np.ones(len(judge)) if judge.weight is None else judge.weight
    hit = (judge.value == target[judge.unit]) & judge.matchable[judge.value]
    return divide(sum_by(judge.unit, weight * hit, len(target)), sum_by(judge.unit, weight, len(target)))
