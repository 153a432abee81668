"""PPI++: means and win rates from few human labels and many verdicts of a judge."""

from dataclasses import replace

from evalplatform.agreement.arrays import Labels
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.few_labels.mean_estimation import estimate_mean, tune_slope
from evalplatform.agreement.few_labels.powered import Powered, Reach, check_options
from evalplatform.agreement.few_labels.samples import Numbers, Sample, read_sample
from evalplatform.agreement.results import Estimate

EVERYWHERE = (float("-inf"), float("inf"))


def ppi_mean(
    human: Numbers,
    judge: Numbers,
    *,
    probabilities: Numbers | None = None,
    clusters: Labels | None = None,
    bounds: tuple[float, float] | None = None,
    power: float | None = None,
    reach: Reach = "student",
    confidence: float = 0.95,
) -> Powered:
    r"""Mean of what people would say of all units, from their labels on some and a judge's verdicts on all.

    Parameters
    ----------
    human : (n,) a label, or the mean of several, of each unit; NaN or None where people were not asked
    judge : (n,) what the judge says of each unit, better as a probability than as a verdict. Units without are
        left out (``judge_missing``)
    probabilities : (n,) with which probability each unit was given to people, each drawn by itself (Poisson
        sampling), known beforehand and above 0. None: people got a simple random sample
    clusters : (n,) the item of each unit; the interval speaks of other items
    bounds : range of the values, at which limits are cut
    power : lambda in [0, 1]; None tunes it, 0 is people alone, 1 is PPI as first published
    reach : ``student`` corrects the interval for few items and, with `bounds`, for being near one of them;
        ``normal`` is the interval of the paper
    confidence : of the interval

    Returns
    -------
    Powered
        ``n`` counts human labels. Undefined: ``no_pairable_units`` (no label), ``too_few_items``,
        ``no_variation``.

    Notes
    -----
    With f the judge's verdicts on N units that nobody labelled and Y, f on n that somebody did:

    .. math:: \hat\theta = \lambda \bar f_N + \overline{(Y - \lambda f)}_n, \quad
        \lambda = \frac{\mathrm{cov}_n(Y, f)}{(1 + n/N)\,\mathrm{var}_{n+N}(f)}, \quad
        \hat V = \frac{\lambda^2 \mathrm{var}_N(f)}{N} + \frac{\mathrm{var}_n(Y - \lambda f)}{n}

    Angelopoulos, Duchi and Zrnic (2023), PPI++: Efficient Prediction-Powered Inference, section 6 (arXiv
    2311.01453). Centring is that of the package ppi-python: the covariance is divided by n, the pooled variance
    by n + N - 1, both variances in V by their number; ``student`` multiplies V by L / (L - 1) for L items with
    labels and takes Student's t. Lambda is cut to [0, 1]. With bounds the interval is Wilson's (1927), for as
    many labels as would make a rate vary by V.

    With probabilities pi each label weighs 1 / pi (Horvitz and Thompson 1952), the weights brought to the sum of
    the units, and lambda is the one that makes the variance over the draws smallest. With clusters it is tuned
    to what the units of an item add together; whatever it is, the interval holds for items.

    Examples
    --------
    >>> from evalplatform.agreement.few_labels import ppi_mean
    >>> human = [1, 0, 1, 1, 0, 1, 0, 1, 1, 0] + [None] * 20
    >>> judge = [1, 0, 1, 0, 0, 1, 1, 1, 1, 1] + [int(digit) for digit in "11101011110111011101"]
    >>> found = ppi_mean(human, judge, reach="normal")
    >>> round(found.corrected.estimate, 7), round(found.corrected.low, 5), round(found.corrected.high, 5)
    (0.6131818, 0.32318, 0.90318)
    """
    check_options(confidence, power, reach)
    limits = EVERYWHERE if bounds is None else bounds
    sample = read_sample(human, judge, probabilities=probabilities, clusters=clusters)
    _check_bounds(sample, limits)
    base = Estimate(
        estimate=None,
        n=sample.labels,
        n_unit="labels",
        excluded=sample.excluded,
        confidence=confidence,
        inference="these_raters",
    )
    if not sample.labels:
        nothing = replace(base, undefined="no_pairable_units")
        judged = float(sample.judge.mean()) if len(sample) else None
        return Powered(corrected=nothing, people=nothing, judge=judged, power=0.0, saving=None)
    rest = 1 - sample.labels / len(sample)
    slope = tune_slope(sample, rest) if power is None else power / rest if rest else 0.0
    (corrected, after), (people, before) = (
        estimate_mean(sample, each, base, limits, reach) for each in (slope, 0.0)
    )
    return Powered(
        corrected=corrected,
        people=people,
        judge=float(sample.judge.mean()),
        power=slope * rest,
        saving=1 - after / before if before > 1e-24 else None,
    )


def ppi_win_rate(
    human: Numbers,
    judge: Numbers,
    *,
    probabilities: Numbers | None = None,
    clusters: Labels | None = None,
    power: float | None = None,
    reach: Reach = "student",
    confidence: float = 0.95,
) -> Powered:
    """Share of comparisons that people would let the first system win, from few of their labels and a judge.

    Parameters
    ----------
    human : (n,) 1 where the first won, 0 where the second, one half for a tie, or the mean of several votes;
        NaN or None where people were not asked. `label_units` makes such numbers of a table
    judge : (n,) the same by the judge, or the probability that it gives the first
    probabilities, clusters, power, reach, confidence : as `ppi_mean` has them

    Returns
    -------
    Powered
        `ppi_mean` of these numbers, its limits cut to [0, 1]. The interval is undefined where fewer than two
        items were ever won, or ever lost: ``too_few_items``, from 50 items on ``no_variation``.

    Examples
    --------
    >>> from evalplatform.agreement.few_labels import ppi_win_rate
    >>> found = ppi_win_rate([1, 0, 0.5, 1, 0, None, None, None], [0.9, 0.2, 0.4, 0.8, 0.3, 0.7, 0.9, 0.6])
    >>> round(found.corrected.estimate, 3), round(found.people.estimate, 3), round(found.saving, 2)
    (0.629, 0.5, 0.54)
    """
    return ppi_mean(
        human,
        judge,
        probabilities=probabilities,
        clusters=clusters,
        bounds=(0.0, 1.0),
        power=power,
        reach=reach,
        confidence=confidence,
    )


def _check_bounds(sample: Sample, bounds: tuple[float, float]) -> None:
    for values in (sample.human[sample.labelled], sample.judge):
        if ((values < bounds[0]) | (values > bounds[1])).any():
            raise AgreementError(f"values lie from {bounds[0]:g} to {bounds[1]:g}")
