"""Cascades at work in tests: two judges that could be called, and answers written as their worker would have."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias  # terms are any values

from django.utils import timezone

from annotations.models import Annotation, Item, Presentation, Project, RaterKind, Rating, Slot, Task
from judges.engine.cascades import Terms
from judges.engine.ledger.control import conclude_run
from judges.engine.versions.register import create_judge
from judges.models import Attempt, Judge, Run
from tests.factories.judging import make_connection, make_field, name_items
from tests.factories.ratings import make_rater

URL = "http://127.0.0.1:9/v1"
COST = Decimal("0.001")  # of a call of the cheap judge; the dear one's are ten times that
ENOUGH = 260  # of the calibration items each judge keeps more than the thirty that a threshold takes
Opinion: TypeAlias = Callable[[int], tuple[str, float | None]]  # code and confidence, by the task's number


@dataclass(frozen=True)
class Cast:
    """A project whose tasks people have labelled, and two judges that have said nothing yet."""

    project: Project
    tasks: list[Task]
    cheap: Judge
    dear: Judge

    def number(self, task_id: int) -> int:
        return [task.pk for task in self.tasks].index(task_id)


def make_cast(
    tasks: int = ENOUGH, *, url: str = URL, labelled: bool = True, samples: int = 2, **project: Any
) -> Cast:
    """People say first of everything."""
    field = make_field(tasks=tasks, **{"slug": "study", "overlap": 0, **project})
    name_items(field.tasks)
    for number, task in enumerate(field.tasks):
        task.item.prompt = f"Question {number}"
    Item.objects.bulk_update([task.item for task in field.tasks], ["prompt"])
    Slot.objects.filter(project=field.project).delete()
    if labelled:
        label(field.tasks)
    connection = make_connection(url)
    cheap, dear = (
        create_judge(
            project=field.project,
            name=name,
            protocol="pair",
            connection=connection,
            model=f"fake-{name}",
            parameters={"price_in": price, "price_out": price, "samples": samples},
        )
        for name, price in (("cheap", 1), ("dear", 10))
    )
    return Cast(field.project, field.tasks, cheap, dear)


def label(tasks: list[Task], codes: tuple[str, ...] = ("first",)) -> None:
    """A person says of each of these tasks what stands next in `codes`, round and round."""
    person = make_rater(tasks[0].project, "ann", RaterKind.PERSON)
    said: list[tuple[str, float | None]] = [(codes[n % len(codes)], None) for n in range(len(tasks))]
    write(tasks, person.pk, said, order="")


def make_terms(**terms: Any) -> Terms:
    return Terms(
        **{"cheap": "cheap", "dear": "dear", "bound": 0.25, "delta": 0.2, "calibration_share": 0.7, **terms}
    )


def sure_where_even(number: int) -> tuple[str, float]:
    """Right and sure of every second task, wrong and unsure of the others."""
    return ("first", 1.0) if number % 2 == 0 else ("second", 0.6)


def sure_but_of_fifths(number: int) -> tuple[str, float]:
    """Right and sure of all but every fifth task, of which it is wrong."""
    return ("first", 1.0) if number % 5 else ("second", 0.5)


def answer_run(cast: Cast, run: Run, opinion: Opinion, only: Collection[int] | None = None) -> int:
    """Everything that waits in the run, or of it `only` these tasks (ids), is answered; returns how many cases."""
    asked = run.attempts.filter(state="pending")
    asked = asked if only is None else asked.filter(task__in=only)
    waiting = list(asked.order_by("pk"))
    cases = {(attempt.task_id, attempt.shown_order): attempt for attempt in waiting}
    price = COST if run.judge_id == cast.cheap.pk else 10 * COST
    for order in sorted({order for _, order in cases}):
        held = [attempt for (_, found), attempt in cases.items() if found == order]
        places = {task.pk: place for place, task in enumerate(cast.tasks)}
        made = write(
            [cast.tasks[places[attempt.task_id]] for attempt in held],
            run.judge.rater_id,
            [opinion(places[attempt.task_id]) for attempt in held],
            order=order,
        )
        for attempt, annotation in zip(held, made, strict=True):
            attempt.annotation = annotation
        Attempt.objects.bulk_update(held, ["annotation"])
        done = Attempt.objects.filter(pk__in=[attempt.pk for attempt in held])
        done.update(state="done", cost=price, ended_at=timezone.now())
    asked.delete()  # further samples of the same cases
    Run.objects.filter(pk=run.pk).update(spent=price * len(cases))
    conclude_run(run_id=run.pk)
    return len(cases)


def write(
    tasks: list[Task], rater: int, answers: list[tuple[str, float | None]], *, order: str
) -> list[Annotation]:
    """Annotations of these tasks with their one rating."""
    presentation = Presentation.SHOWN if order else Presentation.UNKNOWN
    criterion = tasks[0].rubric.criteria.get()
    made = Annotation.objects.bulk_create(
        Annotation(
            project_id=task.project_id,
            task=task,
            rater_id=rater,
            presentation=presentation,
            shown_order=order,
        )
        for task in tasks
    )
    Rating.objects.bulk_create(
        Rating(
            project_id=one.project_id, annotation=one, criterion=criterion, code=code, confidence=confidence
        )
        for one, (code, confidence) in zip(made, answers, strict=True)
    )
    return made
