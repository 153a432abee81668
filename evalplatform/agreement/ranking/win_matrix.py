"""How often each system wins against each other one, and against a baseline."""

from dataclasses import asdict, dataclass
from typing import Unpack

import numpy as np

from evalplatform.agreement.arrays import Labels, encode_labels
from evalplatform.agreement.columns import check_lengths, find_present, take
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.ranking.comparisons import Comparisons, read_shares
from evalplatform.agreement.ranking.ratios import average_clusters
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings

SHARE = (0.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WinMatrix:
    """Win rates of systems against each other, as lists of rows.

    Parameters
    ----------
    systems : names of rows and columns
    rates : win rate of the row against the column; None on the diagonal
    """

    systems: tuple[str, ...]
    rates: tuple[tuple[Estimate | None, ...], ...]

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftWinRate:
    """How often a system wins against one baseline.

    Parameters
    ----------
    rate : mean probability of winning
    discrete : the same with each verdict made a win, a loss or, at one half, half a win
    standard_error : of `rate`; None where it has no interval
    """

    rate: Estimate
    discrete: Estimate
    standard_error: float | None

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


def win_rate_matrix(comparisons: Comparisons, **interval: Unpack[IntervalOptions]) -> WinMatrix:
    """Win rate of each system against each other one; ties and inconsistent verdicts are halves.

    Parameters
    ----------
    comparisons : with outcomes between 0 and 1, a judge's probabilities too
    interval : `inference` (``these_raters`` or None), `confidence`

    Returns
    -------
    WinMatrix
        In [0, 1], rows and columns add to 1; ``n`` counts comparisons. Intervals are Student's over the items of
        the pair, left out whole (jackknife). Undefined: ``no_pairable_units`` (never compared); without an interval:
        ``too_few_items`` (one item, or few that all give the same), ``no_variation``.

    Examples
    --------
    >>> from evalplatform.agreement.ranking import Comparisons, win_rate_matrix
    >>> held = Comparisons.from_arrays(["a", "a", "b", "c"], ["b", "b", "c", "b"], [1, 0.5, 1, 1])
    >>> win_rate_matrix(held).rates[0][1].estimate, win_rate_matrix(held).rates[0][2].undefined
    (0.75, 'no_pairable_units')
    """
    settings = _read_settings(interval)
    size = len(comparisons.systems)
    forth = comparisons.one * size + comparisons.other
    back = comparisons.other * size + comparisons.one
    means = average_clusters(
        np.append(forth, back),
        np.tile(comparisons.item, 2),
        np.append(comparisons.share, 1 - comparisons.share),
        size * size,
    )
    bases = [
        start_estimate(n=n, n_unit="comparisons", excluded=comparisons.excluded) for n in means.n.tolist()
    ]
    return WinMatrix(
        systems=comparisons.systems,
        rates=tuple(
            tuple(
                None
                if row == column
                else means.fill(row * size + column, bases[row * size + column], settings, SHARE)
                for column in range(size)
            )
            for row in range(size)
        ),
    )


def soft_win_rate(
    wins: Labels, *, items: Labels | None = None, **interval: Unpack[IntervalOptions]
) -> SoftWinRate:
    r"""Win rate of a system against one baseline, from a judge's probabilities.

    Parameters
    ----------
    wins : (n,) probability that the system wins, in [0, 1], or preferences with the system as the first; None and
        NaN are left out and counted
    items : the item of each; without it each is an item of its own
    interval : `inference` (``these_raters`` or None), `confidence`

    Returns
    -------
    SoftWinRate
        In [0, 1]; ``n`` counts verdicts. Undefined: ``no_pairable_units`` (none); without an interval as for
        `win_rate_matrix`.

    Notes
    -----
    .. math:: \bar p \pm t_{n-1} \, s / \sqrt n

    Li et al. (2023), AlpacaEval; its ``preference`` is 1 + the probability.

    Examples
    --------
    >>> from evalplatform.agreement.ranking import soft_win_rate
    >>> found = soft_win_rate([0.9, 0.6, 0.2, 0.8])
    >>> round(found.rate.estimate, 4), found.discrete.estimate, round(found.standard_error, 4)
    (0.625, 0.75, 0.1548)
    """
    settings = _read_settings(interval)
    check_lengths([wins, items])
    present = find_present(wins)
    shares = read_shares(take(wins, present))
    item = np.arange(len(shares)) if items is None else encode_labels(take(items, present))[0]
    held = np.zeros(len(shares), dtype=np.int64)
    excluded = {"missing": int((~present).sum())}
    base = start_estimate(n=len(shares), n_unit="verdicts", excluded=excluded)
    soft = average_clusters(held, item, shares, 1)
    hard = average_clusters(held, item, (np.sign(shares - 0.5) + 1) / 2, 1)
    return SoftWinRate(
        rate=soft.fill(0, base, settings, SHARE),
        discrete=hard.fill(0, base, settings, SHARE),
        standard_error=float(soft.error[0]) if soft.error[0] > 0 else None,
    )


def _read_settings(interval: IntervalOptions) -> Settings:
    settings = Settings(**interval)
    settings.refuse_method()
    settings.refuse_raters("these win rates")
    return settings
