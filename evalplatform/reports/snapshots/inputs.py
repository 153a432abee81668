"""What entered a report, and its hash: over the content of the ledger's rows, the same in every database."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from annotations.models import Project, Routing
from annotations.queries.answers import Answers, read_families
from annotations.queries.criteria import CriterionRow, is_ranking, list_criteria
from annotations.queries.rater_groups import RaterRow, list_raters
from annotations.queries.rating_rows import RatingRow, TaskRow, explain_exclusion, read_ratings, read_tasks
from annotations.queries.rating_set import COMPARABLE, RatingSet, sort_out_ratings
from annotations.queries.waves import Inclusion, read_inclusion
from evalplatform.common.hashing import canonical_json
from evalplatform.reports.snapshots.named import mark_named
from evalplatform.reports.snapshots.rubrics import list_rubrics
from judges.queries.panels import list_seats


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The ledger as a report reads it, at one moment."""

    project: Project
    criteria: tuple[CriterionRow, ...]
    raters: tuple[RaterRow, ...]
    tasks: dict[int, TaskRow]
    rows: dict[str, list[RatingRow]]
    rubrics: tuple[tuple[str, int, str], ...]
    families: dict[str, str]
    answers: Answers
    panels: dict[str, tuple[str, ...]]
    inclusion: dict[int, Inclusion] | None

    @property
    def hash(self) -> str:
        """SHA-256 over every rating with its task and rater, and every rubric, in an order of their own."""
        lines = [line for criterion in self.criteria for line in self._lines(criterion)]
        lines += [canonical_json(["rubric", *rubric]) for rubric in self.rubrics if rubric[:2] in self._used]
        lines += [canonical_json(["family", *named]) for named in self.families.items()]
        lines += [canonical_json(["panel", *named]) for named in self.panels.items()]
        lines += self._draws
        digest = hashlib.sha256()
        for line in sorted(lines):
            digest.update(line)
            digest.update(b"\n")
        return digest.hexdigest()

    @property
    def _draws(self) -> Iterable[bytes]:
        """How tasks came to be rated, where that was not simply all of them in a random order."""
        if self.is_exploratory:
            yield canonical_json(["routing", self.project.routing])
        for pk, found in (self.inclusion or {}).items():
            yield canonical_json(["draw", self.tasks[pk].unit, round(found.probability, 10), found.is_drawn])

    @property
    def is_exploratory(self) -> bool:
        """Whether somebody chose what people rate first: figures for all tasks cannot be made of that."""
        return self.project.routing == Routing.SORTED

    @property
    def _used(self) -> set[tuple[str, int]]:
        """Key and version of every rubric that was rated under."""
        rated = (self.tasks[row.task] for rows in self.rows.values() for row in rows)
        return {(task.rubric, task.version) for task in rated}

    def _lines(self, criterion: CriterionRow) -> Iterable[bytes]:
        raters = {rater.pk: rater[1:] for rater in self.raters}
        used = {row.task for row in self.rows[criterion.name]}
        tasks = {pk: canonical_json([*self.tasks[pk]]).decode() for pk in used}
        described = [criterion.name, criterion.level, criterion.kind, criterion.order]
        for row, reason in explain_exclusion(self.rows[criterion.name]):
            content = (
                row.number,
                row.code,
                row.absent,
                row.presentation,
                row.shown_order,
                row.repeat,
                row.phase,
                row.confidence,
                row.spans,
                *([row.meta] if row.meta else []),  # of rankings: the orders behind a judge's verdict
            )
            yield canonical_json([*described, tasks[row.task], raters[row.rater], *content, reason])

    def sort_out(self, criterion: CriterionRow, *, with_names: bool = False) -> RatingSet:
        """One criterion's ratings, ready for tables to be cut; `with_names` also by whether names were masked."""
        rows, tasks = self.rows[criterion.name], self.tasks
        if with_names:
            tasks = mark_named(tasks, used={row.task for row in rows}, answers=self.answers)
        return sort_out_ratings(rows, criterion=criterion, raters=self.raters, tasks=tasks)


def read_inputs(*, project: Project, criterion: CriterionRow | None = None) -> Inputs:
    """Read all ratings that can be compared, of one criterion or of all."""
    criteria = (criterion,) if criterion else tuple(list_criteria(project=project))
    # Ratings first: the tasks and raters that they name are there afterwards, whoever writes meanwhile.
    rows = {
        held.name: read_ratings(project=project, criteria=held.ids, with_meta=is_ranking(held))
        for held in criteria
        if held.level in COMPARABLE
    }
    return Inputs(
        project=project,
        criteria=tuple(held for held in criteria if rows.get(held.name)),
        raters=tuple(list_raters(project=project)),
        tasks=read_tasks(project=project),
        rows=rows,
        rubrics=tuple(list_rubrics(project=project)),
        families=read_families(project=project),
        answers=Answers(project),
        panels=list_seats(project),
        inclusion=read_inclusion(project=project),
    )
