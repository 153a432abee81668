"""The true value behind ratings of raters who sometimes answer without looking."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.consensus.answers import (
    Answers,
    choose_labels,
    describe_raters,
    gather_answers,
)
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.table import RatingTable

Method = Literal["variational", "em"]
SMALLEST = 1e-300  # of a probability, so that its logarithm is a number


@dataclass(frozen=True, slots=True, kw_only=True)
class MacePriors:
    """Numbers of ratings that each rater is taken to have given beforehand.

    The defaults are those of crowd-kit for the variational method: Beta(1/2, 1/2) and a symmetric Dirichlet.

    Attributes
    ----------
    looking, spamming : of those in which it looked, and in which it did not
    value : of each value among those in which it did not look
    """

    looking: float = 0.5
    spamming: float = 0.5
    value: float = 10.0


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Mace:
    """True values as the model sees them, how often each rater looks, and what it says when it does not.

    Attributes
    ----------
    labels : likeliest value of each unit that was rated; of equals the first of the scale
    probabilities : (units, categories), 0 in units without a rating
    competences : rater to `Estimate` in [0, 1] without an interval: share of ratings that it looked for, the mean
        of the posterior
    spamming : (raters, categories) how often each value is given without looking, mean of the posterior; the
        prior's for raters without a rating
    trace : what is climbed, after each step of the best start, never falling: the lower bound of the evidence
        (variational), or log-likelihood and log prior density (em), each up to a constant
    log_likelihood : of the ratings at `competences` and `spamming`; None where nothing can be fitted
    iterations, converged : steps taken from the best start, and whether `trace` had settled
    seed : of the starts
    """

    labels: Mapping[Hashable, Hashable]
    probabilities: FloatArray
    competences: Mapping[str, Estimate]
    spamming: FloatArray
    categories: tuple[Hashable, ...]
    raters: tuple[str, ...]
    trace: tuple[float, ...]
    log_likelihood: float | None
    iterations: int
    converged: bool
    seed: int


@dataclass(frozen=True, eq=False, slots=True)
class Shares:
    """How often each rater looks and does not, (raters,), and what it says then, (raters, categories).

    In the variational method they are geometric means and add up to less than 1.
    """

    looking: FloatArray
    spamming: FloatArray
    value: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Counts:
    """Expected weight of the ratings that each rater looked for, (raters,), and of each it did not, by value."""

    looking: FloatArray
    value: FloatArray

    @property
    def spamming(self) -> FloatArray:
        return np.asarray(self.value.sum(axis=1))


@dataclass(frozen=True, eq=False, slots=True)
class Climb:
    """Where one start led."""

    shares: Shares
    counts: Counts
    truth: FloatArray
    trace: tuple[float, ...]
    converged: bool

    @property
    def height(self) -> float:
        return self.trace[-1] if self.trace else -np.inf


def mace(
    table: RatingTable,
    *,
    method: Method = "variational",
    priors: MacePriors | None = None,
    starts: int = 10,
    seed: int = 0,
    iterations: int = 50,
    tolerance: float = 1e-6,
) -> Mace:
    r"""Find true values, and how often each rater looks at what it rates (MACE).

    For each rating a rater looks, and gives the true value, or does not, and gives a value as often as it is its
    habit. All true values are as likely beforehand. Who looks is never wrong in this model: raters who confuse two
    certain values, or find some units hard, are seen as spamming; see `dawid_skene` and `glad`. Raters err
    independently.

    Parameters
    ----------
    table : ratings; several by one rater on one unit count each, with their weights
    method : ``variational`` Bayes, or ``em`` for the maximum of likelihood and prior, in which the priors' counts
        are added to what was counted
    priors : None: `MacePriors` with its defaults (variational), or 0.01 ratings spread over the values (em)
    starts : the highest of so many climbs is kept; the first starts with raters who all look at half of the units
        and else draw any value, the others by `seed`
    seed : of the starts
    iterations : most steps from each start; 0 gives what the first start gives
    tolerance : steps end when `trace` gains less than this for a rating

    Returns
    -------
    Mace
        Competences are undefined as ``no_pairable_units`` where no unit was rated by another too, and as
        ``no_variation`` on a scale of one value.

    Notes
    -----
    With t the true value, uniform over K values:

    .. math:: P(x_{ir} = k) = \theta_r [k = t_i] + (1 - \theta_r) \xi_{rk}, \quad
        \theta_r \sim \mathrm{Beta}, \quad \xi_r \sim \mathrm{Dirichlet}

    Hovy, Berg-Kirkpatrick, Vaswani and Hovy (2013), "Learning whom to trust with MACE", Proceedings of NAACL-HLT,
    1120-1130.

    Examples
    --------
    >>> rows = [(unit, rater, unit % 2) for unit in range(8) for rater in "abc"]
    >>> rows += [(unit, "d", 1) for unit in range(8)]
    >>> found = mace(RatingTable.from_records(rows, level="nominal"))
    >>> found.competences["a"].estimate > 0.8, found.competences["d"].estimate < 0.2
    (True, True)
    >>> found.spamming[3].round(2).tolist(), found.converged
    ([0.36, 0.64], True)
    """
    if iterations < 0 or starts < 1 or not tolerance >= 0:
        raise AgreementError("iterations and tolerance are not negative, and there is a start")
    if method not in ("variational", "em"):
        raise AgreementError("the method is variational or em")
    answers = gather_answers(table)
    held = priors or _default(method, answers.categories)
    if not all(0 < count < np.inf for count in (held.looking, held.spamming, held.value)):
        raise AgreementError("counts of a prior are numbers above 0")
    fittable = len(table) > 0 and answers.categories > 1
    rng = np.random.default_rng(seed)
    best = climb(answers, start_alike(answers), method, held, iterations if fittable else 0, tolerance)
    for _ in range(starts - 1 if fittable and iterations else 0):
        other = climb(answers, draw_start(answers, rng), method, held, iterations, tolerance)
        best = other if other.height > best.height else best
    mean = take_means(best.counts, held)
    return Mace(
        labels=choose_labels(table, best.truth),
        probabilities=best.truth,
        competences=describe_raters(table, mean.looking),
        spamming=mean.value,
        categories=table.categories,
        raters=table.raters,
        trace=best.trace,
        log_likelihood=expect(answers, mean)[2] if fittable else None,
        iterations=len(best.trace),
        converged=best.converged,
        seed=seed,
    )


def _default(method: Method, categories: int) -> MacePriors:
    little = 0.01 / max(categories, 1)
    return (
        MacePriors() if method == "variational" else MacePriors(looking=little, spamming=little, value=little)
    )


def start_alike(answers: Answers) -> Shares:
    half = np.full(answers.raters, 0.5)
    return Shares(half, half, np.full((answers.raters, answers.categories), 1 / max(answers.categories, 1)))


def draw_start(answers: Answers, rng: np.random.Generator) -> Shares:
    looking = rng.random(answers.raters)
    return Shares(looking, 1 - looking, rng.dirichlet(np.ones(answers.categories), size=answers.raters))


def climb(
    answers: Answers,
    start: Shares,
    method: Method,
    priors: MacePriors,
    iterations: int,
    tolerance: float,
) -> Climb:
    """Take steps from a start until what is climbed settles."""
    maximise = _take_geometric_means if method == "variational" else _take_highest
    shares, trace, settled = start, list[float](), False
    truth, counts, likelihood = expect(answers, shares)
    total = float(answers.weight.sum())
    while len(trace) < iterations and not settled:
        shares, bonus = maximise(counts, priors)
        truth, counts, likelihood = expect(answers, shares)
        settled = bool(trace) and likelihood + bonus - trace[-1] <= tolerance * total
        trace.append(likelihood + bonus)
    return Climb(shares, counts, truth, tuple(trace), settled)


def expect(answers: Answers, shares: Shares) -> tuple[FloatArray, Counts, float]:
    """Probabilities of true values, (units, categories), counts, and the log-likelihood of all ratings."""
    unseen = np.maximum(shares.spamming[:, None] * shares.value, SMALLEST)
    seen = unseen + shares.looking[:, None]
    base = np.log(unseen).ravel()
    support = (np.log(seen).ravel() - base)[answers.choice]
    truth, gain = answers.weigh_values(answers.weight * support)
    likelihood = float((answers.weight * base[answers.choice]).sum() + gain[answers.rated].sum())
    right = answers.weight * truth.ravel()[answers.cell]
    looked = sum_by(answers.choice, right, seen.size).reshape(seen.shape) * (shares.looking[:, None] / seen)
    given = sum_by(answers.choice, answers.weight, seen.size).reshape(seen.shape)
    return truth, Counts(looked.sum(axis=1), np.maximum(given - looked, 0)), likelihood


def take_means(counts: Counts, priors: MacePriors) -> Shares:
    """Means of the posterior by these counts."""
    looking, spamming = counts.looking + priors.looking, counts.spamming + priors.spamming
    value = counts.value + priors.value
    total = looking + spamming
    return Shares(looking / total, spamming / total, value / value.sum(axis=1, keepdims=True))


def _take_highest(counts: Counts, priors: MacePriors) -> tuple[Shares, float]:
    shares = take_means(counts, priors)
    return shares, float(
        priors.looking * np.log(shares.looking).sum()
        + priors.spamming * np.log(shares.spamming).sum()
        + priors.value * np.log(shares.value).sum()
    )


def _take_geometric_means(counts: Counts, priors: MacePriors) -> tuple[Shares, float]:
    """Geometric means of the posterior, and minus its divergence from the prior."""
    looks = np.stack([counts.looking + priors.looking, counts.spamming + priors.spamming], axis=1)
    value = counts.value + priors.value
    looks_log, values_log = _mean_logs(looks), _mean_logs(value)
    looks_prior = np.array([priors.looking, priors.spamming])
    values_prior = np.full(value.shape[1], priors.value)
    bonus = -_diverge(looks, looks_log, looks_prior) - _diverge(value, values_log, values_prior)
    return Shares(np.exp(looks_log[:, 0]), np.exp(looks_log[:, 1]), np.exp(values_log)), bonus


def _mean_logs(counts: FloatArray) -> FloatArray:
    """Mean of the logarithm of each share of a Dirichlet distribution; counts are (raters, shares)."""
    from scipy.special import digamma  # scipy is imported on use

    return np.asarray(digamma(counts) - digamma(counts.sum(axis=1, keepdims=True)))


def _diverge(counts: FloatArray, mean_logs: FloatArray, prior: FloatArray) -> float:
    """Kullback and Leibler's divergence of Dirichlet distributions from a prior, over all raters."""
    from scipy.special import gammaln  # scipy is imported on use

    constant = gammaln(counts.sum(axis=1)) - gammaln(counts).sum(axis=1)
    at_prior = gammaln(prior.sum()) - gammaln(prior).sum()
    return float((constant - at_prior + ((counts - prior) * mean_logs).sum(axis=1)).sum())
