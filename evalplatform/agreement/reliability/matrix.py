"""Agreement of every rater with every other, for a heat map."""

from dataclasses import asdict, dataclass

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.preferences import Rule, apply_rule
from evalplatform.agreement.table import RatingTable

CELLS = 2**24  # numbers of the one-hot matrix held at once


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterMatrix:
    """Percent agreement of raters by raters, as lists of rows.

    Attributes
    ----------
    raters : names of rows and columns
    agreement : share of equal pairs; None where two raters share no unit. On the diagonal: a rater with
        repeats of their own
    pairs : how many pairs of ratings each share rests on
    """

    raters: tuple[str, ...]
    agreement: tuple[tuple[float | None, ...], ...]
    pairs: tuple[tuple[int, ...], ...]

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


def pairwise_rater_agreement(table: RatingTable, *, rule: Rule | None = None) -> RaterMatrix:
    """Percent agreement of every rater with every other over the units that both rated.

    Parameters
    ----------
    table : ratings
    rule : how inconsistent preferences count, see `apply_rule`

    Returns
    -------
    RaterMatrix
        Symmetric, in [0, 1], unweighted, for the raters that hold a rating.
    """
    held = apply_rule(table, rule)
    used, rater = np.unique(held.rater, return_inverse=True)
    size = len(used)
    equal, pairs = np.zeros((size, size)), np.zeros((size, size))
    step = max(1, CELLS // max(1, size * len(held.categories)))
    for start in range(0, len(held.units), step):
        rows = (held.unit >= start) & (held.unit < start + step)
        one_hot = _count_values(held, rater, rows, start, (size, min(step, len(held.units) - start)))
        per_unit = one_hot.sum(axis=2)
        pairs += _cross(per_unit)
        equal += _cross((one_hot * held.matchable).reshape(size, -1))
    share = np.divide(equal, pairs, out=np.zeros_like(equal), where=pairs > 0)
    return RaterMatrix(
        raters=tuple(held.raters[code] for code in used.tolist()),
        agreement=tuple(
            tuple(value if n else None for value, n in zip(values, counts, strict=True))
            for values, counts in zip(share.tolist(), pairs.tolist(), strict=True)
        ),
        pairs=tuple(tuple(round(n) for n in row) for row in pairs.tolist()),
    )


def _count_values(
    table: RatingTable, rater: IntArray, rows: BoolArray, start: int, shape: tuple[int, int]
) -> FloatArray:
    """Ratings by rater, unit and category, (raters, units, categories)."""
    full = (*shape, max(len(table.categories), 1))
    place = np.ravel_multi_index((rater[rows], table.unit[rows] - start, table.value[rows]), full)
    return np.bincount(place, minlength=int(np.prod(full))).reshape(full).astype(np.float64)


def _cross(counts: FloatArray) -> FloatArray:
    """Pairs of ratings of two raters; of a rater with itself without a rating's pair with itself."""
    product = counts @ counts.T
    own = np.diag_indices(len(counts))
    product[own] = (np.square(counts) - counts).sum(axis=1) / 2
    return product
