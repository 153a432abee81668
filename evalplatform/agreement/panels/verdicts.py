"""What a panel says: the mean of its members' votes, and how often that is right."""

from collections.abc import Sequence

import numpy as np

from evalplatform.agreement.arrays import FloatArray, Labels
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.moments import read_column

NEITHER = 0.5  # a vote for neither of two answers, where 1 is for the first and 0 for the second
ROUNDING = 1e-9  # a mean this close to a tie is one: votes of a half do not add up exactly

Votes = Sequence[Sequence[float | None]] | FloatArray


def panel_verdicts(
    votes: Votes, weights: Labels | None = None, *, quorum: int | None = None, centre: float = NEITHER
) -> FloatArray:
    r"""Mean of the votes of a panel on each unit.

    Parameters
    ----------
    votes : (units, judges) numbers; None or NaN where a judge did not speak. For preferences 1 is the first answer,
        0 the second and one half a tie
    weights : (judges,), or (units, judges) where each unit has weights of its own; None: all alike. A negative one
        counts the vote for the other side of `centre`
    quorum : members that must have spoken, else there is no verdict; None: all
    centre : what no side is taken by; without negative weights it has no say

    Returns
    -------
    (units,) floats
        Within the range of the votes where no weight is negative. NaN where too few spoke, or those who did weigh
        nothing.

    Notes
    -----
    .. math:: c + \frac{\sum_j w_j (x_j - c)}{\sum_j |w_j|}

    Examples
    --------
    >>> from evalplatform.agreement.panels import panel_verdicts
    >>> panel_verdicts([[1, 0, 1], [1, 0, 0.5], [1, None, 1]]).round(4).tolist()
    [0.6667, 0.5, nan]
    >>> panel_verdicts([[1, 0, 0]], [3, 1, 1]).tolist()
    [0.6]
    """
    held = read_votes(votes)
    judges = held.shape[1]
    weighed = np.ones(judges) if weights is None else np.asarray(weights, dtype=np.float64)
    if weighed.shape not in ((judges,), held.shape) or not np.isfinite(weighed).all():
        raise AgreementError("weights are finite numbers, one a judge, or one a unit and judge")
    wanted = judges if quorum is None else quorum
    if not 1 <= wanted <= judges:
        raise AgreementError(f"a quorum of {judges} judges lies between 1 and {judges}")
    present = ~np.isnan(held)
    weighed = np.where(present, weighed, 0.0)
    total = np.abs(weighed).sum(axis=1)
    lean = (weighed * np.where(present, held - centre, 0.0)).sum(axis=1)
    speaks = (present.sum(axis=1) >= wanted) & (total > 0)
    found = centre + np.divide(lean, total, out=np.full(len(held), np.nan), where=speaks)
    return np.where(np.abs(found - centre) < ROUNDING, centre, found)


def score_verdicts(verdicts: Labels, labels: Labels) -> FloatArray:
    r"""How far each verdict on a pair is right: 1 for the same side, one half where one of the two is a tie, else 0.

    Parameters
    ----------
    verdicts, labels : (units,) numbers in [0, 1], above one half for the first answer, one half for a tie

    Returns
    -------
    (units,) floats
        0, one half or 1; NaN where either is missing.

    Notes
    -----
    .. math:: 1 - \tfrac{1}{2} |\operatorname{sgn}(v - \tfrac12) - \operatorname{sgn}(y - \tfrac12)|

    Examples
    --------
    >>> from evalplatform.agreement.panels import score_verdicts
    >>> score_verdicts([0.8, 0.5, 0.4, 0.5], [1, 1, 1, 0.5]).tolist()
    [1.0, 0.5, 0.0, 1.0]
    """
    said, right = read_column(verdicts, "verdicts"), read_column(labels, "labels")
    if len(said) != len(right):
        raise AgreementError("the columns differ in length")
    return 1 - np.abs(_take_side(said) - _take_side(right)) / 2


def read_votes(votes: Votes) -> FloatArray:
    """Votes as an array of (units, judges), NaN where None; anything else is an error."""
    rows = [read_column(row, "votes") for row in votes]
    if len({len(row) for row in rows}) > 1:
        raise AgreementError("every unit has a place for every judge's vote")
    if not rows or not len(rows[0]):
        raise AgreementError("a panel has one unit and one judge at least")
    return np.array(rows)


def _take_side(values: FloatArray) -> FloatArray:
    return np.where(np.abs(values - NEITHER) < ROUNDING, 0.0, np.sign(values - NEITHER))
