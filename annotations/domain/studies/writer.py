"""The lines of a project, streamed from the ledger in pages."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar  # a line is any JSON object

from django.db.models import QuerySet

from annotations.domain.formats.compose import (
    Line,
    apply_difference,
    compose_generation,
    compose_item,
    compose_rating,
    compose_value,
)
from annotations.domain.formats.needs import NOTHING, Needs
from annotations.domain.formats.rater_names import name_raters, study_kind
from annotations.domain.showing.presentation import read_order
from annotations.domain.studies.criterion_names import name_criteria, study_task
from annotations.domain.studies.exported_marks import keep_places, measure_texts
from annotations.models import (
    Absent,
    Annotation,
    Generation,
    Item,
    Phase,
    Presentation,
    Project,
    Rater,
    Rating,
    TaskGeneration,
)
from annotations.queries.gates import list_demands
from annotations.queries.twins import is_of_copy

Row = TypeVar("Row", Item, Generation)
PAGE = 1_000
COLUMNS = (
    "pk", "task_id", "rater_id", "task__item__key", "task__turn", "shown_order", "presentation", "seconds", "source",
)  # fmt: skip
TEXTS_PAGE = 200


class _Answer(NamedTuple):
    """What is needed of an annotation; in the order of `COLUMNS`."""

    pk: int
    task: int
    rater: int
    item: str
    turn: int | None
    shown_order: str
    presentation: str
    seconds: float | None
    source: dict[str, Any]


OF_GENERATION = ("text", "turns", "meta", "source", "item__key", "system__name")


class StudyWriter:
    """Lines of one project; `counts` holds what has been given so far."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.counts: Counter[str] = Counter()
        self.systems: set[str] = set()
        self.raters: dict[int, Rater] = {rater.pk: rater for rater in Rater.objects.filter(project=project)}
        self.rater_names = name_raters(project)
        self.presentations: dict[int, set[str]] = defaultdict(set)
        self.codes: dict[int, set[str]] = defaultdict(set)  # preferences given, by criterion
        layout = project.manifest.get("layout") or {}
        self.null_means: dict[str, str] = layout.get("null_means") or {}
        self.criteria = {
            criterion.pk: (name, study_task(criterion), criterion)
            for name, criterion in name_criteria(project)
        }

    def items(self) -> Iterator[Line]:
        demands = list_demands(self.project)
        needs = {number: Needs(demand.language, demand.skills) for number, demand in demands.items()}
        for item in _page(Item.objects.filter(~is_of_copy(), project=self.project), TEXTS_PAGE):
            self.counts["items"] += 1
            yield apply_difference(compose_item(item, needs.get(item.gate, NOTHING)), item.source)

    def generations(self) -> Iterator[Line]:
        """Placeholders are left out: the ratings name them."""
        rows = Generation.objects.filter(~is_of_copy("item"), project=self.project, is_placeholder=False)
        rows = rows.select_related("item", "system").only(
            *OF_GENERATION
        )  # an item's own texts are many times as long
        for generation in _page(rows, TEXTS_PAGE):
            self.counts["generations"] += 1
            self.systems.add(generation.system.name)
            composed = compose_generation(
                item=generation.item.key,
                system=generation.system.name,
                text=generation.text,
                turns=generation.turns,
                meta=generation.meta,
            )
            yield apply_difference(composed, generation.source)

    def ratings(self) -> Iterator[Line]:
        """First submissions that stand: what was revised, discussed, surplus or retracted is left out."""
        rows = (
            Annotation.objects.filter(project=self.project, phase=Phase.INDEPENDENT, retracted_at=None)
            .exclude(superseded_by__phase=Phase.INDEPENDENT)
            .order_by("pk")
        )
        after = 0
        while page := [_Answer(*row) for row in rows.filter(pk__gt=after).values_list(*COLUMNS)[:PAGE]]:
            after = page[-1].pk
            yield from self._rate_page(page)

    def _rate_page(self, page: list[_Answer]) -> Iterator[Line]:
        answers = {answer.pk: answer for answer in page}
        systems = _find_systems({answer.task for answer in page})
        ratings = list(Rating.objects.filter(annotation__in=answers).order_by("annotation", "pk"))
        texts = measure_texts({answers[rating.annotation_id].task for rating in ratings if rating.spans})
        for rating in ratings:
            answer = answers[rating.annotation_id]
            line = self._rate(answer, rating, systems[answer.task])
            if rating.spans:
                self.counts["marks_without_place"] += keep_places(line, texts, answer.task)
            yield line

    def _rate(self, answer: _Answer, rating: Rating, systems: list[str]) -> Line:
        name, task, criterion = self.criteria[rating.criterion_id]
        rater = self.raters[answer.rater]
        order = read_order(answer.shown_order, len(systems))
        kind = study_kind(rater)
        composed = compose_rating(
            item=answer.item,
            rater=self.rater_names[rater.pk],
            rater_kind=kind,
            task=task,
            criterion=name,
            systems=[systems[position] for position in order],
            value=compose_value(rating, order=order, as_float=rater.attributes.get("numbers") == "float"),
            absent=rating.absent if rating.absent != self.null_means.get(kind, Absent.ABSTAINED) else None,
            turn=answer.turn,
            rationale=rating.rationale,
            confidence=rating.confidence,
            seconds=answer.seconds,
            meta=rating.meta,
        )
        line = apply_difference(composed, answer.source.get(criterion.key, {}))
        self._count(line, rater, answer.presentation)
        if task == "pairwise" and line["value"] is not None:
            self.codes[criterion.pk].add(line["value"])
        return line

    def _count(self, line: Line, rater: Rater, presentation: str) -> None:
        self.counts["ratings"] += 1
        self.counts[f"ratings of {line['rater_kind']}"] += 1
        self.counts["with_rationale"] += bool(line.get("rationale"))
        self.counts["with_seconds"] += line.get("seconds") is not None
        self.systems.update(line["systems"])
        self.presentations[rater.pk].add(presentation)

    def describe_counts(self) -> dict[str, Any]:
        """The `counts` of a manifest, once all lines have been given."""
        kinds = Counter(study_kind(self.raters[pk]) for pk in self.presentations)
        prefix = "ratings of "
        return {
            "items": self.counts["items"],
            "generations": self.counts["generations"],
            "systems": len(self.systems),
            "ratings": self.counts["ratings"],
            "ratings_by_kind": {
                name.removeprefix(prefix): count
                for name, count in sorted(self.counts.items())
                if name.startswith(prefix)
            },
            "human_raters": kinds["human"],
            "llm_raters": kinds["llm"],
            "with_rationale": self.counts["with_rationale"],
            "with_seconds": self.counts["with_seconds"],
            **({"marks_without_place": lost} if (lost := self.counts["marks_without_place"]) else {}),
        }

    def find_order(self, rater: int) -> str:
        """The presentation of a rater's lines: what all of them say, else unknown."""
        found = self.presentations[rater]
        return next(iter(found)) if len(found) == 1 else str(Presentation.UNKNOWN)


def _page(rows: QuerySet[Row], size: int) -> Iterator[Row]:
    after = 0
    while page := list(rows.filter(pk__gt=after).order_by("pk")[:size]):
        after = page[-1].pk
        yield from page


def _find_systems(tasks: set[int]) -> dict[int, list[str]]:
    """Names of each task's systems in canonical order."""
    systems: dict[int, list[str]] = defaultdict(list)
    places = TaskGeneration.objects.filter(task__in=tasks).order_by("task", "position")
    for task, name in places.values_list("task_id", "generation__system__name"):
        systems[task].append(name)
    return systems
