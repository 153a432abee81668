"""The true value behind ratings of unequal raters on units of unequal difficulty."""

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

Normal = tuple[float, float]  # mean and standard deviation
HALVINGS = 20  # of a step that overshoots
NEAR = 0.3  # a step of Newton's method
LONGEST = 2.0  # step of a parameter, so that a certainty does not carry it beyond what a float holds
WIDEST = 10.0  # prior


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Glad:
    """True values as the model sees them, how able each rater is, and how difficult each unit.

    Attributes
    ----------
    labels : likeliest value of each unit that was rated; of equals the first of the scale
    probabilities : (units, categories), 0 in units without a rating
    abilities : rater to `Estimate` without an interval: 0 answers at random, below 0 mostly wrong; on a unit of
        difficulty d a rater of ability a is right with the odds exp(a / d)
    difficulties : (units,) above 0; exp(-mean of the prior) where fewer than two rated, as nothing tells more
    trace : log-likelihood and log prior density together after each step; never falls
    log_likelihood : of the ratings at the end; None where nothing can be fitted
    iterations, converged : steps taken, and whether `trace` had settled
    """

    labels: Mapping[Hashable, Hashable]
    probabilities: FloatArray
    abilities: Mapping[str, Estimate]
    difficulties: FloatArray
    categories: tuple[Hashable, ...]
    trace: tuple[float, ...]
    log_likelihood: float | None
    iterations: int
    converged: bool


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class _Model:
    answers: Answers
    ability_prior: Normal
    easiness_prior: Normal


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class _Fit:
    """Parameters, and what the ratings say of them.

    Attributes
    ----------
    ability, easiness : (raters,), and (units,) the log of 1 / difficulty
    odds : (n,) log odds that a rating is right
    share : (n,) odds by ability
    truth : (units, categories) probabilities of the true values
    surplus : (n,) weight times probability that the rating is right, less what the odds expect
    spread : (n,) weight times variance of being right, the curvature of the expected log-likelihood in the odds
    bend : (n,) weight times the curvature of a parabola that stays under the log-likelihood and touches it
    likelihood, height : log-likelihood, and with the log prior densities
    """

    ability: FloatArray
    easiness: FloatArray
    odds: FloatArray
    share: FloatArray
    truth: FloatArray
    surplus: FloatArray
    spread: FloatArray
    bend: FloatArray
    likelihood: float
    height: float


def glad(
    table: RatingTable,
    *,
    ability_prior: Normal = (1.0, 1.0),
    easiness_prior: Normal = (1.0, 1.0),
    iterations: int = 100,
    tolerance: float = 1e-7,
) -> Glad:
    r"""Find true values, abilities of raters and difficulties of units (GLAD) by expectation and maximisation (EM).

    A rater of ability a gives the true value of a unit of difficulty d with the odds exp(a / d), and else one of
    the others, each as often; all true values are as likely beforehand. A rater who confuses two certain values,
    or always says the same, is not in this model: see `dawid_skene` and `mace`. Raters err independently.

    Parameters
    ----------
    table : ratings; several by one rater on one unit count each, with their weights
    ability_prior, easiness_prior : mean and standard deviation of the normal priors of a and of -log d; those of
        the paper unless given
    iterations : most EM steps; 0 gives what the means of the priors give
    tolerance : steps end when log-likelihood and log prior of a rating gain less than this

    Returns
    -------
    Glad
        The nearest maximum from the means of the priors; nothing is drawn. Abilities are undefined as
        ``no_pairable_units`` where no unit was rated by another too, and as ``no_variation`` on a scale of one value.

    Notes
    -----
    With z the true value and K values:

    .. math:: P(x_{ir} = z_i) = \frac 1 {1 + e^{-\alpha_r \beta_i}}, \quad
        P(x_{ir} = k \ne z_i) = \frac 1 {(K - 1)(1 + e^{\alpha_r \beta_i})}, \quad
        \alpha \sim N(1, 1), \quad \log \beta \sim N(1, 1)

    Whitehill, Ruvolo, Wu, Bergsma and Movellan (2009), "Whose vote should count more: optimal integration of
    labels from labelers of unknown expertise", NeurIPS 22. Each maximisation is one step of abilities and then
    one of difficulties, to the top of a parabola under the expected log-likelihood (Jaakkola and Jordan 2000,
    "Bayesian parameter estimation via variational methods", Statistics and Computing 10, 25-37), halved where
    difficulties would lose by it.

    Examples
    --------
    >>> rows = [(unit, rater, unit % 2) for unit in range(8) for rater in "abc"]
    >>> rows += [(unit, "d", 1 - unit % 2 if unit < 4 else unit % 2) for unit in range(8)]
    >>> found = glad(RatingTable.from_records(rows, level="nominal"))
    >>> found.abilities["a"].estimate > 1 > found.abilities["d"].estimate
    True
    >>> bool(found.difficulties[0] > found.difficulties[7]), found.converged
    (True, True)
    """
    if iterations < 0 or not tolerance >= 0:
        raise AgreementError("iterations and tolerance are not negative")
    for mean, deviation in (ability_prior, easiness_prior):
        if not (abs(mean) <= WIDEST and 0 < deviation <= WIDEST):
            raise AgreementError("a prior is a mean between -10 and 10 and a deviation above 0 and up to 10")
    model = _Model(answers=gather_answers(table), ability_prior=ability_prior, easiness_prior=easiness_prior)
    fittable = len(table) > 0 and len(table.categories) > 1
    fit = _start(model)
    trace: list[float] = []
    settled, total = False, float(model.answers.weight.sum())
    while fittable and len(trace) < iterations and not settled:
        last = fit.height
        fit = _climb(model, _climb(model, fit, "ability"), "easiness")
        settled = fit.height - last <= tolerance * total
        trace.append(fit.height)
    return Glad(
        labels=choose_labels(table, fit.truth),
        probabilities=fit.truth,
        abilities=describe_raters(table, fit.ability),
        difficulties=np.exp(-fit.easiness),
        categories=table.categories,
        trace=tuple(trace),
        log_likelihood=fit.likelihood if fittable else None,
        iterations=len(trace),
        converged=settled,
    )


def _start(model: _Model) -> _Fit:
    ability = np.full(model.answers.raters, model.ability_prior[0], dtype=np.float64)
    return _look(model, ability, np.full(model.answers.units, model.easiness_prior[0], dtype=np.float64))


def _look(model: _Model, ability: FloatArray, easiness: FloatArray) -> _Fit:
    """Work out what the ratings say of these parameters."""
    answers, others = model.answers, max(model.answers.categories - 1, 1)
    share = np.exp(easiness)[answers.unit]
    odds = ability[answers.rater] * share
    small = np.exp(-np.abs(odds))
    right = np.where(odds >= 0, 1.0, small) / (1 + small)
    wrong = -np.log1p(small) - np.maximum(odds, 0) - np.log(others)  # log of the chance of one wrong value
    truth, gain = answers.weigh_values(answers.weight * (odds + np.log(others)))
    likelihood = float((answers.weight * wrong).sum() + gain[answers.rated].sum())
    return _Fit(
        ability=ability,
        easiness=easiness,
        odds=odds,
        share=share,
        truth=truth,
        surplus=answers.weight * (truth.ravel()[answers.cell] - right),
        spread=answers.weight * small / (1 + small) ** 2,
        bend=answers.weight * _bend(odds),
        likelihood=likelihood,
        height=likelihood
        + _log_density(ability, model.ability_prior)
        + _log_density(easiness, model.easiness_prior),
    )


def _bend(odds: FloatArray) -> FloatArray:
    """tanh(x / 2) / 2x, and 1/4 at 0: Newton's own curvature is smaller, and leaps to where all raters are wrong."""
    size = np.maximum(np.abs(odds), 1e-6)
    return np.asarray(np.tanh(size / 2) / (2 * size))


def _log_density(values: FloatArray, prior: Normal) -> float:
    scores = (values - prior[0]) / prior[1]
    return float(-(scores**2).sum() / 2 - len(values) * np.log(prior[1] * np.sqrt(2 * np.pi)))


def _climb(model: _Model, fit: _Fit, which: Literal["ability", "easiness"]) -> _Fit:
    """One step of the abilities or of the difficulties that does not lose height."""
    answers, moved = model.answers, which == "ability"
    of, slope = (answers.rater, fit.share) if moved else (answers.unit, fit.odds)
    held, prior = (fit.ability, model.ability_prior) if moved else (fit.easiness, model.easiness_prior)
    precision = prior[1] ** -2
    up = sum_by(of, fit.surplus * slope, len(held)) - precision * (held - prior[0])
    step = up / (sum_by(of, fit.spread * slope**2, len(held)) + precision)
    far = np.abs(step) > NEAR
    safe = up / (sum_by(of, fit.bend * slope**2, len(held)) + precision)
    step = np.clip(np.where(far, safe, step), -LONGEST, LONGEST)
    for _ in range(HALVINGS):
        found = _look(model, held + step, fit.easiness) if moved else _look(model, fit.ability, held + step)
        if found.height >= fit.height:
            return found
        step = step / 2
    return fit
