"""Ratings as the models of unequal raters walk over them, and what all of these models end with."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.table import RatingTable

MOST_NUMBERS = 10**8  # in any one array of a model


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Answers:
    """Ratings in the order of their units, so that sums do not depend on the order of the table's rows.

    Attributes
    ----------
    unit, rater : (n,) codes
    cell : (n,) unit * categories + value
    choice : (n,) rater * categories + value
    weight : (n,) of each rating
    rated : (units,) whether a unit has a rating
    units, raters, categories : how many codes there may be
    """

    unit: IntArray
    rater: IntArray
    cell: IntArray
    choice: IntArray
    weight: FloatArray
    rated: BoolArray
    units: int
    raters: int
    categories: int

    def weigh_values(self, support: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Turn the support of each rating for its value into probabilities of the true values, all equal before.

        Parameters
        ----------
        support : (n,) log of how much likelier the rating is where its value is true than where it is not

        Returns
        -------
        truth : (units, categories) probabilities, 0 in units without a rating
        gain : (units,) log of the mean over true values of the exponential of their support
        """
        joint = sum_by(self.cell, support, self.units * self.categories)
        joint = joint.reshape(self.units, self.categories)
        if not joint.size:
            return joint, np.zeros(self.units)
        top = joint.max(axis=1, keepdims=True)
        np.exp(joint - top, out=joint)
        total = joint.sum(axis=1, keepdims=True)
        joint *= self.rated[:, None] / total
        return joint, (top + np.log(total / self.categories))[:, 0]


def gather_answers(table: RatingTable) -> Answers:
    """Sort the ratings of a table by unit, rater and value."""
    size = len(table.categories)
    if max(len(table.units), len(table.raters)) * size > MOST_NUMBERS:
        raise AgreementError("so many units or raters and categories have more probabilities than memory")
    weights = np.ones(len(table)) if table.weight is None else table.weight
    order = np.lexsort((weights, table.value, table.rater, table.unit))
    unit, rater, value = table.unit[order], table.rater[order], table.value[order]
    return Answers(
        unit=unit,
        rater=rater,
        cell=unit * size + value,
        choice=rater * size + value,
        weight=weights[order],
        rated=np.bincount(unit, minlength=len(table.units)) > 0,
        units=len(table.units),
        raters=len(table.raters),
        categories=size,
    )


def choose_labels(table: RatingTable, truth: FloatArray) -> dict[Hashable, Hashable]:
    """The likeliest value of each unit that was rated; of equals the first of the scale."""
    rated = np.bincount(table.unit, minlength=len(table.units)) > 0
    best = truth.argmax(axis=1)[rated].tolist() if rated.any() else []
    return {
        unit: table.categories[place] for unit, place in zip(table.units[rated].tolist(), best, strict=True)
    }


def describe_raters(table: RatingTable, figures: FloatArray) -> dict[str, Estimate]:
    """A figure of each rater, undefined where no unit that it rated was rated by another.

    Parameters
    ----------
    figures : (raters,)
    """
    raters = len(table.raters)
    pairs = np.unique(table.unit * max(raters, 1) + table.rater) // max(raters, 1)
    shared = (np.bincount(pairs, minlength=len(table.units)) > 1)[table.unit]
    count = np.bincount(table.rater[shared], minlength=raters).tolist()
    alone = np.bincount(table.rater[~shared], minlength=raters).tolist()
    return {
        name: Estimate(
            estimate=figure if n and len(table.categories) > 1 else None,
            n=n,
            n_unit="ratings",
            excluded={"unpaired": left} if left else {},
            undefined="no_pairable_units" if not n else "no_variation" if len(table.categories) < 2 else None,
        )
        for name, figure, n, left in zip(table.raters, figures.tolist(), count, alone, strict=True)
    }
