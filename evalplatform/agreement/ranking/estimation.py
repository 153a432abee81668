"""From comparisons to strengths with their intervals and ranks."""

from dataclasses import replace

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.ranking.comparisons import Comparisons
from evalplatform.agreement.ranking.counts import ClusterCounts
from evalplatform.agreement.ranking.fitting import Fit, fit_data, fit_resamples
from evalplatform.agreement.ranking.models import PairModel
from evalplatform.agreement.ranking.spread import ANYWHERE, Spread, find_spread
from evalplatform.agreement.ranking.strengths import Strengths
from evalplatform.agreement.results import Estimate, Undefined
from evalplatform.agreement.settings import Settings


def find_strengths(
    model: PairModel, comparisons: Comparisons, reference: str | None, settings: Settings
) -> Strengths:
    """Fit a model and find the intervals of its parameters, or say why there are none."""
    _check(model, comparisons, reference, settings)
    blank = Strengths(model=model.name, reference=reference, strengths=_start_all(comparisons, settings))
    if not len(comparisons):
        return blank
    counts = ClusterCounts(comparisons, ties=model.has_ties)
    fit = fit_data(model, counts.whole())
    if fit is None:
        return _leave_undefined(blank, _name_obstacle(model, comparisons))
    figures = StrengthFigures(model, counts, fit, comparisons.systems.index(reference) if reference else None)
    return _fill(blank, figures, len(comparisons), settings)


class StrengthFigures:
    """Strengths from the reference, and the parameter of ties last, as functions of the weights of items."""

    bounds = edges = ANYWHERE
    loose: Undefined = "not_connected"

    def __init__(self, model: PairModel, counts: ClusterCounts, fit: Fit, reference: int | None) -> None:
        self.model, self.counts, self.fit, self.reference = model, counts, fit, reference
        self.multiplicity: IntArray = np.ones(counts.clusters, dtype=np.int64)
        self.size = counts.size

    def point(self) -> FloatArray:
        return self._publish(self.fit.at[:, None]).ravel()

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        """Figures under the weights of items, (resamples, figures)."""
        return self._publish(fit_resamples(self.model, self.counts.under(items), self.fit))

    def standard_errors(self) -> FloatArray:
        """Errors of the strengths by the model, (systems,)."""
        inverse = self.fit.inverse[: self.counts.systems, : self.counts.systems]
        variances = np.diag(inverse)
        if self.reference is not None:
            variances = variances + variances[self.reference] - 2 * inverse[self.reference]
        return np.sqrt(np.maximum(variances, 0.0))

    def _publish(self, at: FloatArray) -> FloatArray:
        strengths = at[: self.counts.systems]
        if self.reference is not None:
            strengths = strengths - strengths[self.reference]
        return np.vstack([strengths, self.model.read_tie(at)]).T


def _fill(blank: Strengths, figures: StrengthFigures, comparisons: int, settings: Settings) -> Strengths:
    points, systems = figures.point(), list(blank.strengths)
    spread = None if settings.inference is None else find_spread(figures, systems, settings)
    ties = start_estimate(n=comparisons, n_unit="comparisons", excluded=_excluded(blank))
    bases = [*blank.strengths.values(), _ask(ties, settings)]
    filled = [
        _fill_one(*each, spread) for each in zip(bases, points.tolist(), range(len(bases)), strict=True)
    ]
    return replace(
        blank,
        strengths=dict(zip(systems, filled[:-1], strict=True)),
        standard_errors=dict(zip(systems, figures.standard_errors().tolist(), strict=True)),
        tie=filled[-1] if figures.model.has_ties else None,
        log_likelihood=float(
            figures.model.log_likelihood(figures.counts.whole(), figures.fit.at[:, None])[0]
        ),
        ranks=spread.ranks if spread else {},
    )


def _fill_one(base: Estimate, point: float, place: int, spread: Spread | None) -> Estimate:
    base = replace(base, estimate=point, undefined=None)
    if spread is None:
        return replace(base, seed=None)
    limits = spread.limits[place]
    if limits is None:
        return replace(base, undefined=spread.reason)
    return replace(base, low=limits[0], high=limits[1], method=spread.method)


def _check(model: PairModel, comparisons: Comparisons, reference: str | None, settings: Settings) -> None:
    settings.refuse_method()
    settings.refuse_raters("strengths")
    if reference is not None and reference not in comparisons.systems:
        raise AgreementError(f"no such system: {reference}")
    if model.has_ties and not np.isin(comparisons.share, (0.0, 0.5, 1.0)).all():
        raise AgreementError("a model with ties takes wins, losses and ties, no shares between them")


def _start_all(comparisons: Comparisons, settings: Settings) -> dict[str, Estimate]:
    met = np.bincount(
        np.append(comparisons.one, comparisons.other), minlength=len(comparisons.systems)
    ).tolist()
    bases = [start_estimate(n=n, n_unit="comparisons", excluded=comparisons.excluded) for n in met]
    return dict(zip(comparisons.systems, (_ask(base, settings) for base in bases), strict=True))


def _ask(base: Estimate, settings: Settings) -> Estimate:
    asked = replace(base, inference=settings.inference, confidence=settings.confidence, seed=settings.seed)
    return replace(asked, undefined="no_pairable_units")


def _name_obstacle(model: PairModel, comparisons: Comparisons) -> Undefined:
    """Why there is no maximum."""
    tied = comparisons.share == 0.5
    return "no_variation" if model.has_ties and tied.all() | ~tied.any() else "not_connected"


def _leave_undefined(blank: Strengths, reason: Undefined) -> Strengths:
    return replace(
        blank,
        strengths={name: replace(each, undefined=reason) for name, each in blank.strengths.items()},
    )


def _excluded(blank: Strengths) -> dict[str, int]:
    return dict(next(iter(blank.strengths.values())).excluded)
