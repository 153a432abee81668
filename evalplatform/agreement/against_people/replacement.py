"""May a judge stand in for people? Non-inferiority with a margin declared before the data are seen."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, Unpack

import numpy as np

from evalplatform.agreement.against_people.same_target import compare_votes, pair_votes
from evalplatform.agreement.against_people.votes import Votes
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.exact import limit_share
from evalplatform.agreement.preferences import Rule
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.table import RatingTable

FEWEST_ITEMS = 100
MOST_UNREADABLE = 0.02
POWER = 0.8
ROUNDING = 1e-9  # a limit on the margin itself is not above it

FEWEST_DIFFERING = 10
COUNTABLE = ("too_few_items", "interval_too_wide")
Answer = Literal["yes", "no", "not_enough_data"]
Reason = Literal[
    "not_inferior",
    "inferior",
    "unreadable",
    "flagged_bias",
    "too_few_items",
    "too_few_people",
    "too_few_differences",
    "interval_too_wide",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """The answer, why, and what it rests on.

    Parameters
    ----------
    answer : ``yes``, ``no`` or ``not_enough_data``
    reason : ``not_inferior``; ``inferior``, ``unreadable`` or ``flagged_bias`` for a no; ``too_few_items``,
        ``too_few_people``, ``too_few_differences`` or ``interval_too_wide`` where data lack
    difference : the judge's agreement less the people's, on the same target
    margin : by how much less the judge may agree
    items : how many items the answer rests on
    items_needed : about how many items would show, with a chance of 80 %, that the judge is not inferior, if the
        difference is what it seems; None where the answer stands, or where no number would do
    unreadable_share : share of the judge's answers that were unparsable or refused, in [0, 1]
    flagged : names of the biases found
    """

    answer: Answer
    reason: Reason
    difference: Estimate
    margin: float
    items: int
    items_needed: int | None
    unreadable_share: float
    flagged: tuple[str, ...]


def may_replace_people(
    table: RatingTable,
    judge: str,
    people: Collection[str],
    *,
    margin: float,
    unreadable: int = 0,
    flagged: Collection[str] = (),
    rule: Rule | None = None,
    **interval: Unpack[IntervalOptions],
) -> Replacement:
    r"""Say whether the judge agrees with the others no less than a person does, but for a margin.

    Parameters
    ----------
    table : ratings of the judge and of two people or more, units clustered in the items that are resampled
    margin : how much less the judge may agree, in (0, 1); declare it before the data are seen
    unreadable : how many answers of the judge were unparsable or refused; more than 2 % are a no
    flagged : names of the biases found on the contrast that decides; any is a no
    rule : how inconsistent preferences count, see `apply_rule`
    interval : `inference`, `resamples`, `seed`, `confidence`: the answer is for these raters, or with
        ``rater_population`` for people like them

    Returns
    -------
    Replacement
        ``yes`` where at least 100 items put the lower limit of the difference above minus the margin, ``no``
        where its upper limit is below, else ``not_enough_data``. The error of a yes is about half of what the
        confidence leaves, 2.5 % by default. Where raters differ on fewer than ten items resampling would say more
        than it knows: a yes then needs the exact upper limit of the share of such items (Clopper and Pearson)
        to be below the margin.

    Notes
    -----
    .. math:: d_{low} > -\delta, \quad
        n = N \left( \frac{(z_{1 - \alpha / 2} + z_{0.8}) \, s}{d + \delta} \right)^2

    with d the difference of `same_target` on N items and s its standard error, read off the interval. A
    difference that is not significant is not equality: Piaggio et al. (2012), JAMA 308, 2594-2604.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.against_people import may_replace_people
    >>> rows = [(u, r, u % 3 if (u + p) % 4 else 3) for u in range(60) for p, r in enumerate("jxyz")]
    >>> table = RatingTable.from_records(rows, level="nominal")
    >>> found = may_replace_people(table, "j", ["x", "y", "z"], margin=0.05)
    >>> found.answer, found.reason, found.items
    ('not_enough_data', 'too_few_items', 60)
    """
    if not 0 < margin < 1:
        raise AgreementError("the margin lies between 0 and 1")
    if isinstance(flagged, str):
        raise AgreementError("name the biases found as a list")
    if unreadable < 0:
        raise AgreementError("a count is not negative")
    settings = Settings(**interval)
    settings.refuse_method()
    if settings.inference is None:
        raise AgreementError("the decision rests on an interval: say what it should speak of")
    votes, base = pair_votes(table, judge, people, rule)
    difference = compare_votes(votes, "difference", settings, base)
    items = len(votes.cells.multiplicity)
    asked = int((table.rater == table.codes_of(judge)[0]).sum()) + unreadable
    share = unreadable / asked if asked else 0.0
    answer, reason = _refuse(share, flagged) or _decide(difference, margin, items, _count_differing(votes))
    counts_help = answer == "not_enough_data" and reason in COUNTABLE and not settings.crossed
    needed = count_items_needed(difference, margin, items) if counts_help else None
    return Replacement(
        answer=answer,
        reason=reason,
        difference=difference,
        margin=margin,
        items=items,
        items_needed=needed,
        unreadable_share=share,
        flagged=tuple(sorted(flagged)),
    )


def count_items_needed(difference: Estimate, margin: float, items: int) -> int | None:
    """About how many items would decide for the judge; None where the difference lies beyond the margin."""
    from scipy.special import ndtri  # scipy is imported on use

    if difference.estimate is None or difference.low is None or difference.high is None:
        return FEWEST_ITEMS if items < FEWEST_ITEMS else None
    room = difference.estimate + margin
    if room <= 0:
        return None
    z = float(ndtri((1 + difference.confidence) / 2))
    error = (difference.high - difference.low) / (2 * z)
    needed = items * ((z + float(ndtri(POWER))) * error / room) ** 2
    return max(FEWEST_ITEMS, int(np.ceil(needed)))


def _refuse(unreadable: float, flagged: Collection[str]) -> tuple[Answer, Reason] | None:
    if unreadable > MOST_UNREADABLE:
        return "no", "unreadable"
    return ("no", "flagged_bias") if flagged else None


def _count_differing(votes: Votes) -> int:
    """Items on which the judge and the people do not all say the same."""
    if not len(votes.unit_starts):
        return 0
    differs = np.minimum.reduceat(votes.credit, votes.unit_starts) < 1 - ROUNDING
    return len(np.unique(votes.cells.cluster[differs]))


def _decide(difference: Estimate, margin: float, items: int, differing: int) -> tuple[Answer, Reason]:
    if difference.undefined in ("no_pairable_units", "too_few_raters", "raters_are_slots"):
        return "not_enough_data", "too_few_people"
    if items < FEWEST_ITEMS:
        return "not_enough_data", "too_few_items"
    if difference.high is not None and difference.high < -margin:
        return "no", "inferior"
    if differing < FEWEST_DIFFERING:
        is_close = limit_share(differing, items, (1 - difference.confidence) / 2) < margin
        return ("yes", "not_inferior") if is_close else ("not_enough_data", "too_few_differences")
    if difference.low is not None and difference.low > -margin + ROUNDING:
        return "yes", "not_inferior"
    return "not_enough_data", "interval_too_wide"
