"""Leaving the doubtful cases to people: what is gained, and a threshold that keeps a promise."""

from dataclasses import asdict, dataclass

import numpy as np

from evalplatform.agreement.arrays import FloatArray, Labels
from evalplatform.agreement.confidence.outcomes import Outcomes
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.exact import limit_share
from evalplatform.agreement.results import Undefined

LEAST_KEPT = 30
FINEST_STEP = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCoverage:
    """What share is wrong among the surest verdicts, as more of them are kept.

    Parameters
    ----------
    thresholds : lowest confidence kept, falling
    coverage : share of verdicts kept
    risk : share of those that are wrong
    area : mean risk over all coverages, in [0, 1]; that of a perfect order is near risk^2 / 2, of a useless one the
        risk of all
    undefined : ``no_pairable_units``
    """

    thresholds: tuple[float, ...]
    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    area: float | None
    n: int
    undefined: Undefined | None = None

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectiveThreshold:
    """The confidence from which on a judge decides alone.

    Parameters
    ----------
    threshold : lowest confidence, of those tried, for which the promise holds; None where there is none
    kept : verdicts at or above it, of the labelled ones
    accuracy : share of those that are right
    coverage : share of the labelled verdicts that are kept
    upper_risk : what their risk does not exceed, with probability 1 - delta
    undefined : ``no_pairable_units``, ``too_few_items`` (fewer than the least kept), ``too_few_agreements`` (no
        threshold keeps the promise)
    """

    threshold: float | None
    kept: int
    accuracy: float | None
    coverage: float | None
    upper_risk: float | None
    undefined: Undefined | None = None

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


def risk_coverage(confidences: Labels, correct: Labels) -> RiskCoverage:
    r"""The risk-coverage curve: keep the surest verdicts only, and see how many of them are wrong.

    Parameters
    ----------
    confidences : (n,) in [0, 1]
    correct : (n,) 1 where the verdict is right, else 0; None and NaN are left out

    Returns
    -------
    RiskCoverage
        One point for each distinct confidence. Undefined: ``no_pairable_units``.

    Notes
    -----
    El-Yaniv and Wiener (2010), Journal of Machine Learning Research 11, 1605-1641; the area as Geifman, Uziel and
    El-Yaniv (2019), equal confidences being kept together.

    Examples
    --------
    >>> from evalplatform.agreement.confidence import risk_coverage
    >>> found = risk_coverage([0.9, 0.8, 0.8, 0.5], [1, 1, 0, 0])
    >>> found.coverage, [round(risk, 4) for risk in found.risk]
    ((0.25, 0.75, 1.0), [0.0, 0.3333, 0.5])
    """
    held = Outcomes.read(confidences, correct)
    if not len(held):
        return RiskCoverage(
            thresholds=(), coverage=(), risk=(), area=None, n=0, undefined="no_pairable_units"
        )
    thresholds, kept, wrong = _accumulate(held)
    steps = np.diff(kept, prepend=0)
    return RiskCoverage(
        thresholds=tuple(thresholds.tolist()),
        coverage=tuple((kept / len(held)).tolist()),
        risk=tuple((wrong / kept).tolist()),
        area=float(steps @ (wrong / kept) / len(held)),
        n=len(held),
    )


def selective_threshold(
    confidences: Labels,
    correct: Labels,
    *,
    risk: float,
    delta: float = 0.1,
    step: float = 0.01,
    least_kept: int = LEAST_KEPT,
) -> SelectiveThreshold:
    r"""Lowest confidence from which on a judge is wrong in no more than a stated share of its verdicts.

    The promise holds with probability 1 - delta over the labelled sample, for new verdicts drawn like it. Thresholds
    are tried from 1 downwards in a fixed order until one fails, so that trying many costs nothing; those that keep
    too few to pass at all, whatever their verdicts, are passed over.

    Parameters
    ----------
    confidences : (n,) in [0, 1]
    correct : (n,) 1 where people agree with the verdict, else 0; None and NaN are left out. Rows are taken to be
        independent: one verdict an item
    risk : share of wrong verdicts that is allowed, between 0 and 1
    delta : probability with which the promise may fail
    step : distance of the thresholds that are tried
    least_kept : thresholds that keep fewer are passed over

    Returns
    -------
    SelectiveThreshold
        Undefined: ``no_pairable_units``, ``too_few_items``, ``too_few_agreements``.

    Notes
    -----
    Fixed-sequence testing with the upper limit of Clopper and Pearson (1934), Biometrika 26, 404-413:

    .. math:: \lambda = \min\{\lambda: R^+(\lambda') \le r \ \forall \lambda' \ge \lambda\}, \quad
        R^+ = B^{-1}(1 - \delta; k + 1, n - k)

    Jung, Brahman and Choi (2025), "Trust or Escalate", ICLR.

    Examples
    --------
    >>> from evalplatform.agreement.confidence import selective_threshold
    >>> found = selective_threshold([0.9] * 60 + [0.6] * 40, [1] * 60 + [1, 0] * 20, risk=0.1)
    >>> found.kept, found.accuracy, 0.6 < found.threshold <= 0.9
    (60, 1.0, True)
    """
    if not (0 < risk < 1 and 0 < delta < 1 and FINEST_STEP <= step <= 1) or least_kept < 1:
        raise AgreementError(
            "risk and delta lie between 0 and 1, the step between 0.0001 and 1, and one kept is the least"
        )
    held = Outcomes.read(confidences, correct)
    if not len(held):
        return _refuse("no_pairable_units")
    if len(held) < least_kept:
        return _refuse("too_few_items")
    thresholds = np.round(np.arange(1, -step / 2, -step), 10) + 0.0
    order = np.argsort(-held.probability, kind="stable")
    wrong = np.concatenate([[0.0], np.cumsum(1 - held.outcome[order])])
    kept = np.searchsorted(-held.probability[order], -thresholds, side="right")
    best = None
    for threshold, size in zip(thresholds.tolist(), kept.tolist(), strict=True):
        if size < least_kept or limit_share(0, size, delta) > risk:
            continue
        upper = limit_share(int(wrong[size]), size, delta)
        if upper > risk:
            break
        best = (threshold, size, 1 - wrong[size] / size, upper)
    if best is None:
        return _refuse("too_few_agreements")
    threshold, size, accuracy, upper = best
    return SelectiveThreshold(
        threshold=threshold, kept=size, accuracy=float(accuracy), coverage=size / len(held), upper_risk=upper
    )


def _refuse(reason: Undefined) -> SelectiveThreshold:
    return SelectiveThreshold(
        threshold=None, kept=0, accuracy=None, coverage=None, upper_risk=None, undefined=reason
    )


def _accumulate(held: Outcomes) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Distinct confidences from high to low, how many are at or above each, and how many of those are wrong."""
    distinct, place = np.unique(-held.probability, return_inverse=True)
    kept = np.cumsum(np.bincount(place)).astype(np.float64)
    wrong = np.cumsum(np.bincount(place, 1 - held.outcome)).astype(np.float64)
    return -distinct, kept, wrong
