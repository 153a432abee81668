"""Agreement corrected for chance: what chance alone would give, and the figures of two sources."""

from typing import Literal

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.shares import divide

Coefficient = Literal["agreement", "cohen_kappa", "scott_pi", "brennan_prediger", "gwet_ac"]


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
