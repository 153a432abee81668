"""Every judge and the like beside every set of persons: whom a question about a judge is asked of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any  # the other fields of a question

from evalplatform.agreement import Estimate, RatingTable
from evalplatform.reports.questions.comparisons import split_sides
from evalplatform.reports.questions.question import Question
from evalplatform.reports.questions.subject import Subject


@dataclass(frozen=True, kw_only=True)
class BesidePeople:
    """A judge, metric or reference and a set of persons who both rated something.

    `fixed` and `group` are their names in a report, `judge` and `people` the raters of the table that these are.
    """

    criterion: str
    fixed: str
    group: str
    judge: str
    people: list[str]
    table: RatingTable

    def ask(self, statistic: str, answer: Callable[[], Estimate], **fields: Any) -> Question:
        """A question about the judge, with these persons against it."""
        return Question(
            statistic=statistic,
            criterion=self.criterion,
            raters=self.fixed,
            against=self.group,
            answer=answer,
            **fields,
        )

    def on(self, table: RatingTable) -> "BesidePeople":
        """The same two on other ratings of theirs."""
        return replace(self, table=table)


def list_beside_people(subject: Subject) -> Iterator[BesidePeople]:
    """All of them, on all tasks."""
    for fixed in subject.fixed:
        for group in subject.persons:
            table = subject.cut_table(fixed, group, slice={})
            sides = split_sides(subject, table, fixed, group)
            if sides is not None:
                (judge,), people = sides
                yield BesidePeople(
                    criterion=subject.criterion,
                    fixed=fixed,
                    group=group,
                    judge=judge,
                    people=list(people),
                    table=table,
                )
