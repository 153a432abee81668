"""How strong is each system, whomever it met: Bradley and Terry's model of the verdicts."""

from collections.abc import Iterator, Mapping
from functools import cache, partial

from evalplatform.agreement import Estimate, RatingTable
from evalplatform.agreement.ranking import Comparisons, bradley_terry
from evalplatform.reports.questions.people import interval_of
from evalplatform.reports.questions.question import Question, pick_one
from evalplatform.reports.questions.subject import Subject


def ask_strengths(subject: Subject) -> Iterator[Question]:
    """Of preferences, by every set of raters."""
    if not subject.is_preference:
        return
    for group in subject.groups:
        table = subject.cut_table(group, slice={})
        if len(table):
            yield from _ask(subject, group, table)


def _ask(subject: Subject, group: str, table: RatingTable) -> Iterator[Question]:
    tasks = subject.ratings.tasks
    units = [str(unit) for unit in table.units.tolist()]
    pairs = {unit: (names[0], names[1]) for unit in units if len(names := tasks[unit].systems) == 2}
    if len(pairs) < len(units):
        return

    @cache
    def work_out() -> Mapping[str, Estimate]:
        return bradley_terry(
            Comparisons.from_table(table, pairs), **interval_of(subject, "these_raters")
        ).strengths

    met = {name for unit in {units[code] for code in table.unit.tolist()} for name in pairs[unit]}
    for system in sorted(met):
        yield Question(
            statistic="bradley_terry",
            criterion=subject.criterion,
            raters=group,
            system=system,
            answer=partial(pick_one, work_out, system),
        )
