"""Strengths of systems from comparisons of two at a time, under three models."""

from typing import Unpack

from evalplatform.agreement.ranking.comparisons import Comparisons
from evalplatform.agreement.ranking.estimation import find_strengths
from evalplatform.agreement.ranking.models import BradleyTerry, Davidson, RaoKupper
from evalplatform.agreement.ranking.strengths import Strengths
from evalplatform.agreement.settings import IntervalOptions, Settings


def bradley_terry(
    comparisons: Comparisons, *, reference: str | None = None, **interval: Unpack[IntervalOptions]
) -> Strengths:
    r"""Strengths under Bradley and Terry's model; a tie is half a win for each side.

    Parameters
    ----------
    comparisons : with outcomes between 0 and 1, a judge's probabilities too
    reference : the system whose strength is 0; None: the mean strength is
    interval : `inference` (``these_raters`` or None), `resamples`, `seed`, `confidence`

    Returns
    -------
    Strengths
        Log odds, any number; ``n`` counts comparisons, of the system. Undefined: ``no_pairable_units`` (none),
        ``not_connected`` (some systems never won, even half, against the rest, or never lost: no finite strengths
        fit; or so in many resamples), ``too_few_items`` (one item).

    Notes
    -----
    .. math:: P(i \succ j) = \frac{1}{1 + e^{-(\beta_i - \beta_j)}}

    by maximum likelihood, which exists where every system reaches every other by a chain of wins (Ford 1957).
    Items are drawn whole, as comparisons of one item are not independent; more than 5,000 are first dealt at
    random into so many groups. Fewer than 50 items: the jackknife. Bradley and Terry (1952), Biometrika 39, 324-345.

    Examples
    --------
    >>> from evalplatform.agreement.ranking import Comparisons, bradley_terry
    >>> won = Comparisons.from_arrays(["a"] * 4, ["b"] * 4, ["first", "first", "first", "second"])
    >>> found = bradley_terry(won, reference="b", inference=None)
    >>> round(found.strengths["a"].estimate, 4)  # the log of odds of 3 to 1
    1.0986
    """
    return find_strengths(BradleyTerry(), comparisons, reference, Settings(**interval))


def davidson(
    comparisons: Comparisons, *, reference: str | None = None, **interval: Unpack[IntervalOptions]
) -> Strengths:
    r"""Strengths under Davidson's model, in which equal systems tie most.

    Parameters
    ----------
    comparisons : with outcomes 1, 0 and one half, a tie
    reference, interval : as for `bradley_terry`

    Returns
    -------
    Strengths
        As of `bradley_terry`, with :math:`\nu \ge 0` as `tie`: two equal systems tie with chance nu / (2 + nu).
        Undefined: ``no_variation`` (no ties, or nothing else), ``not_connected`` also where no cycle of systems has
        more wins than ties in it.

    Notes
    -----
    .. math:: P(i \succ j) = \frac{\pi_i}{\pi_i + \pi_j + \nu \sqrt{\pi_i \pi_j}}, \quad
        P(i \sim j) = \frac{\nu \sqrt{\pi_i \pi_j}}{\pi_i + \pi_j + \nu \sqrt{\pi_i \pi_j}}, \quad \pi = e^\beta

    Davidson (1970), Journal of the American Statistical Association 65, 317-328.

    Examples
    --------
    >>> from evalplatform.agreement.ranking import Comparisons, davidson
    >>> outcomes = [1] * 4 + [0] * 1 + [0.5] * 2
    >>> found = davidson(Comparisons.from_arrays(["a"] * 7, ["b"] * 7, outcomes), inference=None)
    >>> round(found.worths["a"] / found.worths["b"], 4), round(found.tie.estimate, 4)  # 4 / 1, 2 / sqrt(4 * 1)
    (4.0, 1.0)
    """
    return find_strengths(Davidson(), comparisons, reference, Settings(**interval))


def rao_kupper(
    comparisons: Comparisons, *, reference: str | None = None, **interval: Unpack[IntervalOptions]
) -> Strengths:
    r"""Strengths under Rao and Kupper's model, in which a lead below a threshold is a tie.

    Parameters
    ----------
    comparisons : with outcomes 1, 0 and one half, a tie
    reference, interval : as for `bradley_terry`

    Returns
    -------
    Strengths
        As of `davidson`, with :math:`\theta = e^\eta \ge 1` as `tie`. Its standard errors come from the observed
        information.

    Notes
    -----
    .. math:: P(i \succ j) = \frac{1}{1 + e^{-(\beta_i - \beta_j - \eta)}}, \quad
        P(i \sim j) = 1 - P(i \succ j) - P(j \succ i)

    Rao and Kupper (1967), Journal of the American Statistical Association 62, 194-204.

    Examples
    --------
    >>> from evalplatform.agreement.ranking import Comparisons, rao_kupper
    >>> outcomes = [1] * 2 + [0] * 2 + [0.5] * 4
    >>> found = rao_kupper(Comparisons.from_arrays(["a"] * 8, ["b"] * 8, outcomes), inference=None)
    >>> round(found.tie.estimate, 4)  # equal systems win with chance 1 / (1 + theta) = 2 / 8
    3.0
    """
    return find_strengths(RaoKupper(), comparisons, reference, Settings(**interval))
