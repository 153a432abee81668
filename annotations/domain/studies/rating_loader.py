"""Ratings of a study into tasks, annotations and ratings, a chunk at a time.

What one rater says of one task in one order is one annotation, wherever its lines stand in the file: a chunk looks
up what earlier chunks stored of its tasks, and what the ledger holds of its items. So memory holds one chunk.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple  # values as the columns take them

from annotations.domain.formats.compose import compose_rating, compose_value, find_difference
from annotations.domain.formats.criteria import CriterionSpec
from annotations.domain.formats.lines import RatingLine
from annotations.domain.formats.manifest import StudyManifest
from annotations.domain.planning.tasks import WHOLE, TaskDraft, ensure_tasks
from annotations.domain.studies.stored_contents import StoredContents, find_contents
from annotations.models import Annotation, Criterion, Project, Rater, Rating
from evalplatform.common.bulk_rows import insert_rows
from evalplatform.common.errors import Invalid
from evalplatform.common.growing_tables import note_rows

AnnotationKey = tuple[int, int, str]  # task, rater, order
TaskKey = tuple[object, ...]
MOST_REPEATS = 1_000
BATCH = 2_000
LINE_COLUMNS = ("number", "code", "text", "spans", "absent", "rationale", "confidence", "meta")
COLUMNS = ("project", "annotation", "criterion", *LINE_COLUMNS)


@dataclass(slots=True)
class Ledger:
    """Ids of what was stored before the ratings."""

    project: Project
    criteria: Mapping[CriterionSpec, Criterion]
    raters: Mapping[tuple[str, str], Rater]
    systems: Mapping[str, int]


class _Answer(NamedTuple):
    """An annotation and the criteria that it has a rating for."""

    annotation: Annotation
    rated: set[int]


class RatingLoader:
    """Stores chunks of rating lines."""

    def __init__(self, ledger: Ledger, manifest: StudyManifest) -> None:
        self.ledger = ledger
        self.manifest = manifest
        self._rubrics = {
            criterion.rubric_id: (criterion.rubric.key, criterion.rubric.version)
            for criterion in ledger.criteria.values()
        }

    def store(self, lines: Sequence[RatingLine]) -> None:
        tasks, earlier = self._find_tasks(lines)
        raters = {line.rater: self.ledger.raters[line.rater_kind, line.rater].pk for line in lines}
        answers = self._find_answers(earlier, {*raters.values()})
        new: list[Annotation] = []
        changed: dict[int, Annotation] = {}
        given = []
        for line, task in zip(lines, tasks, strict=True):
            annotation = self._find_answer(answers, line, task, new).annotation
            given.append(annotation)
            if difference := self._find_difference(line, annotation.seconds):
                annotation.source[self.ledger.criteria[line.criterion].key] = difference
                if annotation.pk:
                    changed[annotation.pk] = annotation
        Annotation.objects.bulk_create(new, batch_size=BATCH)
        note_rows(Annotation, len(new))
        Annotation.objects.bulk_update(changed.values(), ["source"], batch_size=BATCH)
        rows = (self._build_row(*pair) for pair in zip(lines, given, strict=True))
        insert_rows(Rating, COLUMNS, rows)

    def _find_tasks(self, lines: Sequence[RatingLine]) -> tuple[list[int], set[int]]:
        """The task of each line, new ones stored; and those of them that earlier chunks have stored."""
        contents = find_contents(self.ledger.project, lines, systems=self.ledger.systems)
        identities: dict[TaskKey, str] = {}
        drafts: dict[str, TaskDraft] = {}
        wanted = []
        for line in lines:
            criterion = self.ledger.criteria[line.criterion]
            context = tuple(sorted((key, repr(value)) for key, value in line.context.items()))
            key = (line.item, line.systems, line.turn, criterion.rubric_id, context)
            if key not in identities:
                draft = self._draft_task(line, criterion, contents)
                identities[key] = draft.identity
                drafts[draft.identity] = draft
            wanted.append(identities[key])
        tasks = ensure_tasks(project=self.ledger.project, drafts=drafts)
        earlier = {pk for identity, pk in tasks.ids.items() if identity not in tasks.new}
        return [tasks.ids[identity] for identity in wanted], earlier

    def _draft_task(self, line: RatingLine, criterion: Criterion, contents: StoredContents) -> TaskDraft:
        found = [contents.generations[line.item, system] for system in line.systems]
        return TaskDraft(
            kind=line.criterion.kind,
            item_id=contents.items[line.item],
            item=line.item,
            rubric_id=criterion.rubric_id,
            rubric=self._rubrics[criterion.rubric_id],
            systems=line.systems,
            generations=tuple(pk for pk, _ in found),
            turn=line.turn,
            dealable=all((line.turn or WHOLE) in answered for _, answered in found),
            context=line.context,
        )

    def _find_answers(self, tasks: set[int], raters: set[int]) -> dict[AnnotationKey, list[_Answer]]:
        """What was stored of these tasks by these raters."""
        answers: dict[AnnotationKey, list[_Answer]] = defaultdict(list)
        if not tasks:
            return answers
        earlier = Annotation.objects.filter(task__in=tasks, rater__in=raters).only(
            "task", "rater", "shown_order", "repeat", "seconds", "source"
        )
        by_id = {annotation.pk: _Answer(annotation, set()) for annotation in earlier.order_by("repeat")}
        # By their annotations, one index and no join: a table that just filled has no statistics to plan a join with.
        rated = Rating.objects.filter(annotation__in=by_id)
        for annotation, criterion in rated.values_list("annotation", "criterion").iterator(chunk_size=BATCH):
            by_id[annotation].rated.add(criterion)
        for answer in by_id.values():
            found = answer.annotation
            answers[found.task_id, found.rater_id, found.shown_order].append(answer)
        return answers

    def _find_answer(
        self,
        answers: dict[AnnotationKey, list[_Answer]],
        line: RatingLine,
        task: int,
        new: list[Annotation],
    ) -> _Answer:
        """The rater's first answer that has no rating for the line's criterion yet; a new one where all have."""
        rater = self.ledger.raters[line.rater_kind, line.rater]
        criterion = self.ledger.criteria[line.criterion].pk
        given = answers[task, rater.pk, line.shown_order]
        answer = next((answer for answer in given if criterion not in answer.rated), None)
        if answer is None:
            if len(given) == MOST_REPEATS:
                raise Invalid.at(
                    f"{line.rater!r} rates {line.item!r} more than {MOST_REPEATS} times", field="rater"
                )
            annotation = Annotation(
                project_id=self.ledger.project.pk,
                task_id=task,
                rater_id=rater.pk,
                repeat=len(given),
                presentation=self.manifest.layout.find_presentation(line.rater, line.rater_kind),
                shown_order=line.shown_order,
                seconds=line.seconds,
            )
            new.append(annotation)
            answer = _Answer(annotation, set())
            given.append(answer)
        answer.rated.add(criterion)
        return answer

    def _build_row(self, line: RatingLine, annotation: Annotation) -> dict[str, Any]:
        return {
            "project": self.ledger.project.pk,
            "annotation": annotation.pk,
            "criterion": self.ledger.criteria[line.criterion].pk,
            **{name: getattr(line, name) for name in LINE_COLUMNS},
        }

    def _find_difference(self, line: RatingLine, seconds: float | None) -> dict[str, object]:
        """What the columns cannot say of the line; `seconds` are the annotation's."""
        as_float = self.ledger.raters[line.rater_kind, line.rater].attributes.get("numbers") == "float"
        usual = self.manifest.layout.explain_null(line.rater_kind)
        composed = compose_rating(
            item=line.item,
            rater=line.rater,
            rater_kind=line.rater_kind,
            task=line.criterion.task,
            criterion=line.criterion.name,
            systems=line.systems_as_shown,
            value=compose_value(line, order=line.order, as_float=as_float),
            absent=line.absent if line.absent != usual else None,
            turn=line.turn,
            rationale=line.rationale,
            confidence=line.confidence,
            seconds=seconds,
            meta=line.meta,
        )
        return find_difference(line.line, composed)
