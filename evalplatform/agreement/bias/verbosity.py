"""Is the longer answer preferred, and by more than people prefer it?"""

from collections.abc import Mapping
from typing import Any, Unpack

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.bias.clustered import SHARE
from evalplatform.agreement.bias.comparing import compare_means
from evalplatform.agreement.bias.results import Comparison
from evalplatform.agreement.bias.verdicts import (
    Raters,
    average_units,
    keep_decided,
    score_values,
    split_raters,
    spread_pairs,
)
from evalplatform.agreement.cells import gather_cells
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import infer, start_estimate
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.shares import ValueShare
from evalplatform.agreement.table import RatingTable

GAP = 30  # characters
Lengths = Mapping[Any, tuple[float, float]]  # Any: unit labels of whatever type


def longer_preference_rate(
    table: RatingTable,
    lengths: Lengths,
    *,
    raters: Raters | None = None,
    gap: float = GAP,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""Share of the verdicts that name a winner, for the longer answer.

    Parameters
    ----------
    table : preferences against the canonical order
    lengths : characters of both answers of each unit label, in the canonical order
    raters : whose verdicts; None: everybody's
    gap : characters by which the lengths must differ at least, and one more
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    Estimate
        In [0, 1]; ``n`` counts verdicts; ties and pairs of ``similar_length`` are left out. Undefined:
        ``no_pairable_units`` (no verdict).

    Notes
    -----
    .. math:: P(\text{longer preferred} \mid |l_1 - l_2| > g)

    One half is no yardstick: the longer answer may be the better one. Hold it against people on the same
    pairs by `verbosity_bias`. Dubois et al. (2023), "AlpacaFarm", section on the biases of annotators.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.bias import longer_preference_rate
    >>> table = RatingTable.from_arrays([1, 2, 3], ["ann"] * 3, ["first", "second", "first"], level="nominal")
    >>> longer_preference_rate(table, {1: (300, 100), 2: (300, 100), 3: (90, 100)}, inference=None).estimate
    0.5
    """
    settings = Settings(**interval)
    held = keep_decided(table if raters is None else table.subset(raters=raters))
    signs = _find_longer(held, lengths, gap)
    held = held.keep(signs[held.unit] != 0, reason="similar_length")
    side = (signs[held.unit] < 0).astype(np.int64)
    gains = score_values(held) if held.categories else np.zeros(1)
    cells = gather_cells(held, signs != 0, side=side, crossed=settings.crossed)
    base = start_estimate(n=len(held), n_unit="verdicts", excluded=held.excluded, level="nominal")
    return infer(ValueShare(cells, points=np.array([gains, 1 - gains])), settings, base)


def verbosity_bias(
    table: RatingTable,
    raters: Raters,
    others: Raters,
    lengths: Lengths,
    *,
    gap: float = GAP,
    **interval: Unpack[IntervalOptions],
) -> Comparison:
    r"""How often a judge, or a person, prefers the longer answer, beside others on the same pairs.

    Parameters
    ----------
    table : preferences against the canonical order
    raters, others : two groups without a common member, such as a judge and people
    lengths : characters of both answers of each unit label, in the canonical order
    gap : characters by which the lengths must differ at least, and one more
    interval : `inference`, `resamples`, `seed`, `confidence`; items are drawn

    Returns
    -------
    Comparison
        Shares in [0, 1], their difference in [-1, 1], the bias. ``n`` counts pairs, each weighing one, on
        which both groups named a winner. Undefined: ``no_pairable_units``.

    Notes
    -----
    .. math:: \frac{1}{n} \sum_u (\bar a_u - \bar b_u)

    with the share of verdicts of either group for the longer answer of pair u.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.bias import verbosity_bias
    >>> rows = [(1, "judge", "first"), (1, "ann", "first"), (2, "judge", "second"), (2, "ann", "first")]
    >>> table = RatingTable.from_records(rows, level="nominal")
    >>> found = verbosity_bias(table, "judge", "ann", {1: (300, 9), 2: (9, 300)}, inference=None)
    >>> found.raters.estimate, found.others.estimate, found.difference.estimate
    (1.0, 0.5, 0.5)
    """
    held = keep_decided(table)
    signs = _find_longer(held, lengths, gap)
    held = held.keep(signs[held.unit] != 0, reason="similar_length")
    gains = score_values(held)
    longer_first, longer_second = (
        np.where(signs > 0, share, 1 - share) for share in _both_shares(held, gains, raters, others)
    )
    return compare_means(
        held, longer_first, longer_second, Settings(**interval), bounds=SHARE, n_unit="pairs"
    )


def _both_shares(
    table: RatingTable, gains: FloatArray, raters: Raters, others: Raters
) -> tuple[FloatArray, FloatArray]:
    one, other = split_raters(table, raters, others)
    return average_units(table, gains, one), average_units(table, gains, other)


def _find_longer(table: RatingTable, lengths: Lengths, gap: float) -> IntArray:
    """1 where the canonical first answer is longer by more than the gap, -1 where the second is, (units,)."""
    if not gap >= 0:
        raise AgreementError("a gap of lengths is no negative number")
    both = spread_pairs(table, lengths, "lengths")
    lead = both[:, 0] - both[:, 1]
    return np.where(np.abs(lead) > gap, np.sign(lead), 0).astype(np.int64)
