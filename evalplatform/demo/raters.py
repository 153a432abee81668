"""Simulated raters: each sees an answer's latent quality through noise of stated size.

They are simulated, and say so: their origin is `simulated` wherever they appear, and no figure about people holds them.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass

Qualities = Mapping[str, float]  # criterion -> latent quality, 0 to 1


@dataclass(frozen=True, slots=True)
class SimulatedRater:
    """How reliable a simulated rater is.

    noise: standard deviation of the error on a quality (0 to 1); leniency: shift of every score, in steps of the scale;
    indifference: quality difference under which two answers look equal; lapse: share of answers given at random.
    """

    name: str
    noise: float
    leniency: float
    indifference: float
    lapse: float

    def describe(self) -> dict[str, float]:
        """The stated reliability, as it is stored with the rater."""
        return {
            "noise": self.noise,
            "leniency": self.leniency,
            "indifference": self.indifference,
            "lapse": self.lapse,
        }


RATERS = (
    SimulatedRater("careful-1", noise=0.10, leniency=0.0, indifference=0.06, lapse=0.01),
    SimulatedRater("careful-2", noise=0.12, leniency=-0.3, indifference=0.08, lapse=0.02),
    SimulatedRater("typical-1", noise=0.18, leniency=0.2, indifference=0.08, lapse=0.03),
    SimulatedRater("typical-2", noise=0.20, leniency=0.0, indifference=0.10, lapse=0.03),
    SimulatedRater("hasty-1", noise=0.30, leniency=0.5, indifference=0.12, lapse=0.08),
    SimulatedRater("hasty-2", noise=0.32, leniency=-0.2, indifference=0.05, lapse=0.10),
)
POOR = 0.3  # two answers that both look worse than this are both bad


def answer_pair(rater: SimulatedRater, first: Qualities, second: Qualities, dice: random.Random) -> str:
    """The rater's preference over two answers in canonical order."""
    if dice.random() < rater.lapse:
        return dice.choice(("first", "second", "tie", "both_bad"))
    seen_first, seen_second = (_look(rater, _merit(side), dice) for side in (first, second))
    if max(seen_first, seen_second) < POOR:
        return "both_bad"
    if abs(seen_first - seen_second) < rater.indifference:
        return "tie"
    return "first" if seen_first > seen_second else "second"


def answer_single(rater: SimulatedRater, qualities: Qualities, dice: random.Random) -> dict[str, float]:
    """The rater's score from 1 to 5 for each criterion of one answer."""
    scores = {}
    for criterion, quality in sorted(qualities.items()):
        lapsed = dice.random() < rater.lapse
        seen = dice.random() if lapsed else _look(rater, quality, dice)
        scores[criterion] = float(min(5, max(1, round(1 + 4 * seen + rater.leniency))))
    return scores


def _merit(qualities: Qualities) -> float:
    return sum(qualities.values()) / len(qualities)


def _look(rater: SimulatedRater, quality: float, dice: random.Random) -> float:
    return quality + dice.gauss(0, rater.noise)
