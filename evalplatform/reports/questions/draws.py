"""Labels with the probability that their tasks had of being labelled."""

from dataclasses import dataclass
from typing import Any  # the arguments of an estimate

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.few_labels import LabelledUnits
from evalplatform.reports.questions.subject import Subject


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Drawn:
    """What people and a judge say of units that people might have been asked about.

    Attributes
    ----------
    units : their names
    human : (n,) mean of the people's votes, NaN where they were not asked
    judge : (n,)
    clusters : (n,) codes of the items
    chance : (n,) probability of having been drawn; None where everything was open to people
    unanswered : (n,) drawn, and nobody answered
    """

    units: tuple[str, ...]
    human: FloatArray
    judge: FloatArray
    clusters: IntArray
    chance: FloatArray | None
    unanswered: BoolArray

    def take(self, rows: BoolArray, turned: BoolArray | None = None) -> dict[str, Any]:
        """Some of the units as arguments of an estimate; where `turned`, one less the value."""
        turn = np.zeros(len(rows), dtype=np.bool_) if turned is None else turned
        return {
            "human": np.where(turn, 1 - self.human, self.human)[rows],
            "judge": np.where(turn, 1 - self.judge, self.judge)[rows],
            "clusters": self.clusters[rows],
            "probabilities": None if self.chance is None else self.chance[rows],
        }


def read_draw(subject: Subject, held: LabelledUnits) -> Drawn:
    """Without waves everything as it is; else the units that a closed one could have drawn, labels where it did."""
    units = tuple(str(unit) for unit in held.units.tolist())
    if subject.inclusion is None:
        return Drawn(
            units=units,
            human=held.human,
            judge=held.judge,
            clusters=held.clusters,
            chance=None,
            unanswered=np.zeros(len(units), dtype=np.bool_),
        )
    found = [subject.inclusion.get(unit) for unit in units]
    inside = np.array([each is not None for each in found], dtype=np.bool_)
    kept = [each for each in found if each is not None]
    is_drawn = np.array([each.is_drawn for each in kept], dtype=np.bool_)
    human = np.where(is_drawn, held.human[inside], np.nan)
    return Drawn(
        units=tuple(unit for unit, each in zip(units, found, strict=True) if each is not None),
        human=human,
        judge=held.judge[inside],
        clusters=held.clusters[inside],
        chance=np.array([each.probability for each in kept]),
        unanswered=is_drawn & ~np.isfinite(human),
    )


def is_even(subject: Subject) -> bool:
    """Whether every unit had the same probability of being labelled."""
    found = [each.probability for each in (subject.inclusion or {}).values()]
    return not found or max(found) - min(found) < 1e-9
