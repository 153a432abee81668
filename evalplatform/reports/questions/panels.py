"""How many independent judges is a panel worth?"""

from collections.abc import Iterator
from functools import partial

import numpy as np

from annotations.models import RaterKind
from annotations.queries.rater_groups import is_reference
from evalplatform.agreement import Estimate, RatingTable, apply_rule
from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.consensus import majority_vote
from evalplatform.agreement.panels import effective_judges
from evalplatform.reports.questions.people import interval_of
from evalplatform.reports.questions.question import Question
from evalplatform.reports.questions.subject import Subject

SIDES = {"first": 1.0, "second": 0.0}
NEITHER = 0.5


def ask_panels(subject: Subject) -> Iterator[Question]:
    """Every panel against every set of persons and every reference, where votes are sides or numbers."""
    if not (subject.is_preference or subject.has_numbers):
        return
    targets = (*subject.persons, *filter(is_reference, subject.fixed))
    for rater in subject.ratings.raters.values():
        members = subject.panels.get(rater.key, ()) if rater.kind == RaterKind.PANEL else ()
        if members:
            for group in targets:
                yield Question(
                    statistic="effective_judges",
                    criterion=subject.criterion,
                    raters=rater.label,
                    against=group,
                    answer=partial(_work_out, subject, members, group),
                    is_headline=True,
                )


def _work_out(subject: Subject, members: tuple[str, ...], group: str) -> Estimate:
    """From units that somebody of the members and of the group rated; incomplete ones are counted and left out."""
    votes = _code(subject, subject.ratings.cut_table(frozenset(members), slice={}))
    labels = _label(subject, subject.cut_table(group, slice={}))
    units = sorted({unit for unit, _ in votes} & set(labels))
    if not units:
        return Estimate(estimate=None, n=0, n_unit="units", undefined="no_pairable_units")
    rows = [[votes.get((unit, member)) for member in members] for unit in units]
    return effective_judges(
        rows,
        [labels[unit] for unit in units],
        clusters=[subject.ratings.tasks[unit].item for unit in units],
        **interval_of(subject, "these_raters"),
    )


def _code(subject: Subject, table: RatingTable) -> dict[tuple[str, str], float]:
    """The mean vote of each rater on each unit."""
    values, place = _read_values(subject, table), (table.unit, table.rater)
    shape = (len(table.units), len(table.raters))
    sums, counts = np.zeros(shape), np.zeros(shape)
    np.add.at(sums, place, values)
    np.add.at(counts, place, 1)
    return {
        (str(table.units[unit]), table.raters[rater]): float(sums[unit, rater] / counts[unit, rater])
        for unit, rater in np.argwhere(counts > 0).tolist()
    }


def _label(subject: Subject, table: RatingTable) -> dict[str, float]:
    """The plurality of the votes on each unit, or the mean of the numbers."""
    if subject.is_preference:
        found = majority_vote(apply_rule(table, "tie")).labels
        return {str(unit): SIDES.get(str(side), NEITHER) for unit, side in found.items() if side is not None}
    values = _read_values(subject, table)
    size = len(table.units)
    counts = np.bincount(table.unit, minlength=size)
    means = np.bincount(table.unit, values, minlength=size) / np.maximum(counts, 1)
    return {str(table.units[unit]): float(means[unit]) for unit in np.flatnonzero(counts).tolist()}


def _read_values(subject: Subject, table: RatingTable) -> FloatArray:
    if subject.is_preference:
        sides = [SIDES.get(str(category), NEITHER) for category in table.categories]
    else:
        sides = [float(number) for number in table.numbers] if table.numbers is not None else []
    return np.array(sides, dtype=np.float64)[table.value]
