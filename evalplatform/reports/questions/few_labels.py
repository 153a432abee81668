"""What people would say of everything that a judge rated, and how many labels the judge saves."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from annotations.models import TaskKind
from evalplatform.agreement import Estimate, apply_rule
from evalplatform.agreement.arrays import BoolArray
from evalplatform.agreement.few_labels import (
    LabelledUnits,
    Powered,
    expected_saving,
    label_units,
    ppi_mean,
    ppi_win_rate,
    rogan_gladen,
)
from evalplatform.reports.questions.beside_people import BesidePeople, list_beside_people
from evalplatform.reports.questions.draws import Drawn, is_even, read_draw
from evalplatform.reports.questions.people import interval_of
from evalplatform.reports.questions.question import Question, write_value
from evalplatform.reports.questions.subject import Subject


def ask_few_labels(subject: Subject) -> Iterator[Question]:
    """Every judge and the like against every set of persons, where a mean of verdicts has a meaning.

    Where tasks were drawn in waves, only labels of closed ones count, each with the probability of its task.
    """
    for both in list_beside_people(subject):
        if subject.is_preference or subject.has_numbers:
            table = apply_rule(both.table, "tie") if subject.is_preference else both.table
            held = label_units(table, both.people, both.judge)
            ask_means = _ask_wins if subject.is_preference else _ask_scores
            yield from _ask_saving(subject, both, held)
            yield from ask_means(subject, both, read_draw(subject, held))
        elif len(subject.labels) == 2:
            yield from _ask_prevalence(subject, both)


def _ask_saving(subject: Subject, both: BesidePeople, held: LabelledUnits) -> Iterator[Question]:
    """Share of the labels that the judge would save, were as many again to be labelled and all else judged."""
    labelled = int(np.isfinite(held.human).sum())
    if labelled:
        yield both.ask(
            "expected_saving",
            lambda: (
                expected_saving(
                    held.human,
                    held.judge,
                    labels=labelled,
                    others=len(held.human) - labelled,
                    clusters=held.clusters,
                    **interval_of(subject, "these_raters"),
                ).saving
            ),
        )


def _ask_wins(subject: Subject, both: BesidePeople, drawn: Drawn) -> Iterator[Question]:
    pairs = {unit: subject.ratings.tasks[unit].systems for unit in drawn.units}
    for system in sorted({name for names in pairs.values() for name in names if len(names) == 2}):
        rows = np.array([system in pairs[unit] for unit in drawn.units])
        turned = np.array([pairs[unit][0] != system for unit in drawn.units])
        estimate = partial(ppi_win_rate, **drawn.take(rows, turned))
        yield _ask_corrected(
            subject, both, "win_rate_corrected", system, partial(_correct, estimate, drawn.unanswered[rows])
        )


def _ask_scores(subject: Subject, both: BesidePeople, drawn: Drawn) -> Iterator[Question]:
    if subject.ratings.criterion.kind != TaskKind.SINGLE:
        return
    systems = np.array([(subject.ratings.tasks[unit].systems or ("",))[0] for unit in drawn.units])
    for system in sorted(set(systems.tolist()) - {""}):
        estimate = partial(ppi_mean, **drawn.take(systems == system))
        answer = partial(_correct, estimate, drawn.unanswered[systems == system])
        yield _ask_corrected(subject, both, f"{subject.mean_name}_corrected", str(system), answer)


def _ask_corrected(
    subject: Subject, both: BesidePeople, statistic: str, system: str, answer: Callable[[], Estimate]
) -> Question:
    return both.ask(
        statistic,
        answer,
        system=system,
        withheld="exploratory" if subject.is_exploratory else "",
    )


def _correct(estimate: Callable[[], Powered], unanswered: BoolArray) -> Estimate:
    """The corrected figure; who was asked and did not answer is counted with what it leaves out."""
    found = estimate().corrected
    count = int(unanswered.sum())
    return replace(found, excluded={**found.excluded, "unanswered": count}) if count else found


def _ask_prevalence(subject: Subject, both: BesidePeople) -> Iterator[Question]:
    """Of each of two labels, from how often the judge gives it and how often it is right."""
    withheld = "exploratory" if subject.is_exploratory else ""
    if not withheld and not is_even(subject):
        withheld = "unequal_draw"
    for label in subject.labels:
        answer = partial(_find_prevalence, subject, both, label)
        yield both.ask(f"prevalence_corrected:{write_value(label)}", answer, withheld=withheld)


def _find_prevalence(subject: Subject, both: BesidePeople, label: Hashable) -> Estimate:
    points = {other: float(other == label) for other in both.table.categories}
    held = read_draw(subject, label_units(both.table, both.people, both.judge, points=points))
    said, is_so = held.judge > 0.5, held.human
    positives, negatives = is_so > 0.5, is_so < 0.5  # a tie of people's votes checks nothing
    return rogan_gladen(
        int(said.sum()),
        len(said),
        found=int((said & positives).sum()),
        positives=int(positives.sum()),
        passed=int((~said & negatives).sum()),
        negatives=int(negatives.sum()),
    )
