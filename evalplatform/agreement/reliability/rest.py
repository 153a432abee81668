"""Each rater against all the others."""

from dataclasses import replace
from typing import Unpack, get_args

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.between import fix_single
from evalplatform.agreement.cells import count_per_unit, gather_cells
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import infer, refuse_slots, start_estimate
from evalplatform.agreement.preferences import Rule, apply_rule
from evalplatform.agreement.reliability.coefficients import Coefficient
from evalplatform.agreement.reliability.cross_table import CrossTable
from evalplatform.agreement.reliability.weighting import Weighting, make_credit
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.table import RatingTable


def agreement_with_rest(
    table: RatingTable,
    coefficient: Coefficient = "agreement",
    *,
    weights: Weighting | None = None,
    rule: Rule | None = None,
    **interval: Unpack[IntervalOptions],
) -> dict[str, Estimate]:
    r"""Agreement of each rater with all the others, over the pairs of a rating of theirs and one of another.

    Parameters
    ----------
    table : ratings, with any of them missing
    coefficient : ``agreement`` (the share of equal pairs, or the mean credit), ``cohen_kappa``, ``scott_pi``,
        ``brennan_prediger`` or ``gwet_ac``, of the pairs cross-tabulated
    weights : as for `fleiss_kappa`
    rule : how inconsistent preferences count, see `apply_rule`
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`; the rater asked about is held fixed where the
        others are resampled

    Returns
    -------
    dict
        Rater to `Estimate`, raters in their order, in [0, 1] or [-1, 1]; ``n`` counts pairs. All raters but the
        one are the same crowd, so that the figures of two raters are not independent. Undefined:
        ``no_pairable_units``, ``no_variation``, ``raters_are_slots``.

    Notes
    -----
    .. math:: n_{kl} = \sum_u a_{uk} b_{ul}

    with a_uk ratings of unit u in category k by the rater, b_ul by the others; the formulas of the coefficients
    stand with `cohen_kappa`, `scott_pi`, `brennan_prediger` and `gwet_ac1`.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, agreement_with_rest
    >>> rows = [(u, r, v) for r, vs in {"x": "aabb", "y": "abbb", "z": "abab"}.items() for u, v in enumerate(vs)]
    >>> table = RatingTable.from_records(rows, level="nominal")
    >>> {name: found.estimate for name, found in agreement_with_rest(table, inference=None).items()}
    {'x': 0.625, 'y': 0.75, 'z': 0.625}
    """
    if coefficient not in get_args(Coefficient):
        raise AgreementError(f"no such coefficient of a table: {coefficient}")
    settings = Settings(**interval)
    held = apply_rule(table, rule)
    if held.unmatched and weights is not None:
        raise AgreementError("a value that equals nothing has a place at the nominal level only")
    credit = make_credit(len(held.categories), weights, held.numbers) * held.matchable
    level = "nominal" if weights is None else "ordinal"
    codes = np.unique(held.rater).tolist()
    found = {held.raters[code]: _infer_rest(held, code, coefficient, credit, settings) for code in codes}
    return {name: replace(estimate, level=level, rule=rule) for name, estimate in found.items()}


def _infer_rest(
    table: RatingTable, code: int, coefficient: Coefficient, credit: FloatArray, settings: Settings
) -> Estimate:
    held = fix_single(table, table.raters[code])
    sides = (held.rater != code).astype(np.int64)
    own, others = count_per_unit(held, sides == 0), count_per_unit(held, sides == 1)
    base = start_estimate(
        n=int((own * others).sum()),
        n_unit="pairs",
        excluded={**held.excluded, "unpaired": int(own[others == 0].sum())},
    )
    if table.kinds[code] == "slot":
        return refuse_slots(base, settings)
    cells = gather_cells(held, (own > 0) & (others > 0), side=sides, crossed=settings.crossed)
    return infer(CrossTable(cells, credit=credit, coefficient=coefficient), settings, base)
