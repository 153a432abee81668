"""Any coefficient of two raters, for every pair of them at once."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import get_args

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.preferences import Rule, apply_rule
from evalplatform.agreement.reliability.coefficients import (
    Association,
    Coefficient,
    read_association,
    read_coefficient,
)
from evalplatform.agreement.reliability.grids import check_order
from evalplatform.agreement.reliability.weighting import Weighting, make_credit
from evalplatform.agreement.results import Undefined
from evalplatform.agreement.table import RatingTable

BLOCK = 2**21  # numbers of the tables of raters held at once


@dataclass(frozen=True, slots=True, kw_only=True)
class PairMatrix:
    """A coefficient of raters by raters, as lists of rows.

    Attributes
    ----------
    coefficient, weights : what was worked out
    raters : names of rows and columns
    values : the figures; None on the diagonal and where undefined
    undefined : why a value is None; None where it is not, and on the diagonal
    pairs : how many pairs of ratings each figure rests on
    """

    coefficient: str
    weights: str | None
    raters: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    undefined: tuple[tuple[Undefined | None, ...], ...]
    pairs: tuple[tuple[int, ...], ...]

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


def pairwise_coefficients(
    table: RatingTable,
    coefficient: Coefficient | Association = "cohen_kappa",
    *,
    weights: Weighting | None = None,
    rule: Rule | None = None,
) -> PairMatrix:
    """A coefficient of every rater with every other over the units that both rated.

    Parameters
    ----------
    table : ratings; repeats count as pairs of their own
    coefficient : ``agreement`` (the share of equal pairs, or the mean credit), ``cohen_kappa``, ``scott_pi``,
        ``brennan_prediger``, ``gwet_ac``, ``spearman_rho`` or ``kendall_tau_b``
    weights : as for `fleiss_kappa`; the last two have none
    rule : how inconsistent preferences count, see `apply_rule`

    Returns
    -------
    PairMatrix
        Symmetric, for the raters that hold a rating, with the ranges of the coefficients. A cell is undefined:
        ``no_pairable_units``, ``no_variation``, ``raters_are_slots``.

    Notes
    -----
    Formulas and sources stand with `cohen_kappa`, `scott_pi`, `brennan_prediger`, `gwet_ac1`, `spearman_rho` and
    `kendall_tau_b`.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, pairwise_coefficients
    >>> rows = [(u, r, v) for r, vs in {"x": "aabb", "y": "abbb", "z": "abab"}.items() for u, v in enumerate(vs)]
    >>> pairwise_coefficients(RatingTable.from_records(rows, level="nominal")).values
    ((None, 0.5, 0.0), (0.5, None, 0.5), (0.0, 0.5, None))
    """
    held = apply_rule(table, rule)
    is_association = coefficient in get_args(Association)
    if not is_association and coefficient not in get_args(Coefficient):
        raise AgreementError(f"no such coefficient of two raters: {coefficient}")
    if is_association and weights is not None:
        raise AgreementError("a figure of ranks has no weights")
    if (is_association or weights is not None) and held.unmatched:
        raise AgreementError("a value that equals nothing has a place at the nominal level only")
    if is_association:
        check_order(held)
    credit = make_credit(len(held.categories), weights, held.numbers) * held.matchable
    used, rater = np.unique(held.rater, return_inverse=True)
    figures, pairs = np.full((len(used), len(used)), np.nan), np.zeros((len(used), len(used)))
    for rows, columns, counts in count_tables(held, rater, len(used)):
        found = _read(coefficient, counts, credit)
        figures[rows, columns] = figures[columns, rows] = found
        pairs[rows, columns] = pairs[columns, rows] = counts.sum(axis=(0, 1))
    slots = np.array([held.kinds[code] == "slot" for code in used.tolist()], dtype=np.bool_)
    reasons = _name_missing(figures, pairs, slots)
    return PairMatrix(
        coefficient=coefficient,
        weights=weights,
        raters=tuple(held.raters[code] for code in used.tolist()),
        values=tuple(
            tuple(
                None if reason or one == other else value
                for other, (value, reason) in enumerate(zip(values, row, strict=True))
            )
            for one, (values, row) in enumerate(zip(figures.tolist(), reasons, strict=True))
        ),
        undefined=reasons,
        pairs=tuple(tuple(round(n) for n in row) for row in pairs.tolist()),
    )


def count_tables(
    table: RatingTable, rater: IntArray, size: int
) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
    """Raters (pairs,) and (pairs,), and their tables (categories, categories, pairs), in blocks of pairs."""
    from scipy.sparse import csr_array  # scipy is imported on use

    categories = max(len(table.categories), 1)
    shape = (len(table.units), size * categories)
    place = rater * categories + table.value
    given = csr_array((np.ones(len(table)), (table.unit, place)), shape=shape)
    step = max(1, BLOCK // (size * categories**2 or 1))
    for start in range(0, size, step):
        end = min(start + step, size)
        met = (given[:, start * categories : end * categories].T @ given).toarray()
        counts = met.reshape(end - start, categories, size, categories).transpose(1, 3, 0, 2)
        rows, columns = np.nonzero(np.arange(start, end)[:, None] < np.arange(size))
        yield rows + start, columns, counts[:, :, rows, columns]


def _read(coefficient: Coefficient | Association, counts: FloatArray, credit: FloatArray) -> FloatArray:
    if coefficient == "spearman_rho" or coefficient == "kendall_tau_b":  # narrows the type
        return read_association(coefficient, counts)
    return read_coefficient(coefficient, counts, credit)


def _name_missing(
    figures: FloatArray, pairs: FloatArray, slots: BoolArray
) -> tuple[tuple[Undefined | None, ...], ...]:
    reasons = np.full(figures.shape, None, dtype=np.object_)
    reasons[np.isnan(figures)] = "no_variation"
    reasons[pairs == 0] = "no_pairable_units"
    reasons[slots[:, None] | slots] = "raters_are_slots"
    np.fill_diagonal(reasons, None)
    return tuple(tuple(row) for row in reasons.tolist())
