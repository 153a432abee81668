"""Does a rater give the same answer again, and does a change that should not matter change it?"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Unpack

import numpy as np

from evalplatform.agreement.arrays import Labels, encode_labels
from evalplatform.agreement.bias.clustered import DIFFERENCE, SHARE, encode_rows, infer_mean
from evalplatform.agreement.bias.results import to_plain
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.records import is_missing
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.table import RatingTable


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfConsistency:
    """How far the repeats of one rater agree.

    Attributes
    ----------
    modal_share : share of the value given most often, averaged over the units asked at least twice
    alpha : Krippendorff's alpha of the rater with itself, at the level of the table
    """

    modal_share: Estimate
    alpha: Estimate

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return to_plain(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """Whether a change of the input changes verdicts by more than asking again does.

    Attributes
    ----------
    robustness : share of verdicts unchanged on the changed input
    consistency : share unchanged when the same input is asked again
    excess : consistency less robustness: how many verdicts the change itself turned
    """

    robustness: Estimate
    consistency: Estimate
    excess: Estimate

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return to_plain(self)


def self_consistency(table: RatingTable, rater: str, **interval: Unpack[IntervalOptions]) -> SelfConsistency:
    r"""Agreement of a rater with itself, from repeats of the same unit in the same order.

    Parameters
    ----------
    table : ratings; several of a unit and `presentation` by the rater are repeats
    rater : name of the judge or person
    interval : `inference`, `resamples`, `seed`, `confidence`; items are drawn

    Returns
    -------
    SelfConsistency
        `modal_share` in (0, 1], ``n`` counts repeated units; `alpha` in [-1, 1]. Undefined:
        ``no_pairable_units`` without repeats; alpha also ``no_variation``.

    Notes
    -----
    .. math:: \frac{1}{n} \sum_u \max_k n_{uk} / m_u

    Shi et al. (2024), "Judging the Judges", call it repetition stability. It cannot fall below one over the
    number of repeats and knows nothing of chance, so alpha stands beside it.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.bias import self_consistency
    >>> rows = [(1, "judge", "a")] * 3 + [(2, "judge", "a"), (2, "judge", "b"), (3, "judge", "b")]
    >>> table = RatingTable.from_records(rows, level="nominal")
    >>> self_consistency(table, "judge", inference=None).modal_share.estimate
    0.75
    """
    settings = Settings(**interval)
    held = _split_orders(table.subset(raters=rater))
    size = max(len(held.categories), 1)
    counts = np.bincount(held.unit * size + held.value, minlength=len(held.units) * size).reshape(-1, size)
    asked = counts.sum(axis=1)
    again = asked > 1
    shares = counts.max(axis=1, initial=0)[again] / asked[again]
    lone = {"unpaired": int((asked == 1).sum())}
    base = start_estimate(
        n=int(again.sum()), n_unit="units", excluded={**held.excluded, **lone}, level="nominal"
    )
    return SelfConsistency(
        modal_share=infer_mean(shares, held.cluster[again], settings, base, bounds=SHARE),
        alpha=_alpha_with_itself(held, interval),
    )


def robustness_to_change(
    original: Sequence[Hashable | None],
    changed: Sequence[Hashable | None],
    repeated: Sequence[Hashable | None],
    *,
    clusters: Labels | None = None,
    **interval: Unpack[IntervalOptions],
) -> Robustness:
    r"""Verdicts that a change of the input turned, beside those that asking again turned.

    Parameters
    ----------
    original, changed, repeated : (units,) verdicts on the input, on the input with a change that should not
        matter, and on the input asked again; None where there is none
    clusters : (units,) the items that are resampled whole; None: every unit is its own
    interval : `inference`, `resamples`, `seed`, `confidence`; items are drawn

    Returns
    -------
    Robustness
        Shares in [0, 1], their difference in [-1, 1]; ``n`` counts units with all three verdicts. Undefined:
        ``no_pairable_units``.

    Notes
    -----
    .. math:: RR = \frac{1}{n} \sum_u [y_u = \hat y_u], \quad CR = \frac{1}{n} \sum_u [y_u = y_u^{again}]

    Ye et al. (2024), "Justice or Prejudice? Quantifying Biases in LLM-as-a-Judge" (CALM). A judge that is
    never sure has a low robustness to anything; what a change did is the difference.

    Examples
    --------
    >>> from evalplatform.agreement.bias import robustness_to_change
    >>> found = robustness_to_change("aabb", "abba", "aaba", inference=None)
    >>> found.robustness.estimate, found.consistency.estimate, found.excess.estimate
    (0.5, 0.75, 0.25)
    """
    if not len(original) == len(changed) == len(repeated):
        raise AgreementError("the three columns differ in length")
    settings = Settings(**interval)
    rows = list(zip(original, changed, repeated, strict=True))
    whole = np.array([not any(map(is_missing, row)) for row in rows], dtype=np.bool_)
    kept = [row for row, held in zip(rows, whole.tolist(), strict=True) if held]
    cluster = encode_rows(len(rows), clusters)[whole]
    base = start_estimate(
        n=len(kept), n_unit="units", level="nominal", excluded={"missing": int((~whole).sum())}
    )
    stays, repeats = (np.array([row[0] == row[place] for row in kept], dtype=np.float64) for place in (1, 2))
    return Robustness(
        robustness=infer_mean(stays, cluster, settings, base, bounds=SHARE),
        consistency=infer_mean(repeats, cluster, settings, base, bounds=SHARE),
        excess=infer_mean(repeats - stays, cluster, settings, base, bounds=DIFFERENCE),
    )


def _split_orders(table: RatingTable) -> RatingTable:
    """Make each order of a unit a unit of its own: a verdict on the other order is no repeat."""
    if table.presentation is None:
        return table
    order, orders = encode_labels(table.presentation)
    codes = table.unit * max(len(orders), 1) + order
    held, unit = np.unique(codes, return_inverse=True)
    return replace(
        table,
        unit=unit,
        units=held,
        cluster=table.cluster[held // max(len(orders), 1)],
        presentation=None,
        stratum=None,
    )


def _alpha_with_itself(table: RatingTable, interval: IntervalOptions) -> Estimate:
    from evalplatform.agreement import krippendorff_alpha  # the package is whole by the time of a call

    level = "nominal" if table.level == "unstated" else table.level
    return krippendorff_alpha(table, level=level, **interval)
