"""Exact limits of shares."""


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
