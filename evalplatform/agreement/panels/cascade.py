"""A cheap judge first, a dear one for what is left, people for the rest: thresholds that keep a promise."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray, Labels
from evalplatform.agreement.confidence.selective import LEAST_KEPT, SelectiveThreshold, selective_threshold
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.moments import read_column
from evalplatform.agreement.results import Undefined


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A judge of a cascade on the calibration cases.

    Parameters
    ----------
    confidences : (n,) in [0, 1]; None where the judge has no verdict to be sure of: such a case goes on
    correct : (n,) 1 where people say the same, 0 where another thing, None where they said nothing
    price : of one verdict, in any currency
    """

    confidences: Labels
    correct: Labels
    price: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePlan:
    """What becomes of the cases that reach a judge.

    Parameters
    ----------
    threshold : confidence from which on its verdict stands; None: all cases go on
    reached, kept : share of all cases that come to it, and whose verdict is its
    labelled : calibration cases that its threshold was chosen on
    accuracy : share of those kept among them on which people say the same
    upper_risk : what its share of disagreement does not exceed, with probability 1 - delta of the stage
    undefined : why it keeps nothing: ``no_pairable_units``, ``too_few_items``, ``too_few_agreements``
    """

    threshold: float | None
    reached: float
    kept: float
    labelled: int
    accuracy: float | None
    upper_risk: float | None
    undefined: Undefined | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cascade:
    """Thresholds of a cascade, with what it keeps, leaves and costs.

    Parameters
    ----------
    stages : one a judge, in their order
    left : share of all cases that no judge keeps: people's
    cost : of one case on average, people's part included
    people_cost : of one case if people did all
    bound, delta : share of disagreement that is allowed among what a judge keeps, and the probability with which
        any judge may break it
    undefined : why no judge can be let to decide alone: the reason of the last
    """

    stages: tuple[StagePlan, ...]
    left: float
    cost: float
    people_cost: float
    bound: float
    delta: float
    undefined: Undefined | None = None

    @property
    def thresholds(self) -> tuple[float | None, ...]:
        return tuple(stage.threshold for stage in self.stages)

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return {**asdict(self), "stages": [asdict(stage) for stage in self.stages]}


def plan_cascade(
    stages: Sequence[Stage],
    *,
    bound: float,
    delta: float = 0.1,
    people_price: float = 0.0,
    least_kept: int = LEAST_KEPT,
    seed: int = 0,
) -> Cascade:
    r"""Choose for each judge the confidence from which on it may decide alone.

    With probability 1 - delta over the calibration cases, each judge disagrees with people in no more than the bound
    of the new cases that it keeps, and so do all of them together. The cases are dealt at random among the judges,
    one part each, since a threshold that was chosen on cases says of their remainder what it should not know; each
    judge has an equal part of delta.

    Parameters
    ----------
    stages : the judges from the cheapest to the dearest, on the same cases, one verdict an item
    bound : share of disagreement allowed among the verdicts that a judge keeps, between 0 and 1
    delta : probability with which the promise may fail, between 0 and 1
    people_price : of one answer of theirs
    least_kept : thresholds that keep fewer calibration cases are passed over
    seed : of the dealing

    Returns
    -------
    Cascade
        Shares are of all cases given, labelled or not. Undefined where no judge keeps anything.

    Notes
    -----
    For each judge fixed-sequence testing with the limit of Clopper and Pearson, see `selective_threshold`, on the
    cases that all before it pass on; the promise for all is Bonferroni's. Angelopoulos et al. (2025), "Learn then
    Test", Annals of Applied Statistics 19; Jung, Brahman and Choi (2025), "Trust or Escalate", ICLR, which differs in
    that all its thresholds come from the same cases.

    Examples
    --------
    >>> from evalplatform.agreement.panels import Stage, plan_cascade
    >>> cheap = Stage(confidences=[0.9, 0.6] * 100, correct=[1, 1, 1, 0] * 50, price=1)
    >>> found = plan_cascade([cheap], bound=0.1, people_price=100)
    >>> found.stages[0].kept, found.left, found.cost, 0.6 < found.thresholds[0] <= 0.9
    (0.5, 0.5, 51.0, True)
    """
    read = [_read(stage) for stage in stages]
    if not read or len({len(sure) for sure, _ in read}) > 1:
        raise AgreementError("a cascade has a judge, and every judge the same cases")
    size = len(read[0][0])
    part = np.random.Generator(np.random.PCG64(seed)).permutation(size) % len(read)
    going, plans = np.ones(size, dtype=np.bool_), []
    for place, (sure, correct) in enumerate(read):
        mine = going & (part == place) & ~np.isnan(sure)
        found = selective_threshold(
            sure[mine], correct[mine], risk=bound, delta=delta / len(read), least_kept=least_kept
        )
        keeps = going & _is_sure(sure, found.threshold)
        plans.append(_describe(found, going, keeps, int((mine & ~np.isnan(correct)).sum())))
        going = going & ~keeps
    left = float(going.mean()) if size else 1.0
    paid = sum(plan.reached * stage.price for plan, stage in zip(plans, stages, strict=True))
    keeps_none = all(plan.threshold is None for plan in plans)
    return Cascade(
        stages=tuple(plans),
        left=left,
        cost=paid + left * people_price,
        people_cost=people_price,
        bound=bound,
        delta=delta,
        undefined=plans[-1].undefined if keeps_none else None,
    )


def route_cases(thresholds: Sequence[float | None], confidences: Sequence[Labels]) -> IntArray:
    """Who decides each case: the place of the first judge that is sure enough, or the number of judges for people.

    Parameters
    ----------
    thresholds : one a judge; None: it keeps nothing
    confidences : one column a judge, each (n,); None where there is no verdict to be sure of

    Returns
    -------
    (n,) integers

    Examples
    --------
    >>> from evalplatform.agreement.panels import route_cases
    >>> route_cases([0.9, 0.7], [[0.95, 0.5, None], [None, 0.8, 0.6]]).tolist()
    [0, 1, 2]
    """
    columns = [read_column(column, "confidences") for column in confidences]
    if len(columns) != len(thresholds) or len({len(column) for column in columns}) > 1:
        raise AgreementError("every judge has a threshold, and the same cases")
    found = np.full(len(columns[0]) if columns else 0, len(columns), dtype=np.int64)
    for place in range(len(columns) - 1, -1, -1):
        found[_is_sure(columns[place], thresholds[place])] = place
    return found


def _read(stage: Stage) -> tuple[FloatArray, FloatArray]:
    sure, correct = read_column(stage.confidences, "confidences"), read_column(stage.correct, "outcomes")
    if len(sure) != len(correct):
        raise AgreementError("the columns differ in length")
    if not stage.price >= 0:
        raise AgreementError("a price is 0 or more")
    return sure, correct


def _is_sure(sure: FloatArray, threshold: float | None) -> BoolArray:
    with np.errstate(invalid="ignore"):
        return np.zeros(len(sure), dtype=np.bool_) if threshold is None else sure >= threshold


def _describe(found: SelectiveThreshold, going: BoolArray, keeps: BoolArray, labelled: int) -> StagePlan:
    size = max(len(going), 1)
    return StagePlan(
        threshold=found.threshold,
        reached=float(going.sum() / size),
        kept=float(keeps.sum() / size),
        labelled=labelled,
        accuracy=found.accuracy,
        upper_risk=found.upper_risk,
        undefined=found.undefined,
    )
