"""Exact limits of shares, and a test of one that may be looked at after every trial."""

from math import log


def limit_share(count: int, n: int, error: float) -> float:
    """Give what a share does not exceed but with probability `error`, of `count` seen in `n`.

    Clopper and Pearson (1934), Biometrika 26, 404-413.

    Examples
    --------
    >>> from evalplatform.agreement.exact import limit_share
    >>> round(limit_share(3, 100, 0.1), 6)
    0.065586
    """
    from scipy.special import betaincinv  # scipy is imported on use

    return 1.0 if count >= n else float(betaincinv(count + 1, n - count, 1 - error))


def is_below(count: int, n: int, floor: float, error: float) -> bool:
    """Tell whether `count` of `n` shows a share below `floor`, 0 < floor < 1, however often one looks.

    Somebody whose share is `floor` or more is ever told so with probability `error` at most, be it asked after each
    trial: the likelihood of the shares below `floor`, all weighing alike, has to be `1 / error` times that of `floor`
    itself (a mixture martingale; Ville 1939; Robbins 1970, Ann. Math. Statist. 41, 1397-1409).

    Examples
    --------
    >>> from evalplatform.agreement.exact import is_below
    >>> [is_below(2, 10, 0.7, 0.05), is_below(5, 10, 0.7, 0.05)]
    [True, False]
    """
    from scipy.special import betainc, betaln  # scipy is imported on use

    missed = n - count
    mass = float(betainc(count + 1, missed + 1, floor))
    if mass == 0:
        return False
    evidence = log(mass) + float(betaln(count + 1, missed + 1)) - log(floor)
    return evidence - count * log(floor) - missed * log(1 - floor) >= -log(error)
