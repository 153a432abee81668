"""Three models of what comes of comparing two systems, by their likelihoods.

Parameters are one strength a system (log scale) and, in the models with ties, one for ties, (parameters, R) in R
resamples at once. `score` is the slope of the log-likelihood, `information` its negative curvature.
"""

from typing import Protocol

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray
from evalplatform.agreement.ranking.counts import Counts
from evalplatform.agreement.ranking.existence import find_connected, find_tie_maximum


class PairModel(Protocol):
    """A model of comparisons of two systems."""

    name: str
    has_ties: bool

    def start(self, counts: Counts) -> FloatArray:
        """Parameters to begin from, all systems equal, (parameters, R)."""

    def score(self, counts: Counts, at: FloatArray) -> FloatArray:
        """Slope of the log-likelihood, (parameters, R)."""

    def information(self, counts: Counts, at: FloatArray) -> FloatArray:
        """Negative second derivatives of the log-likelihood, (R, parameters, parameters)."""

    def log_likelihood(self, counts: Counts, at: FloatArray) -> FloatArray:
        """Log-likelihood of the comparisons, (R,)."""

    def has_maximum(self, counts: Counts) -> BoolArray:
        """Whether the likelihood has a maximum, (R,)."""

    def limit(self, step: FloatArray, at: FloatArray) -> FloatArray:
        """Shorten a step that would leave the range of the parameters."""

    def read_tie(self, at: FloatArray) -> FloatArray:
        """The parameter of ties as it is published, (R,)."""


class BradleyTerry:
    name = "bradley_terry"
    has_ties = False

    def start(self, counts: Counts) -> FloatArray:
        return np.zeros((counts.systems, counts.won.shape[1]))

    def score(self, counts: Counts, at: FloatArray) -> FloatArray:
        chance = expit(_gap(counts, at))
        return counts.sum_systems(counts.won - (counts.won + counts.lost) * chance)

    def information(self, counts: Counts, at: FloatArray) -> FloatArray:
        chance = expit(_gap(counts, at))
        return _curve(counts, (counts.won + counts.lost) * chance * (1 - chance))

    def log_likelihood(self, counts: Counts, at: FloatArray) -> FloatArray:
        gap = _gap(counts, at)
        return -_total(counts.won * _softplus(-gap) + counts.lost * _softplus(gap))

    def has_maximum(self, counts: Counts) -> BoolArray:
        return find_connected(counts)

    def limit(self, step: FloatArray, at: FloatArray) -> FloatArray:
        return step

    def read_tie(self, at: FloatArray) -> FloatArray:
        return np.full(at.shape[1], np.nan)


class Davidson:
    name = "davidson"
    has_ties = True

    def start(self, counts: Counts) -> FloatArray:
        tied = _tie_share(counts)
        return np.vstack([np.zeros((counts.systems, len(tied))), np.log(2 * tied / (1 - tied))])

    def score(self, counts: Counts, at: FloatArray) -> FloatArray:
        win, loss, tie = self._chances(counts, at)
        total = counts.won + counts.lost + counts.tied
        gap = (counts.won - counts.lost - total * (win - loss)) / 2
        return np.vstack([counts.sum_systems(gap), _total(counts.tied - total * tie)])

    def information(self, counts: Counts, at: FloatArray) -> FloatArray:
        win, loss, tie = self._chances(counts, at)
        total = counts.won + counts.lost + counts.tied
        lead = (win - loss) / 2
        of_gap = total * ((win + loss) / 4 - lead**2)
        return _border(
            _curve(counts, of_gap), counts.sum_systems(-total * lead * tie), _total(total * tie * (1 - tie))
        )

    def log_likelihood(self, counts: Counts, at: FloatArray) -> FloatArray:
        win, loss, tie = self._chances(counts, at)
        return _total(counts.won * np.log(win) + counts.lost * np.log(loss) + counts.tied * np.log(tie))

    def has_maximum(self, counts: Counts) -> BoolArray:
        return find_tie_maximum(counts)

    def limit(self, step: FloatArray, at: FloatArray) -> FloatArray:
        return step

    def read_tie(self, at: FloatArray) -> FloatArray:
        return _exp(at[-1])

    def _chances(self, counts: Counts, at: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        logits = np.stack([half := _gap(counts, at) / 2, -half, np.broadcast_to(at[-1], half.shape)])
        odds = np.exp(logits - logits.max(axis=0))
        win, loss, tie = odds / odds.sum(axis=0)
        return win, loss, tie


class RaoKupper:
    name = "rao_kupper"
    has_ties = True

    def start(self, counts: Counts) -> FloatArray:
        tied = _tie_share(counts)
        return np.vstack([np.zeros((counts.systems, len(tied))), np.log((1 + tied) / (1 - tied))])

    def score(self, counts: Counts, at: FloatArray) -> FloatArray:
        ahead, behind = self._chances(counts, at)
        up, down = (counts.won + counts.tied) * (1 - ahead), (counts.lost + counts.tied) * (1 - behind)
        ties = _total(counts.tied) * 2 / -np.expm1(-2 * at[-1])
        return np.vstack([counts.sum_systems(up - down), ties - _total(up + down)])

    def information(self, counts: Counts, at: FloatArray) -> FloatArray:
        ahead, behind = self._chances(counts, at)
        up = (counts.won + counts.tied) * ahead * (1 - ahead)
        down = (counts.lost + counts.tied) * behind * (1 - behind)
        ties = _total(counts.tied) * 4 * np.exp(-2 * at[-1]) / np.expm1(-2 * at[-1]) ** 2
        return _border(_curve(counts, up + down), counts.sum_systems(down - up), _total(up + down) + ties)

    def log_likelihood(self, counts: Counts, at: FloatArray) -> FloatArray:
        gap, margin = _gap(counts, at), at[-1]
        ahead = (counts.won + counts.tied) * _softplus(margin - gap)
        behind = (counts.lost + counts.tied) * _softplus(margin + gap)
        ties: FloatArray = np.log(np.expm1(2 * margin)) * _total(counts.tied)
        return ties - _total(ahead + behind)

    def has_maximum(self, counts: Counts) -> BoolArray:
        return find_tie_maximum(counts)

    def limit(self, step: FloatArray, at: FloatArray) -> FloatArray:
        """The margin stays above 0: it is halved at most."""
        return np.vstack([step[:-1], np.maximum(step[-1:], -at[-1:] / 2)])

    def read_tie(self, at: FloatArray) -> FloatArray:
        return _exp(at[-1])

    def _chances(self, counts: Counts, at: FloatArray) -> tuple[FloatArray, FloatArray]:
        gap = _gap(counts, at)
        return expit(gap - at[-1]), expit(-gap - at[-1])


def expit(values: FloatArray) -> FloatArray:
    """The logistic function, without overflow."""
    from scipy.special import expit as logistic  # scipy is imported on use

    found: FloatArray = logistic(values)
    return found


def _exp(values: FloatArray) -> FloatArray:
    found: FloatArray = np.exp(values)
    return found


def _softplus(values: FloatArray) -> FloatArray:
    found: FloatArray = np.logaddexp(0.0, values)
    return found


def _gap(counts: Counts, at: FloatArray) -> FloatArray:
    """How much stronger the one system of each pair is than the other, (pairs, R)."""
    return at[counts.one] - at[counts.other]


def _total(of_pairs: FloatArray) -> FloatArray:
    sums: FloatArray = of_pairs.sum(axis=0)
    return sums


def _curve(counts: Counts, of_pairs: FloatArray) -> FloatArray:
    """Curvature over strengths from the curvature over the gap of each pair, (R, systems, systems)."""
    held = np.zeros((of_pairs.shape[1], counts.systems, counts.systems))
    held[:, counts.one, counts.other] = held[:, counts.other, counts.one] = -of_pairs.T
    diagonal = np.arange(counts.systems)
    held[:, diagonal, diagonal] = -held.sum(axis=2)
    return held


def _border(strengths: FloatArray, crossed: FloatArray, ties: FloatArray) -> FloatArray:
    """Add the row and column of the parameter of ties."""
    size = strengths.shape[1]
    held = np.empty((len(strengths), size + 1, size + 1))
    held[:, :size, :size] = strengths
    held[:, :size, size] = held[:, size, :size] = crossed.T
    held[:, size, size] = ties
    return held


def _tie_share(counts: Counts) -> FloatArray:
    tied, rest = _total(counts.tied), _total(counts.won + counts.lost)
    return (tied + 0.5) / (tied + rest + 1)
