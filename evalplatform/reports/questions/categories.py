"""On which of the labels do people agree, and on which do they not?"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import cache, partial

from evalplatform.agreement import Estimate, Rule, apply_rule, category_agreement
from evalplatform.reports.questions.people import interval_of, used_values
from evalplatform.reports.questions.question import Question, pick_one, write_value
from evalplatform.reports.questions.subject import MOST_LABELS, Subject


def ask_categories(subject: Subject) -> Iterator[Question]:
    """Of every set of two persons or more, for each value in use where these are few."""
    for group in subject.persons:
        rule: Rule | None = "tie" if subject.is_preference else None
        table = apply_rule(subject.cut_table(group, slice={}), rule)
        used = used_values(table)
        if len(subject.groups[group]) < 2 or not 1 < len(used) <= MOST_LABELS:
            continue
        work_out: Callable[[], Mapping[Hashable, Estimate]] = cache(
            partial(category_agreement, table, rule=rule, **interval_of(subject, "these_raters"))
        )
        for value in sorted(used, key=str):
            yield Question(
                statistic=f"category_agreement:{write_value(value)}",
                criterion=subject.criterion,
                raters=group,
                rule=rule,
                answer=partial(pick_one, work_out, value),
            )
