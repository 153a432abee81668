"""Studies in which raters say which of two systems did better on an item; win rates have a closed form."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from benchmarks.coverage.cells import Cell, Figure, Options
from benchmarks.coverage.label_figures import count_clusters
from benchmarks.coverage.labels import Skills
from benchmarks.coverage.sample import Sample
from evalplatform.agreement import Estimate, win_rates
from evalplatform.agreement.arrays import FloatArray

SYSTEMS = ("A", "B", "C", "D")
PAIRS = tuple(combinations(range(len(SYSTEMS)), 2))
STRENGTHS = ((1.0, 0.5, 0.0, -1.0), (0.5, 1.5, -0.5, 0.0), (2.0, 0.0, 0.0, -2.0))  # by kind of item
TIES, ASKED = 0.15, "A"
VERDICTS = np.array(["first", "second", "tie"], dtype=object)


@dataclass(frozen=True, kw_only=True)
class Contests:
    """Items of three kinds, on which all pairs of four systems are compared by all raters."""

    says: str
    items: int
    skills: Skills

    def draw(self, rng: np.random.Generator) -> Sample:
        """One study."""
        raters, pairs = self.skills.raters, len(PAIRS)
        kind = rng.integers(len(STRENGTHS), size=self.items)
        skill = self.skills.draw(rng)
        units = self.items * pairs
        chances = np.repeat(make_chances()[kind].reshape(units, 1, 3), raters, axis=1)
        chances[rng.random((units, raters)) >= skill] = 1 / 3
        ladder = np.cumsum(chances, axis=2)[:, :, :-1]
        verdict = (rng.random((units, raters, 1)) > ladder).sum(axis=2)
        unit = np.repeat(np.arange(units), raters)
        return Sample(
            unit=unit,
            rater=np.tile(np.arange(raters), units),
            value=VERDICTS[verdict.ravel()],
            cluster=unit // pairs,
            level="nominal",
        )

    def truth(self) -> float:
        """Win rate of the system asked for."""
        chances = make_chances().mean(axis=0)
        place = SYSTEMS.index(ASKED)
        won = [chances[row, pair.index(place)] for row, pair in enumerate(PAIRS) if place in pair]
        mean, _ = self.skills.moments()
        return float(mean * (np.mean(won) + TIES / 2) + (1 - mean) / 2)


def make_chances() -> FloatArray:
    """Chance that the first wins, the second wins, neither does, (kinds, pairs, 3)."""
    strengths = np.array(STRENGTHS)
    one, other = np.array(PAIRS).T
    first = (1 - TIES) / (1 + np.exp(strengths[:, other] - strengths[:, one]))
    return np.stack([first, 1 - TIES - first, np.full_like(first, TIES)], axis=2)


def estimate_wins(sample: Sample, options: Options) -> Estimate:
    names = [(SYSTEMS[one], SYSTEMS[other]) for one, other in PAIRS]
    systems = {unit: names[unit % len(PAIRS)] for unit in sample.table.units.tolist()}
    return win_rates(sample.table, systems, **options.interval)[ASKED]


def contest_cells() -> Iterator[Cell]:
    """Win rates of one system."""
    figure = Figure(name="win_rate", estimate=estimate_wins, events=count_clusters)
    for items in (100, 50, 30):
        world = Contests(
            says=f"{items} items, six pairs of systems each, three raters of skill 0.7 to 0.9",
            items=items,
            skills=Skills(fixed=(0.9, 0.8, 0.7)),
        )
        truth = world.truth()
        yield Cell(
            place=f"contests-{items}x3", world=world, figure=figure, inference="these_raters", truth=truth
        )
    world = Contests(
        says="60 items, six pairs of systems each, ten raters drawn anew each time, skill 0.8 ± 0.1",
        items=60,
        skills=Skills(drawn=10, mean=0.8, sd=0.1),
    )
    place, truth = "contests-60x10-drawn", world.truth()
    yield Cell(place=place, world=world, figure=figure, inference="rater_population", truth=truth)
