"""Does the longer answer win more often than it does with people?"""

from dataclasses import asdict, dataclass
from typing import Unpack

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, Labels
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.moments import Moments, code_clusters, read_column
from evalplatform.agreement.preferences import PREFERENCES
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings

DECIDED = ("first", "second")


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbosityGap:
    """How often a judge and people prefer the longer answer of the same pairs.

    Parameters
    ----------
    judge, people : share of decided verdicts for the longer answer
    gap : judge less people; above 0 the judge leans to length more than they do
    """

    judge: Estimate
    people: Estimate
    gap: Estimate

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


def longer_preferred(
    verdicts: Labels,
    first_lengths: Labels,
    second_lengths: Labels,
    *,
    least_gap: float = 0,
    clusters: Labels | None = None,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    """Share of decided verdicts that are for the longer answer.

    Longer answers are often better: hold this against the same share among people on the same pairs
    (`verbosity_gap`), never against one half.

    Parameters
    ----------
    verdicts : (n,) preferences; ties of every kind and missing ones are left out
    first_lengths, second_lengths : (n,) lengths of the two answers, in characters; None where a text is missing
    least_gap : pairs whose lengths differ by no more than this are left out
    clusters : (n,) the items that are resampled whole; None: every pair is its own
    interval : `inference` (``these_raters`` or None), `resamples`, `seed`, `confidence`

    Returns
    -------
    Estimate
        In [0, 1]; ``n`` counts verdicts. Undefined: ``no_pairable_units``; without an interval
        ``too_few_disagreements`` or ``too_few_agreements`` (nearly all, or hardly any, are for the longer one).

    Notes
    -----
    Li et al. (2023), AlpacaEval, with a gap of 30 characters.

    Examples
    --------
    >>> from evalplatform.agreement.bias import longer_preferred
    >>> longer_preferred(["first", "second", "tie", "first"], [9, 9, 9, 9], [5, 5, 5, 12], inference=None).estimate
    0.3333333333333333
    """
    settings = Settings(**interval)
    gap = _find_gap(first_lengths, second_lengths)
    points, is_decided = _read_verdicts(verdicts, gap)
    cluster = code_clusters(clusters, len(points))
    kept = is_decided & (np.abs(gap) > least_gap)
    excluded = {"undecided": int((~is_decided).sum()), "no_longer_answer": int((is_decided & ~kept).sum())}
    base = start_estimate(n=int(kept.sum()), n_unit="verdicts", level="nominal", excluded=excluded)
    columns = np.array([np.ones(int(kept.sum())), points[kept]])
    return Moments(columns, cluster[kept], _rate, bounds=(0.0, 1.0)).infer(settings, base)


def verbosity_gap(
    judge: Labels,
    people: Labels,
    first_lengths: Labels,
    second_lengths: Labels,
    *,
    least_gap: float = 30,
    clusters: Labels | None = None,
    **interval: Unpack[IntervalOptions],
) -> VerbosityGap:
    r"""How much more often a judge prefers the longer answer than people do, on the same pairs.

    Parameters
    ----------
    judge, people : (n,) preferences of the same pairs: a judge's verdict beside a person's vote, one line for each
        vote. A pair that either leaves undecided is left out, so that both shares are of the same pairs
    first_lengths, second_lengths, least_gap, clusters, interval : as for `longer_preferred`

    Returns
    -------
    VerbosityGap
        Shares in [0, 1], their difference in [-1, 1]; ``n`` counts pairs of a verdict and a vote. Undefined:
        ``no_pairable_units``.

    Notes
    -----
    .. math:: P(\text{judge: longer}) - P(\text{people: longer})

    Examples
    --------
    >>> from evalplatform.agreement.bias import verbosity_gap
    >>> found = verbosity_gap(["first", "first"], ["first", "second"], [90, 90], [5, 5], inference=None)
    >>> found.judge.estimate, found.people.estimate, found.gap.estimate
    (1.0, 0.5, 0.5)
    """
    settings = Settings(**interval)
    if len(judge) != len(people):
        raise AgreementError("the two sources differ in length")
    gap = _find_gap(first_lengths, second_lengths)
    one, one_decided = _read_verdicts(judge, gap)
    other, other_decided = _read_verdicts(people, gap)
    cluster = code_clusters(clusters, len(one))
    decided = one_decided & other_decided
    kept = decided & (np.abs(gap) > least_gap)
    excluded = {"undecided": int((~decided).sum()), "no_longer_answer": int((decided & ~kept).sum())}
    base = start_estimate(n=int(kept.sum()), n_unit="pairs", level="nominal", excluded=excluded)
    ones = np.ones(int(kept.sum()))

    def infer(points: FloatArray, bounds: tuple[float, float]) -> Estimate:
        return Moments(np.array([ones, points]), cluster[kept], _rate, bounds=bounds).infer(settings, base)

    return VerbosityGap(
        judge=infer(one[kept], (0.0, 1.0)),
        people=infer(other[kept], (0.0, 1.0)),
        gap=infer(one[kept] - other[kept], (-1.0, 1.0)),
    )


def _find_gap(first: Labels, second: Labels) -> FloatArray:
    """How much longer the first answer is; 0 where a length is missing."""
    if len(first) != len(second):
        raise AgreementError("the columns differ in length")
    gap: FloatArray = np.nan_to_num(read_column(first, "lengths") - read_column(second, "lengths"))
    return gap


def _read_verdicts(verdicts: Labels, gap: FloatArray) -> tuple[FloatArray, BoolArray]:
    """1 where a verdict is for the longer answer, and which verdicts name one answer."""
    if len(verdicts) != len(gap):
        raise AgreementError("the columns differ in length")
    unknown = {str(verdict) for verdict in verdicts if verdict is not None} - set(PREFERENCES)
    if unknown:
        raise AgreementError(f"not a preference: {min(unknown)!r}")
    is_first = np.array([verdict == "first" for verdict in verdicts], dtype=np.bool_)
    decided = np.array([verdict in DECIDED for verdict in verdicts], dtype=np.bool_)
    return (is_first == (gap > 0)).astype(np.float64), decided


def _rate(sums: FloatArray) -> FloatArray:
    found: FloatArray = sums[1] / sums[0]
    return found
