"""Elo ratings, one comparison after another."""

from math import exp, log

import numpy as np

from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.ranking.comparisons import Comparisons


def elo_ratings(
    comparisons: Comparisons, *, step: float = 4.0, initial: float = 1000.0, scale: float = 400.0
) -> dict[str, float]:
    r"""Elo ratings after all comparisons in their order; a tie is half a win for each side.

    They depend on the order, and the last comparisons weigh most: where systems do not change, `bradley_terry` uses
    the same data better, and has intervals.

    Parameters
    ----------
    comparisons : in the order in which they were made
    step : the most points that one comparison moves
    initial : rating before the first
    scale : points of a lead at which the odds are ten to one

    Returns
    -------
    dict
        System to rating; their mean stays `initial`. Empty without comparisons.

    Notes
    -----
    .. math:: r_i \leftarrow r_i + K \Big(s - \frac{1}{1 + 10^{(r_j - r_i) / scale}}\Big)

    Elo (1978), The Rating of Chessplayers, Past and Present.

    Examples
    --------
    >>> from evalplatform.agreement.ranking import Comparisons, elo_ratings
    >>> elo_ratings(Comparisons.from_arrays(["a", "b"], ["b", "c"], [1, 0.5]))["a"]
    1002.0
    """
    if not (step > 0 and scale > 0 and np.isfinite([step, initial, scale]).all()):
        raise AgreementError("step and scale are above 0")
    ratings = [initial] * len(comparisons.systems)
    steepness = log(10) / scale
    rows = zip(comparisons.one.tolist(), comparisons.other.tolist(), comparisons.share.tolist(), strict=True)
    for one, other, share in rows:
        lead = steepness * (ratings[other] - ratings[one])
        gain = step * (share - (1 / (1 + exp(lead)) if lead < 700 else 0.0))
        ratings[one] += gain
        ratings[other] -= gain
    return dict(zip(comparisons.systems, ratings, strict=True))
