"""Would more items help, or more raters? What a study of another size would give."""

from collections.abc import Callable, Iterator
from functools import cache, partial

import numpy as np

from evalplatform.agreement import Estimate, RatingTable, plan_study, variance_components
from evalplatform.reports.questions.question import Question, state
from evalplatform.reports.questions.subject import Subject

Figures = dict[int, dict[str, float | None]]
OVERLAPS = (1, 2, 3, 5, 10)  # raters an item


def ask_designs(subject: Subject) -> Iterator[Question]:
    """Of numbers, by every set of two persons or more, on as many items as there are."""
    if not subject.has_numbers:
        return
    for group in subject.persons:
        table = subject.cut_table(group, slice={})
        if len(subject.groups[group]) > 1 and len(table):
            yield from _ask(subject, group, table)


def _ask(subject: Subject, group: str, table: RatingTable) -> Iterator[Question]:
    named = subject.name_systems(table)
    systems = named if len(set(named.values())) > 1 else None
    items = len(np.unique(table.cluster[table.unit]))

    @cache
    def work_out() -> Figures:
        found = variance_components(table, systems=systems, inference=None)
        plans = plan_study(found, items=[items], raters=OVERLAPS)
        return {
            plan.raters: {"dependability": plan.dependability, "standard_error": plan.error} for plan in plans
        }

    for raters in OVERLAPS:
        for name in ("dependability", "standard_error"):
            yield Question(
                statistic=f"{name}_with_raters:{raters}",
                criterion=subject.criterion,
                raters=group,
                level="interval",
                answer=partial(_pick, work_out, raters, name, items),
            )


def _pick(work_out: Callable[[], Figures], raters: int, name: str, items: int) -> Estimate:
    figure = work_out()[raters][name]
    return state(figure, n=items, n_unit="items", undefined="no_variation" if figure is None else None)
