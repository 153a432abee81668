"""A cell of the study: a world, a figure of it, its true value, and what its interval promises."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from benchmarks.coverage.sample import Sample
from evalplatform.agreement import Estimate, Inference
from evalplatform.agreement.settings import IntervalOptions

Promise = Literal["fixed_n", "conservative"]


class World(Protocol):
    """How studies come about."""

    @property
    def says(self) -> str:
        """The study in words."""

    def draw(self, rng: np.random.Generator) -> Sample:
        """One study."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a figure is asked for with."""

    inference: Inference | None
    resamples: int
    seed: int

    @property
    def interval(self) -> IntervalOptions:
        return {"inference": self.inference, "resamples": self.resamples, "seed": self.seed}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure: how it is worked out from a study, and what of the data makes it hard.

    `events` counts the clusters that hold what is scarce: a disagreement, or the value whose rate is asked for.
    """

    name: str
    estimate: Callable[[Sample, Options], Estimate]
    events: Callable[[Sample], int]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One row of the table.

    Attributes
    ----------
    place : name of the world
    truth : the value that intervals should hold
    error : standard error of `truth` where it is simulated, 0 in closed form
    """

    place: str
    world: World
    figure: Figure
    inference: Inference
    truth: float
    error: float = 0.0
    promise: Promise = "fixed_n"

    @property
    def name(self) -> str:
        return f"{self.place}/{self.figure.name}/{self.inference}"
