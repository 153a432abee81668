"""Agreement corrected for chance: what chance alone would give, and the figures of tables of two sources."""

from typing import Literal

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.reliability.margins import find_mid_ranks
from evalplatform.agreement.shares import divide

Coefficient = Literal["agreement", "cohen_kappa", "scott_pi", "brennan_prediger", "gwet_ac"]
Association = Literal["spearman_rho", "kendall_tau_b"]


def correct(observed: FloatArray, expected: FloatArray) -> FloatArray:
    """Share of the agreement beyond chance, NaN where chance alone gives all of it."""
    return divide(observed - expected, 1 - expected)


def expect_shared(shares: FloatArray, credit: FloatArray) -> FloatArray:
    """Credit of two independent draws from `shares`, (categories, resamples): (resamples,)."""
    result: FloatArray = (shares * (credit @ shares)).sum(axis=0)
    return result


def expect_uniform(credit: FloatArray) -> float:
    """Credit of two draws in which all categories are equally likely."""
    return float(credit.mean())


def expect_gwet(shares: FloatArray, credit: FloatArray) -> FloatArray:
    """Chance that a rating is random, times the credit of random ratings; Gwet (2008)."""
    size = len(credit)
    if size < 2:
        return np.ones(shares.shape[1])
    result: FloatArray = credit.sum() / (size * (size - 1)) * (shares * (1 - shares)).sum(axis=0)
    return result


def read_coefficient(name: Coefficient, counts: FloatArray, credit: FloatArray) -> FloatArray:
    """A figure of two sources for each of many tables, (tables,), NaN where undefined.

    Parameters
    ----------
    counts : (categories, categories, tables), first source by second
    credit : (categories, categories)
    """
    total = counts.sum(axis=(0, 1))
    observed = divide(np.einsum("ijb,ij->b", counts, credit), total)
    if name == "agreement":
        return observed
    if name == "brennan_prediger":
        return correct(observed, np.full(observed.shape, expect_uniform(credit)))
    rows, columns = (divide(counts.sum(axis=axis), total) for axis in (1, 0))
    if name == "cohen_kappa":
        return correct(observed, (rows * (credit @ columns)).sum(axis=0))
    shares = (rows + columns) / 2
    expect = expect_shared if name == "scott_pi" else expect_gwet
    return correct(observed, expect(shares, credit))


def read_association(name: Association, counts: FloatArray) -> FloatArray:
    """Spearman's rho or Kendall's tau-b of each of many tables, (tables,), NaN where undefined.

    `counts` is (categories, categories, tables), first source by second, both in the order of the scale.
    """
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    if name == "spearman_rho":
        one, other = find_mid_ranks(rows), find_mid_ranks(columns)
        product = np.einsum("ijb,ib,jb->b", counts, one, other)
        squares = (rows * np.square(one)).sum(axis=0) * (columns * np.square(other)).sum(axis=0)
        return divide(product, np.sqrt(squares))
    total = np.square(counts.sum(axis=(0, 1)))
    untied = [(total - np.square(margin).sum(axis=0)) / 2 for margin in (rows, columns)]
    lead = _count_below(counts) - _count_below(counts[:, ::-1])
    return divide(lead, np.sqrt(untied[0] * untied[1]))


def _count_below(counts: FloatArray) -> FloatArray:
    """Pairs in which one unit lies below the other in both directions, (tables,)."""
    below = np.cumsum(np.cumsum(counts, axis=0), axis=1)[:-1, :-1]
    result: FloatArray = (counts[1:, 1:] * below).sum(axis=(0, 1))
    return result
