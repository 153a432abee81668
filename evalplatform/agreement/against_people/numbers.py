"""A judge of numbers against the mean of people's ratings."""

from collections.abc import Collection
from typing import Unpack, get_args

import numpy as np

from evalplatform.agreement.against_people.paired_numbers import Association, PairedMeans, PairedNumbers
from evalplatform.agreement.against_people.same_target import split_judge
from evalplatform.agreement.arrays import FloatArray, Labels, encode_labels
from evalplatform.agreement.cells import count_per_unit, gather_cells, sum_by
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import infer, start_estimate
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.table import RatingTable

MOST_PAIRED = 5_000


def numbers_against_people(
    table: RatingTable,
    judge: str,
    people: Collection[str],
    statistic: Association,
    *,
    systems: Labels | None = None,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""How a judge's numbers go with the mean of people's, over units or over the means of systems.

    Parameters
    ----------
    table : numeric ratings of the judge and of people
    judge, people : names; several ratings of a unit by one rater are averaged like those of several
    statistic : ``pearson``, ``spearman``, ``kendall_tau_b`` or ``mean_absolute_error``
    systems : (units,) the system of each unit of the table; given, both sides are averaged by system first
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`: items are drawn, raters and systems are these

    Returns
    -------
    Estimate
        In [-1, 1], or in points of the scale; ``n`` counts units, or systems. Undefined: ``no_pairable_units``,
        ``no_variation`` where a side is constant. Kendall's tau takes time and memory with the square of the
        units: of more than 5,000 it is an error, and `kendall_tau_b` of two columns does it.

    Notes
    -----
    .. math:: \tau_b = \frac{\sum_{u < v} \mathrm{sgn}(x_u - x_v) \, \mathrm{sgn}(y_u - y_v)}
        {\sqrt{\#\{x_u \ne x_v\} \, \#\{y_u \ne y_v\}}}

    Kendall (1945), Biometrika 33, 239-251; Spearman is Pearson's r of mid-ranks. A correlation over units and one
    over systems answer different questions and may differ widely.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.against_people import numbers_against_people
    >>> rows = [(u, r, v) for r, values in {"j": [1, 2, 3], "x": [1, 3, 2]}.items() for u, v in enumerate(values)]
    >>> table = RatingTable.from_records(rows, level="interval")
    >>> round(numbers_against_people(table, "j", ["x"], "spearman", inference=None).estimate, 4)
    0.5
    """
    if statistic not in get_args(Association):
        raise AgreementError(f"no such statistic of numbers: {statistic}")
    settings = Settings(**interval)
    if settings.crossed:
        raise AgreementError("a mean rating speaks of these raters")
    if systems is not None and len(systems) != len(table.units):
        raise AgreementError("each unit of the table needs its system")
    own, voters = split_judge(table, judge, people, None)
    units = (count_per_unit(own) > 0) & (count_per_unit(voters) > 0)
    cells = gather_cells(voters, units, crossed=True)
    one, other = _mean_of_units(own)[units], _mean_of_units(voters)[units]
    if statistic == "kendall_tau_b" and systems is None and len(one) > MOST_PAIRED:
        raise AgreementError(
            "too many units for this form of Kendall's tau: use kendall_tau_b of two columns"
        )
    figure, n = PairedNumbers(cells, one, other, statistic), len(one)
    if systems is not None:
        codes, _ = encode_labels([label for label, kept in zip(systems, units, strict=True) if kept])
        figure, n = PairedMeans(cells, one, other, statistic, codes), int(codes.max(initial=-1)) + 1
    left = int((~units[own.unit]).sum() + (~units[voters.unit]).sum())
    base = start_estimate(
        n=n,
        n_unit="units" if systems is None else "systems",
        excluded={**voters.excluded, "unpaired": left},
        level="ordinal" if statistic in ("spearman", "kendall_tau_b") else "interval",
    )
    return infer(figure, settings, base)


def _mean_of_units(table: RatingTable) -> FloatArray:
    """Mean of the ratings of each unit, (units,), 0 where it has none."""
    numbers = table.numbers
    if numbers is None:
        raise AgreementError("a mean needs numbers")
    weight = np.ones(len(table)) if table.weight is None else table.weight
    held = numbers if len(numbers) else np.zeros(1)
    total = sum_by(table.unit, weight * held[table.value], len(table.units))
    count = sum_by(table.unit, weight, len(table.units))
    return np.divide(total, count, out=np.zeros(len(total)), where=count > 0).round(12)
