"""Cascades from recorded verdicts: what is promised, what is kept out, and who decides what."""

from dataclasses import replace
from random import Random

import pytest

from annotations.models import Absent, Annotation, Presentation, Project, Rater, RaterKind, Rating, Task
from annotations.queries.rating_rows import read_tasks
from evalplatform.common.errors import Conflict, Invalid
from judges.engine.cascades import Terms, fill_cascade, form_cascade, is_calibration, study_cascade
from judges.engine.panels.derived import Written
from judges.models import Cascade
from tests.factories.judging import make_field, name_items
from tests.factories.ratings import make_rater, rate

pytestmark = [pytest.mark.database, pytest.mark.timeout(180)]  # some hundred tasks each
TERMS = Terms(cheap="cheap", dear="dear", bound=0.2, delta=0.2, calibration_share=0.7)
TASKS = 300


@pytest.fixture
def project() -> Project:
    """People say first; the cheap judge is right where it is sure (half of the time), the dear one nearly always."""
    field = make_field(tasks=TASKS, slug="study")
    name_items(field.tasks)
    draw = Random(4)
    answers: dict[str, list[tuple[str, float | None]]] = {"people": [], "cheap": [], "dear": []}
    for number in range(TASKS):
        is_sure = number % 2 == 0
        answers["people"].append(("first", None))
        answers["cheap"].append(
            ("first" if is_sure or draw.random() < 0.5 else "second", 0.95 if is_sure else 0.6)
        )
        knows = draw.random() < 0.85
        errs = draw.random() < (0.02 if knows else 0.6)
        answers["dear"].append(("second" if errs else "first", 0.9 if knows else 0.5))
    for name, kind in (("people", RaterKind.PERSON), ("cheap", RaterKind.JUDGE), ("dear", RaterKind.JUDGE)):
        rate_all(field.tasks, make_rater(field.project, name, kind), answers[name])
    return field.project


def rate_all(tasks: list[Task], rater: Rater, answers: list[tuple[str, float | None]]) -> None:
    criterion = tasks[0].rubric.criteria.get()
    made = Annotation.objects.bulk_create(
        Annotation(project=rater.project, task=task, rater=rater, presentation=Presentation.UNKNOWN)
        for task in tasks
    )
    Rating.objects.bulk_create(
        Rating(project=rater.project, annotation=one, criterion=criterion, code=code, confidence=confidence)
        for one, (code, confidence) in zip(made, answers, strict=True)
    )


def read_cascade(cascade: Cascade) -> dict[int, tuple[str | None, str | None]]:
    held = Rating.objects.filter(annotation__rater=cascade.rater, annotation__is_current=True)
    return {
        task: (code, absent) for task, code, absent in held.values_list("annotation__task", "code", "absent")
    }


def read_confidences(project: Project, name: str) -> dict[int, float]:
    held = Rating.objects.filter(project=project, annotation__rater__name=name, confidence__isnull=False)
    return {task: float(sure or 0) for task, sure in held.values_list("annotation__task", "confidence")}


def test_each_judge_decides_where_it_may_and_people_have_the_rest(project: Project) -> None:
    study = study_cascade(project=project, terms=TERMS, prices=(1, 10, 100))
    first, second = study.plan.thresholds
    assert first is not None
    assert second is not None
    assert 0.6 < first <= 0.95
    tasks, cheap, dear = (
        read_tasks(project=project),
        read_confidences(project, "cheap"),
        read_confidences(project, "dear"),
    )
    held_out = {pk for pk, row in tasks.items() if not is_calibration(row, TERMS)}
    wanted = {pk: 0 if cheap[pk] >= first else 1 if dear[pk] >= second else 2 for pk in held_out}
    assert study.routes == wanted
    assert study.calibration_items == TASKS - len(held_out)
    assert (study.held_out[0].kept, study.held_out[0].labelled) == (
        list(wanted.values()).count(0),
        list(wanted.values()).count(0),
    )
    assert study.held_out[0].disagreements == 0
    assert 1 < study.plan.cost < 100


def test_its_rater_takes_over_the_verdicts_and_never_rates_a_calibration_item(project: Project) -> None:
    study = study_cascade(project=project, terms=TERMS)
    cascade = form_cascade(project=project, name="both", terms=TERMS)
    assert fill_cascade(cascade=cascade) == Written(new=len(study.routes))
    said = {
        name: dict(
            Rating.objects.filter(annotation__rater__name=name).values_list("annotation__task", "code")
        )
        for name in ("cheap", "dear")
    }
    wanted = {
        task: (None, Absent.ABSTAINED.value)
        if place == 2
        else (said["cheap" if place == 0 else "dear"][task], None)
        for task, place in study.routes.items()
    }
    assert read_cascade(cascade) == wanted
    assert not any(is_calibration(read_tasks(project=project)[task], TERMS) for task in read_cascade(cascade))
    assert fill_cascade(cascade=cascade) == Written(unchanged=len(study.routes))


def test_its_thresholds_stay_and_its_verdicts_follow(project: Project) -> None:
    cascade = form_cascade(project=project, name="both", terms=TERMS)
    fill_cascade(cascade=cascade)
    task = next(task for task, (code, _) in read_cascade(cascade).items() if code is not None)
    Rating.objects.filter(annotation__task=task, annotation__rater__name__in=("cheap", "dear")).update(
        confidence=None
    )
    Rating.objects.filter(annotation__rater__name="people").update(code="second")
    assert fill_cascade(cascade=cascade).superseded == 1
    assert read_cascade(cascade)[task] == (None, Absent.ABSTAINED.value)
    again = form_cascade(project=project, name="both", terms=TERMS)
    assert (again.pk, again.thresholds) == (cascade.pk, cascade.thresholds)
    with pytest.raises(Conflict):
        form_cascade(project=project, name="both", terms=replace(TERMS, bound=0.3))
    with pytest.raises(Conflict):
        Cascade.objects.filter(pk=cascade.pk).update(bound=0.5)


def test_where_the_dear_judge_has_not_spoken_the_task_waits_for_it(project: Project) -> None:
    tasks = read_tasks(project=project)
    unsure = [pk for pk, sure in read_confidences(project, "cheap").items() if sure < 0.7]
    silent = next(pk for pk in unsure if not is_calibration(tasks[pk], TERMS))
    Annotation.objects.filter(task=silent, rater__name="dear").delete()
    study = study_cascade(project=project, terms=TERMS)
    assert study.waiting == (silent,)
    cascade = form_cascade(project=project, name="both", terms=TERMS)
    fill_cascade(cascade=cascade)
    assert silent not in read_cascade(cascade)


def test_a_promise_that_no_threshold_keeps_is_refused_by_name(project: Project) -> None:
    terms = replace(TERMS, bound=0.01)
    assert study_cascade(project=project, terms=terms).plan.undefined == "too_few_agreements"
    with pytest.raises(Invalid, match="too_few_agreements"):
        form_cascade(project=project, name="both", terms=terms)
    assert not Rater.objects.filter(kind=RaterKind.PANEL).exists()


def test_a_dear_judge_without_confidences_is_taken_at_its_word_but_for_ties(project: Project) -> None:
    ratings = Rating.objects.filter(annotation__rater__name="dear")
    ratings.update(confidence=None, code="first")
    tied = next(pk for pk, sure in read_confidences(project, "cheap").items() if sure < 0.7)
    ratings.filter(annotation__task=tied).update(code="tie")
    terms = replace(TERMS, seed=next(s for s in range(9) if not _keeps_apart(project, tied, s)))
    study = study_cascade(project=project, terms=terms)
    assert study.plan.thresholds[1] is not None
    assert study.left_to_people == [tied]


def _keeps_apart(project: Project, task: int, seed: int) -> bool:
    return is_calibration(read_tasks(project=project)[task], replace(TERMS, seed=seed))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cheap": "nobody"}, "cheap"),
        ({"cheap": "people"}, "cheap"),
        ({"cheap": "silent"}, "cheap"),
        ({"dear": "cheap"}, "dear"),
        ({"bound": 0}, "bound"),
        ({"bound": float("nan")}, "bound"),
        ({"delta": 1}, "delta"),
        ({"calibration_share": 1.0}, "calibration_share"),
        ({"seed": -1}, "seed"),
        ({"labels_by": "nobody"}, "labels_by"),
        ({"criterion": "beauty"}, "criterion"),
    ],
)
def test_what_is_no_cascade_is_refused_by_field(change: dict[str, object], field: str) -> None:
    small = make_field(tasks=1)
    for name, kind in (("people", RaterKind.PERSON), ("cheap", RaterKind.JUDGE), ("dear", RaterKind.JUDGE)):
        rate(small.tasks[0], make_rater(small.project, name, kind), "first")
    Rating.objects.filter(annotation__rater__name="cheap").update(confidence=0.9)
    make_rater(small.project, "silent", RaterKind.JUDGE)
    with pytest.raises(Invalid) as refused:
        study_cascade(project=small.project, terms=replace(TERMS, **change))  # type: ignore[arg-type]
    assert refused.value.faults[0].field == field


def test_a_cheap_judge_that_states_no_confidence_gives_nothing_to_choose_by() -> None:
    small = make_field(tasks=1)
    for name, kind in (("people", RaterKind.PERSON), ("cheap", RaterKind.JUDGE), ("dear", RaterKind.JUDGE)):
        rate(small.tasks[0], make_rater(small.project, name, kind), "first")
    with pytest.raises(Invalid, match="how sure"):
        study_cascade(project=small.project, terms=TERMS)
