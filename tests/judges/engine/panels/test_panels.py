"""Panels: who may sit, what they say of what their members said, and what they never say."""

from random import Random
from typing import Any  # what pytest.approx compares with

import pytest

from annotations.models import (
    SPECIMEN,
    Annotation,
    Origin,
    Presentation,
    Project,
    RaterKind,
    Rating,
    Task,
    TaskKind,
)
from annotations.queries.rating_rows import read_tasks
from annotations.queries.rating_table import build_rating_table
from evalplatform.common.errors import Conflict, Invalid
from judges.engine.ledger.control import conclude_run
from judges.engine.panels import FOLDS, deal_fold, fill_due_panel, fill_panel, form_panel, ring_for_due_panels
from judges.engine.panels.derived import Written
from judges.engine.planning.plan import plan_run
from judges.engine.versions.register import create_judge
from judges.models import AttemptState, Panel, PanelMember
from tests.factories.judging import make_field, name_items
from tests.factories.ratings import make_rater, rate

pytestmark = pytest.mark.database
Sides = dict[str, str]


def make_pairs(tasks: int = 3) -> tuple[Project, list[Task]]:
    field = make_field(tasks=tasks)
    name_items(field.tasks)
    for name in ("ada", "bert", "cora"):
        make_rater(field.project, name, RaterKind.JUDGE)
    return field.project, field.tasks


def vote(task: Task, **sides: str) -> None:
    """A verdict of each judge, in the canonical order alone."""
    for name, side in sides.items():
        rate(task, task.project.raters.get(name=name, kind=RaterKind.JUDGE), side, order="0,1")


def form(
    project: Project, name: str = "three", members: tuple[str, ...] = ("ada", "bert", "cora"), **more: object
) -> Panel:
    return form_panel(project=project, name=name, members=members, **more)  # type: ignore[arg-type]


def read_panel(panel: Panel) -> dict[int, tuple[Any, Any]]:
    """What the panel says now: the side and its share of the votes, by task."""
    held = Rating.objects.filter(annotation__rater=panel.rater, annotation__is_current=True)
    return {
        task: (code, share)
        for task, code, share in held.values_list("annotation__task", "code", "confidence")
    }


def test_a_panel_says_what_most_of_its_members_say() -> None:
    project, (one, other, tied) = make_pairs()
    vote(one, ada="first", bert="first", cora="second")
    vote(other, ada="second", bert="tie", cora="second")
    vote(tied, ada="first", bert="second", cora="tie")
    panel = form(project)
    assert fill_panel(panel=panel) == Written(new=3)
    assert read_panel(panel) == {
        one.pk: ("first", pytest.approx(2 / 3)),
        other.pk: ("second", pytest.approx(2.5 / 3)),
        tied.pk: ("tie", None),
    }
    annotation = Annotation.objects.filter(rater=panel.rater).first()
    assert annotation is not None
    assert annotation.presentation == Presentation.MERGED


def test_a_member_that_changes_its_mind_with_the_order_votes_for_neither() -> None:
    project, (task, *_) = make_pairs()
    vote(task, ada="first", bert="first")
    cora = project.raters.get(name="cora")
    for order, side in (("0,1", "first"), ("1,0", "second")):
        rate(task, cora, side, order=order, presentation=Presentation.SHOWN)
    panel = form(project)
    fill_panel(panel=panel)
    assert read_panel(panel) == {task.pk: ("first", pytest.approx(2.5 / 3))}


def test_where_a_member_is_silent_so_is_the_panel_unless_a_quorum_is_enough() -> None:
    project, (task, *_) = make_pairs()
    vote(task, ada="first", bert="first")
    whole, quorum = form(project), form(project, "two of three", quorum=2)
    assert (fill_panel(panel=whole), fill_panel(panel=quorum)) == (Written(), Written(new=1))
    assert read_panel(quorum) == {task.pk: ("first", 1.0)}


def test_doing_it_again_changes_nothing() -> None:
    project, tasks = make_pairs()
    for task in tasks:
        vote(task, ada="first", bert="first", cora="second")
    panel = form(project)
    fill_panel(panel=panel)
    before = list(Annotation.objects.values_list("pk", "is_current"))
    assert fill_panel(panel=panel) == Written(unchanged=3)
    assert list(Annotation.objects.values_list("pk", "is_current")) == before


def test_a_changed_verdict_changes_the_panels_and_a_withdrawn_one_takes_it_back() -> None:
    project, (one, other, _) = make_pairs()
    for task in (one, other):
        vote(task, ada="first", bert="first", cora="second")
    panel = form(project)
    fill_panel(panel=panel)
    bert = Annotation.objects.get(task=one, rater__name="bert")
    rate(one, bert.rater, "second", order="0,1", supersedes=bert)
    Annotation.objects.filter(task=other, rater__name="ada").update(
        is_current=False, retracted_at=bert.created_at
    )
    assert fill_panel(panel=panel) == Written(superseded=1, retracted=1)
    assert read_panel(panel) == {one.pk: ("second", pytest.approx(2 / 3))}
    table = build_rating_table(project=project, criterion="overall", raters=["panel:three"])
    assert (len(table), table.excluded) == (1, {"retracted": 1, "superseded": 1})


def test_scores_are_averaged_and_names_go_by_the_plurality() -> None:
    field = make_field(TaskKind.SINGLE, tasks=2)
    criterion = field.rubric.criteria.first()
    assert criterion is not None
    for name, score in (("ada", 2), ("bert", 5)):
        rater = make_rater(field.project, name, RaterKind.JUDGE)
        for task in field.tasks:
            rate(task, rater, score, criterion=criterion)
    panel = form(field.project, members=("ada", "bert"))
    fill_panel(panel=panel)
    held = Rating.objects.filter(annotation__rater=panel.rater)
    assert list(held.values_list("number", "criterion")) == [(3.5, criterion.pk)] * 2


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (("yes", "no", "yes"), ("yes", None, pytest.approx(2 / 3))),
        (("yes", "no", "maybe"), (None, "abstained", None)),
    ],
)
def test_names_without_a_plurality_are_no_verdict(codes: tuple[str, ...], said: object) -> None:
    field = make_field(TaskKind.SINGLE, tasks=1)
    criterion = field.rubric.criteria.first()
    assert criterion is not None
    for name, code in zip(("ada", "bert", "cora"), codes, strict=True):
        rate(field.tasks[0], make_rater(field.project, name, RaterKind.JUDGE), code, criterion=criterion)
    type(criterion).objects.filter(pk=criterion.pk).update(level="nominal")
    panel = form(field.project)
    fill_panel(panel=panel)
    assert (
        Rating.objects.filter(annotation__rater=panel.rater).values_list("code", "absent", "confidence").get()
        == said
    )


def label(tasks: list[Task]) -> None:
    """A person, two judges who often say the same, and one who hardly ever does."""
    person, draw = make_rater(tasks[0].project, "paul"), Random(3)
    for number, task in enumerate(tasks):
        right, other = ("first", "second") if number % 2 else ("second", "first")
        rate(task, person, right)
        skills = {"ada": 0.85, "bert": 0.8, "cora": 0.1}
        vote(task, **{name: right if draw.random() < skill else other for name, skill in skills.items()})


def test_learnt_weights_leave_out_whom_people_never_agree_with_or_count_against_them() -> None:
    project, tasks = make_pairs(60)
    label(tasks)
    above, signed = (
        form(project, weights, weights=weights) for weights in ("cross_fitted", "cross_fitted_signed")
    )
    (held,), (with_signs,) = above.weights.values(), signed.weights.values()
    assert [len(fold) for fold in held] == [3] * FOLDS
    assert [fold[2] for fold in held] == [0.0] * FOLDS
    assert all(fold[2] < -0.2 for fold in with_signs)
    assert [fill_panel(panel=panel).new for panel in (above, signed)] == [60, 60]
    right = {task.pk: "first" if number % 2 else "second" for number, task in enumerate(tasks)}
    hits = [
        sum(side == right[pk] for pk, (side, _) in read_panel(panel).items()) for panel in (above, signed)
    ]
    assert hits[1] > hits[0]


def test_no_item_is_scored_by_weights_that_saw_its_label() -> None:
    """Labels of one fold turned round: the weights of that fold are the same, all others differ."""
    project, tasks = make_pairs(60)
    label(tasks)
    before = form(project, "before", weights="cross_fitted")
    rows = read_tasks(project=project)
    for task in tasks:
        if deal_fold(rows[task.pk], 0) == 2:
            labels = Rating.objects.filter(annotation__task=task, annotation__rater__name="paul")
            said = labels.get().code
            labels.update(code="first" if said == "second" else "second")
    after = form(project, "after", weights="cross_fitted")
    (one,), (other,) = before.weights.values(), after.weights.values()
    assert [one[fold] == other[fold] for fold in range(FOLDS)] == [fold == 2 for fold in range(FOLDS)]


def test_weights_stay_as_they_were_learnt_whatever_people_say_later() -> None:
    project, tasks = make_pairs(40)
    label(tasks[:30])
    panel = form(project, weights="cross_fitted")
    person = project.raters.get(name="paul")
    for task in tasks[30:]:
        rate(task, person, "first")
        vote(task, ada="second", bert="second", cora="first")
    fill_panel(panel=panel)
    again = form(project, weights="cross_fitted")
    assert (again.pk, again.weights) == (panel.pk, panel.weights)


def test_too_few_labels_teach_nothing() -> None:
    project, tasks = make_pairs(19)
    label(tasks)
    with pytest.raises(Invalid, match=r"20 labelled tasks .* there are 19"):
        form(project, weights="cross_fitted")
    assert not Panel.objects.exists()


def test_the_same_panel_asked_for_again_is_the_one_that_is_there_and_never_changes() -> None:
    project, (task, *_) = make_pairs()
    panel = form(project)
    assert form(project, members=("cora", "judge:ada", "bert")).pk == panel.pk
    with pytest.raises(Conflict):
        form(project, members=("ada", "bert"))
    with pytest.raises(Conflict):
        form(project, quorum=2)
    vote(task, ada="first", bert="first", cora="first")
    fill_panel(panel=panel)
    panel.refresh_from_db()
    panel.seed = 5
    with pytest.raises(Conflict):
        panel.save()
    with pytest.raises(Conflict):
        Panel.objects.filter(pk=panel.pk).update(weights={})
    with pytest.raises(Conflict):
        PanelMember.objects.filter(panel=panel).delete()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"members": ("ada",)}, "members"),
        ({"members": ("ada", "ada")}, "members"),
        ({"members": ("ada", "judge:ada")}, "members"),
        ({"members": ("ada", "nobody")}, "members"),
        ({"members": ("ada", "paul")}, "members"),
        ({"weights": "heavy"}, "weights"),
        ({"weights": "cross_fitted"}, "labels_by"),
        ({"quorum": 0}, "quorum"),
        ({"quorum": 4}, "quorum"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**70}, "seed"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\x00b"}, "name"),
    ],
)
def test_what_is_no_panel_is_refused_by_field(change: dict[str, object], field: str) -> None:
    project, _ = make_pairs()
    with pytest.raises(Invalid) as refused:
        form(project, **change)  # type: ignore[arg-type]
    assert refused.value.faults[0].field == field


def test_a_panel_with_a_simulated_or_weak_member_is_simulated_or_weak() -> None:
    project, _ = make_pairs()
    make_rater(project, "sim", RaterKind.JUDGE, origin=Origin.SIMULATED)
    make_rater(project, "weak specimen", RaterKind.JUDGE, attributes={SPECIMEN: True})
    assert form(project).rater.origin == Origin.LIVE
    assert form(project, "one", ("ada", "sim")).rater.origin == Origin.SIMULATED
    assert form(project, "two", ("ada", "weak specimen")).rater.attributes == {SPECIMEN: True}


def test_a_due_panel_is_found_without_a_bell_and_filled_once() -> None:
    project, (task, *_) = make_pairs()
    vote(task, ada="first", bert="first", cora="first")
    panel = form(project)
    assert ring_for_due_panels() == 1
    fill_due_panel(panel_id=panel.pk)
    assert len(read_panel(panel)) == 1
    assert ring_for_due_panels() == 0
    Annotation.objects.filter(rater=panel.rater).update(is_current=False)
    fill_due_panel(panel_id=panel.pk)  # a doubled message
    assert read_panel(panel) == {}
    fill_due_panel(panel_id=panel.pk + 1)  # of a panel that is gone


def test_a_run_that_ends_makes_the_panels_of_its_judge_due() -> None:
    field = make_field(tasks=2)
    judges = [
        create_judge(project=field.project, name=name, protocol="pair", builtin=name)
        for name in ("longest", "first")
    ]
    panel = form(field.project, members=("longest", "first"))
    assert fill_panel(panel=panel) == Written()
    for judge in judges:
        run = plan_run(project=field.project, judge=judge, wake=False)
        assert ring_for_due_panels() == 0
        for task in field.tasks:
            rate(task, judge.rater, "first", order="0,1")
        run.attempts.update(state=AttemptState.DONE)
        conclude_run(run_id=run.pk)
        assert ring_for_due_panels() == 1
        filled = fill_panel(panel=panel)
    assert filled == Written(new=2)
