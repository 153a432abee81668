"""Studies in which raters give numbers; true components of variance by formula, or by quadrature for points.

A rating is the sum of an item, a system, their interaction, a rater, its interaction with the item and noise.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.coverage.sample import Sample
from evalplatform.agreement.arrays import FloatArray

NODES = 80
MIDDLE, POINTS = 3, (1, 2, 3, 4, 5)


@dataclass(frozen=True, kw_only=True)
class Scores:
    """A study of scores.

    Attributes
    ----------
    says : the study in words
    items : how many; the clusters
    raters : what these very raters add to each score, or nothing where `drawn` of them are drawn anew
    spread : standard deviation of raters who are drawn
    own : whether each unit has raters of its own
    systems : what each system adds; an item holds a unit for each
    item, meeting, leaning, noise : standard deviation of items, of items x systems, of items x raters, of the rest
    skewed : items follow an exponential distribution and not a normal one
    rounded : scores are rounded to points from 1 to 5
    missing : chance that a rating is missing
    """

    says: str
    items: int
    raters: tuple[float, ...] = ()
    drawn: int = 0
    spread: float = 0.0
    own: bool = False
    systems: tuple[float, ...] = (0.0,)
    item: float = 1.0
    meeting: float = 0.0
    leaning: float = 0.0
    noise: float = 1.0
    skewed: bool = False
    rounded: bool = False
    missing: float = 0.0

    @property
    def panel(self) -> int:
        """Raters of a unit."""
        return len(self.raters) or self.drawn

    def draw(self, rng: np.random.Generator) -> Sample:
        """One study."""
        shape = (self.items, len(self.systems), self.panel)
        items = rng.exponential(size=self.items) - 1 if self.skewed else rng.normal(size=self.items)
        given = (
            self.item * items[:, None, None]
            + np.array(self.systems)[:, None]
            + self.meeting * rng.normal(size=shape[:2])[:, :, None]
            + self._draw_raters(rng)
            + self.leaning * rng.normal(size=(self.items, 1, self.panel))
            + self.noise * rng.normal(size=shape)
        )
        if self.rounded:
            given = np.clip(np.rint(MIDDLE + given), POINTS[0], POINTS[-1])
        flat = given.reshape(-1, self.panel)
        unit, rater = np.nonzero(rng.random(flat.shape) >= self.missing)
        values = flat[unit, rater]
        cluster = unit // len(self.systems)
        if self.own:
            rater = np.arange(len(unit))
        return Sample(unit=unit, rater=rater, value=values, cluster=cluster, level="interval")

    def _draw_raters(self, rng: np.random.Generator) -> FloatArray:
        if self.raters:
            return np.array(self.raters)
        size = (self.items, 1, self.drawn) if self.own else (1, 1, self.drawn)
        return self.spread * rng.normal(size=size)

    def components(self) -> dict[str, float]:
        """True mean, and true components of variance: raters and systems that are fixed vary among themselves."""
        if self.rounded:
            return self._integrate()
        rater = float(np.var(self.raters, ddof=1)) if self.raters else self.spread**2
        found = {
            "mean": float(np.mean(self.raters or 0.0) + np.mean(self.systems)),
            "item": self.item**2,
            "rater": rater,
            "item x system": self.meeting**2,
            "item x rater": self.leaning**2,
            "residual": self.noise**2,
        }
        if len(self.systems) > 1:
            found["system"] = float(np.var(self.systems, ddof=1))
        else:
            found["residual"] += self.meeting**2 + self.leaning**2
        return found

    def _integrate(self) -> dict[str, float]:
        """Of points, without systems: over items and raters at the nodes of Gauss and Hermite."""
        nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
        weights = weights / weights.sum()
        raters, chances = self.spread * nodes, weights
        if self.raters:
            raters, chances = np.array(self.raters), np.full(len(self.raters), 1 / len(self.raters))
        mean, square = round_moments(self.item * nodes[:, None] + raters, self.noise)
        by_rater, by_item = weights @ mean, mean @ chances
        middle = float(by_rater @ chances)
        total = float(weights @ square @ chances) - middle**2
        item = float(weights @ np.square(by_item)) - middle**2
        rater = float(np.square(by_rater) @ chances) - middle**2
        if self.raters:
            many = len(raters)
            met = (mean * weights[:, None]).T @ mean - np.outer(by_rater, by_rater)
            item = float(met.sum() - np.trace(met)) / (many * (many - 1))
            residual = total - rater - item
            return {"mean": middle, "item": item, "rater": rater * many / (many - 1), "residual": residual}
        return {"mean": middle, "item": item, "rater": rater, "residual": total - item - rater}


def round_moments(centre: FloatArray, noise: float) -> tuple[FloatArray, FloatArray]:
    """Mean and mean square of the points that scores around `centre` are rounded to."""
    from scipy.special import ndtr

    edges = np.array(POINTS[1:]) - 0.5
    reached = ndtr((MIDDLE + centre[..., None] - edges) / noise)
    steps = np.diff(np.square(POINTS))
    return POINTS[0] + reached.sum(axis=-1), POINTS[0] ** 2 + reached @ steps
