"""How common something is, from a judge whose errors are known from a checked sample."""

from dataclasses import dataclass, replace

from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.results import Estimate


@dataclass(frozen=True, slots=True)
class _Rates:
    """Shares of positives, of positives found and of negatives passed, and what they rest on."""

    positive: float
    sensitivity: float
    specificity: float
    judged: float
    positives: float
    negatives: float

    @property
    def skill(self) -> float:
        """Youden's index: 0 for a judge that says the same of both kinds."""
        return self.sensitivity + self.specificity - 1

    @property
    def prevalence(self) -> float:
        return (self.positive + self.specificity - 1) / self.skill

    @property
    def errors(self) -> tuple[float, float, float]:
        """Variance of each share."""
        return (
            self.positive * (1 - self.positive) / self.judged,
            self.sensitivity * (1 - self.sensitivity) / self.positives,
            self.specificity * (1 - self.specificity) / self.negatives,
        )


def rogan_gladen(
    positive: int,
    judged: int,
    *,
    found: int,
    positives: int,
    passed: int,
    negatives: int,
    confidence: float = 0.95,
) -> Estimate:
    r"""Share of positives among all units, from what a judge says of them and how often it errs.

    Parameters
    ----------
    positive, judged : how many of how many units the judge calls positive
    found, positives : of how many units that people call positive the judge does too
    passed, negatives : of how many that people call negative the judge does too. The checked units are others
        than the judged ones; where they are a random part of them, `ppi_mean` makes more of the same labels
    confidence : of the interval

    Returns
    -------
    Estimate
        In [0, 1], at whose ends figure and limits are cut; ``n`` counts judged units. Undefined:
        ``no_pairable_units`` (nothing judged), ``too_few_items`` (no positive or no negative was checked),
        ``judge_tells_nothing`` (the judge does not find more of the positives than it suspects of the
        negatives; without an interval where that could be chance).

    Notes
    -----
    .. math:: \hat p = \frac{p + \mathit{sp} - 1}{\mathit{se} + \mathit{sp} - 1}

    Rogan and Gladen (1978), American Journal of Epidemiology 107, 71-76. Interval: Lang and Reiczigel (2014),
    Preventive Veterinary Medicine 113, 13-22: half of z squared is added to the positives and as much to the
    negatives, one to the right and one to the wrong of each checked kind, and the middle is moved by
    2 z^2 (p se(1-se)/n_se - (1-p) sp(1-sp)/n_sp).

    Examples
    --------
    >>> from evalplatform.agreement.few_labels import rogan_gladen
    >>> found = rogan_gladen(23, 150, found=96, positives=100, passed=89, negatives=100)
    >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
    (0.051, 0.0, 0.146)
    """
    _check(((positive, judged), (found, positives), (passed, negatives)), confidence)
    base = Estimate(estimate=None, n=judged, n_unit="units", confidence=confidence, inference="these_raters")
    if not judged:
        return replace(base, undefined="no_pairable_units")
    if not positives or not negatives:
        return replace(base, undefined="too_few_items")
    seen = _Rates(positive / judged, found / positives, passed / negatives, judged, positives, negatives)
    if not seen.skill > 0:
        return replace(base, undefined="judge_tells_nothing")
    base = replace(base, estimate=_cut(seen.prevalence))
    return _add_limits(base, seen)


def _add_limits(base: Estimate, seen: _Rates) -> Estimate:
    from scipy.special import ndtri  # scipy is imported on use

    z = float(ndtri((1 + base.confidence) / 2))
    held = _Rates(
        positive=(seen.positive * seen.judged + z**2 / 2) / (seen.judged + z**2),
        sensitivity=(seen.sensitivity * seen.positives + 1) / (seen.positives + 2),
        specificity=(seen.specificity * seen.negatives + 1) / (seen.negatives + 2),
        judged=seen.judged + z**2,
        positives=seen.positives + 2,
        negatives=seen.negatives + 2,
    )
    of_positive, of_found, of_passed = held.errors
    if held.skill <= z * (of_found + of_passed) ** 0.5:
        return replace(base, undefined="judge_tells_nothing")
    share = held.prevalence
    shift = 2 * z**2 * (share * of_found - (1 - share) * of_passed)
    reach = z * (of_positive + share**2 * of_found + (1 - share) ** 2 * of_passed) ** 0.5 / held.skill
    low, high = _cut(share + shift - reach), _cut(share + shift + reach)
    if not low < high:
        return replace(base, undefined="no_variation")
    return replace(base, low=low, high=high, method="lang_reiczigel")


def _cut(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _check(counts: tuple[tuple[int, int], ...], confidence: float) -> None:
    if any(not 0 <= part <= whole for part, whole in counts):
        raise AgreementError("each count lies from 0 to what it is counted out of")
    if not 0 < confidence < 1:
        raise AgreementError("confidence lies between 0 and 1")
