"""How the figures of all systems vary over items: limits of each, and ranks of all at once."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.limits import FEW_ITEMS
from evalplatform.agreement.ranking.ranks import RankSet, rank_by_draws, rank_by_jackknife
from evalplatform.agreement.resampling import (
    Limits,
    Statistic,
    bootstrap_items,
    leave_one_out,
    percentile_limits,
    spread_limits,
)
from evalplatform.agreement.results import Undefined
from evalplatform.agreement.settings import Settings

ANYWHERE = (-np.inf, np.inf)


class Figures(Statistic, Protocol):
    """Figures of all systems, and others behind them; `under` gives them as (resamples, figures)."""

    @property
    def loose(self) -> Undefined:
        """Why resamples have no figures where they have none."""

    def point(self) -> FloatArray:
        """The figures of the data, (figures,)."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Spread:
    """Limits of each figure, or why those without have none, and the ranks of the systems."""

    method: str | None
    limits: list[Limits | None]
    reason: Undefined
    ranks: dict[str, RankSet]


def find_spread(figures: Figures, systems: list[str], settings: Settings) -> Spread:
    """Draw items, or leave one out at a time where they are few.

    Parameters
    ----------
    systems : names, whose figures come first among the figures
    """
    whole, size = figures.point(), len(systems)
    if len(figures.multiplicity) < 2:
        return Spread(method=None, limits=[None] * len(whole), reason="too_few_items", ranks={})
    if len(figures.multiplicity) < FEW_ITEMS:
        return _leave_out(figures, whole, systems, settings)
    draws = bootstrap_items(figures, resamples=settings.resamples, seed=settings.seed)
    return Spread(
        method="item_bootstrap",
        limits=[percentile_limits(held, settings.confidence, ANYWHERE) for held in draws.T],
        reason=figures.loose if np.isnan(draws[:, :size]).any() else "no_variation",
        ranks=rank_by_draws(systems, whole[:size], draws[:, :size].T, settings.confidence),
    )


def _leave_out(figures: Figures, whole: FloatArray, systems: list[str], settings: Settings) -> Spread:
    held, size = figures.multiplicity, len(systems)
    without = np.concatenate([figures.under(weights) for weights in leave_one_out(held, 1)])
    return Spread(
        method="jackknife_t",
        limits=[
            spread_limits(float(point), left, held, settings.confidence, ANYWHERE)
            for point, left in zip(whole, without.T, strict=True)
        ],
        reason=figures.loose if np.isnan(without[:, :size]).any() else "too_few_items",
        ranks=rank_by_jackknife(systems, whole[:size], without[:, :size].T, settings.confidence),
    )
