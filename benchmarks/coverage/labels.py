"""Studies in which raters of unequal skill label units of several kinds; every true value has a closed form.

A rater of skill a answers a unit of kind t from the distribution ``a * clear[t] + (1 - a) * guess``. Clusters are
of several kinds too, which differ by their units and their sizes. Who rates a unit does not depend on what they
would say, so that pairs of ratings of one kind of unit are a random pair of raters.
"""

from dataclasses import dataclass
from functools import cached_property
from math import comb

import numpy as np

from benchmarks.coverage.sample import Sample
from evalplatform.agreement import Level
from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, kw_only=True)
class Skills:
    """Skills of the raters: these very ones, or so many drawn anew for each study from a beta distribution."""

    fixed: tuple[float, ...] = ()
    drawn: int = 0
    mean: float = 0.0
    sd: float = 0.0

    @property
    def raters(self) -> int:
        return len(self.fixed) or self.drawn

    def draw(self, rng: np.random.Generator) -> FloatArray:
        """Skill of each rater of one study."""
        if self.fixed:
            return np.array(self.fixed)
        total = self.mean * (1 - self.mean) / self.sd**2 - 1
        return rng.beta(self.mean * total, (1 - self.mean) * total, size=self.drawn)

    def moments(self) -> tuple[float, float]:
        """Mean skill, and mean product of the skills of two different raters."""
        if not self.fixed:
            return self.mean, self.mean**2
        skills = np.array(self.fixed)
        pairs = len(skills) * (len(skills) - 1)
        return float(skills.mean()), float((skills.sum() ** 2 - np.square(skills).sum()) / pairs)


@dataclass(frozen=True, kw_only=True)
class Labels:
    """A study of labels.

    Attributes
    ----------
    says : the study in words
    skills, judge : of the people, and of a judge who rates every unit, where there is one
    clear : what a perfect rater answers for each kind of unit, (kinds, categories) chances
    guess : what the others answer, (categories,) chances
    shares : chance of each kind of unit in each kind of cluster; clusters of each kind are equally frequent
    clusters : how many
    sizes : fewest and most units of a cluster, by kind of cluster
    missing : chance that a rating is missing
    each : how many of the raters rate a unit, by kind of unit; none: all
    """

    says: str
    skills: Skills
    clear: tuple[tuple[float, ...], ...]
    guess: tuple[float, ...]
    shares: tuple[tuple[float, ...], ...]
    clusters: int
    sizes: tuple[tuple[int, int], ...] = ((1, 1),)
    missing: float = 0.0
    each: tuple[int, ...] = ()
    judge: float | None = None
    level: Level = "nominal"

    def draw(self, rng: np.random.Generator) -> Sample:
        """One study."""
        kind, cluster = self._draw_units(rng)
        skill = self.skills.draw(rng)
        present = self._draw_presence(rng, kind)
        if self.judge is not None:
            skill = np.append(skill, self.judge)
            present = np.column_stack([present, np.ones(len(kind), dtype=np.bool_)])
        unit, rater = np.nonzero(present)
        clear = rng.random(len(unit)) < skill[rater]
        ladder = np.cumsum([*self.clear, self.guess], axis=1)
        row = np.where(clear, kind[unit], len(self.clear))
        value = (rng.random(len(unit))[:, None] > ladder[row, :-1]).sum(axis=1)
        judge = None if self.judge is None else self.skills.raters
        return Sample(
            unit=unit, rater=rater, value=value, cluster=cluster[unit], level=self.level, judge=judge
        )

    def _draw_units(self, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
        """Kind and cluster of each unit."""
        of_clusters = rng.integers(len(self.shares), size=self.clusters)
        low, high = np.array(self.sizes).T[:, of_clusters % len(self.sizes)]
        cluster = np.repeat(np.arange(self.clusters), rng.integers(low, high + 1))
        ladder = np.cumsum(self.shares, axis=1)[of_clusters[cluster], :-1]
        return (rng.random(len(cluster))[:, None] > ladder).sum(axis=1), cluster

    def _draw_presence(self, rng: np.random.Generator, kind: IntArray) -> BoolArray:
        """Who rates what, (units, raters)."""
        lots = rng.random((len(kind), self.skills.raters))
        if not self.each:
            return lots >= self.missing
        place = lots.argsort(axis=1).argsort(axis=1)
        present: BoolArray = place < np.array(self.each)[kind][:, None]
        return present

    @cached_property
    def kinds(self) -> FloatArray:
        """Share of each kind among all units."""
        size = np.array([(low + high) / 2 for low, high in self.sizes])
        weights = np.resize(size, len(self.shares))
        shares: FloatArray = weights @ np.array(self.shares) / weights.sum()
        return shares

    @cached_property
    def answers(self) -> FloatArray:
        """What a random rater answers, (kinds, categories)."""
        mean, _ = self.skills.moments()
        return mean * np.array(self.clear) + (1 - mean) * np.array(self.guess)

    @cached_property
    def judged(self) -> FloatArray:
        """What the judge answers, (kinds, categories)."""
        skill = self.judge or 0.0
        return skill * np.array(self.clear) + (1 - skill) * np.array(self.guess)

    @cached_property
    def pairs(self) -> FloatArray:
        """What two different raters answer together, (kinds, categories, categories)."""
        mean, both = self.skills.moments()
        clear, guess = np.array(self.clear), np.array(self.guess)
        alone = clear[:, :, None] * guess
        chances: FloatArray = (
            both * clear[:, :, None] * clear[:, None, :]
            + (mean - both) * (alone + alone.transpose(0, 2, 1))
            + (1 - 2 * mean + both) * np.outer(guess, guess)
        )
        return chances

    @cached_property
    def counts(self) -> FloatArray:
        """Chance of each number of ratings of a unit, (kinds, raters + 1)."""
        raters = self.skills.raters
        chances = np.zeros((len(self.clear), raters + 1))
        if self.each:
            chances[np.arange(len(self.clear)), list(self.each)] = 1
            return chances
        there = 1 - self.missing
        chances[:] = [comb(raters, m) * there**m * self.missing ** (raters - m) for m in range(raters + 1)]
        return chances
