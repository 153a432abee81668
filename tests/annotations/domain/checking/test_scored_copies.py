"""Worsened copies scored by themselves: asked blind of who scored the original long ago, and held against that."""

from itertools import pairwise
from typing import Any

import pytest

from annotations.domain.checking.gold import unmark_gold
from annotations.domain.checking.twins import approve_twin, list_ways_to_ask, propose_twins
from annotations.domain.planning.plan_tasks import plan_tasks
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.slots import open_slots
from annotations.domain.showing.blinding import blind_task
from annotations.domain.submitting.annotate import record_annotation
from annotations.domain.versions.rubric_versions import describe_rubric, make_version, read_version
from annotations.models import (
    Annotation,
    Assignment,
    Item,
    Project,
    Rater,
    Rubric,
    Slot,
    Task,
    TaskKind,
    Twin,
)
from annotations.queries.check_results import read_check_results
from annotations.queries.checked_answers import list_outcomes
from annotations.queries.checks import list_gold_left
from annotations.queries.rating_rows import explain_exclusion, read_ratings
from annotations.queries.scored_copies import Signs, list_checks_left, read_scored_results
from evalplatform.accounts.models import AuditEvent
from evalplatform.common.errors import Conflict, Invalid, Missing
from judges.queries.judged_tasks import list_fitting_tasks
from tests.annotations.domain.checking.test_degrading import ENGLISH
from tests.factories.ledger import (
    make_criterion,
    make_generation,
    make_item,
    make_pair_rubric,
    make_person,
    make_project,
    make_rubric,
    make_single_rubric,
    make_system,
    make_user,
    scale,
)

pytestmark = pytest.mark.database
SCORE = "good:clarity"


def make_material(long: int = 3, *, short: int = 0) -> Project:
    """Long answers that can be worsened, dealt first, and short ones that cannot, each scored by itself."""
    project = make_project("sky", gold_share=0.1, overlap=2)
    rubric = make_rubric(project, TaskKind.SINGLE, key="good")
    make_criterion(rubric, "clarity", values=scale(1, 2, 3, 4, 5), minimum=1, maximum=5)
    system = make_system(project, "alpha")
    for number in range(long + short):
        item = make_item(project, prompt=f"Why is the sky blue, {number}?")
        make_generation(item, system, f"{ENGLISH} {number}." if number < long else "So.")
    plan_tasks(project=project)
    open_slots(project=project)
    for rank, slot in enumerate(
        Slot.objects.filter(task__item__in=Item.objects.order_by("pk")[:long]), start=1
    ):
        Slot.objects.filter(pk=slot.pk).update(rank=rank)
    return project


def propose(project: Project, *kinds: str, count: int = 200, criterion: str = SCORE) -> list[Twin]:
    order: dict[str, Any] = {"kinds": kinds, "count": count, "seed": 1, "criterion": criterion}
    return propose_twins(project=project, actor=make_user(), **order)


def approve(project: Project, *kinds: str, count: int = 200, criterion: str = SCORE) -> list[Twin]:
    made = propose(project, *kinds, count=count, criterion=criterion)
    return [approve_twin(twin=twin, actor=make_user()) for twin in made]


def reload(rater: Rater) -> Rater:
    return Rater.objects.select_related("project").get(pk=rater.pk)


def work(rater: Rater, count: int, *, original: int = 3, copy: int = 3, **others: int) -> list[Assignment]:
    """Score so many tasks as they come; other criteria always the same."""
    done = []
    for _ in range(count):
        held = claim_assignment(rater=reload(rater))
        assert held is not None
        said = copy if held.task.state == "copy" else original
        content: Any = {
            "ratings": {"clarity": said, **others},
            "seconds": 2.0,
            "client_key": str(held.public_id),
        }
        record_annotation(assignment=held, **content)
        done.append(held)
    return done


def test_a_copy_is_asked_only_of_who_scored_its_original_fifty_answers_before() -> None:
    project = make_material(4, short=80)
    approve(project, "cut")
    rater, other = make_person(project), make_person(project)
    done = work(rater, 84)
    places = {held.task_id: place for place, held in enumerate(done)}
    copies = [held for held in done if held.task.state == "copy"]
    assert copies
    for held in copies:
        twin = Twin.objects.get(task=held.task_id)
        first = Task.objects.get(positions__generation=twin.generation_id)
        assert places[held.task_id] - places[first.pk] > 50
        assert (held.slot_id, held.repeat) == (None, 0)
        blind = blind_task(assignment=Assignment.objects.select_related("task__item").get(pk=held.pk))
        assert "twin" not in f"{blind}"
        assert "worsened" not in f"{blind}"
    assert len({held.task_id for held in copies}) == len(copies)
    assert set(list_checks_left(rater=reload(rater))).isdisjoint(held.task_id for held in copies)
    assert list_checks_left(rater=reload(other)) == []


def test_scores_are_held_against_the_same_rater_s_score_of_the_original() -> None:
    project = make_material(20, short=130)
    approve(project, "cut")
    good, bad = make_person(project), make_person(project)
    for rater, copy in ((good, 2), (bad, 4)):
        work(rater, 110, copy=copy)
    found = read_scored_results(project)
    signs = dict(found.raters)
    asked = {rater: rater.annotations.filter(task__state="copy").count() for rater in (good, bad)}
    assert min(asked.values()) >= 1
    assert signs == {good: Signs(asked[good], 0, 0), bad: Signs(0, 0, asked[bad])}
    assert (signs[good].lower.hits, signs[bad].lower.hits) == (asked[good], 0)
    assert found.kinds == (("cut", Signs(asked[good], 0, asked[bad])),)


def test_equal_scores_say_nothing_for_a_rater_nor_against() -> None:
    """Whoever gives everything the same is not told from one who was asked nothing."""
    same, mixed = Signs(0, 20, 0).lower, Signs(3, 20, 1).lower
    assert (same.hits, same.n, same.low, same.high) == (0, 0, 0, 1)
    assert (mixed.hits, mixed.n) == (3, 4)


def test_copies_of_one_original_are_each_held_against_its_score_on_their_own_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("annotations.queries.scored_copies.APART", 5)
    project = make_material(1, short=50)
    make_criterion(Rubric.objects.get(), "accuracy", values=scale(1, 2, 3, 4, 5), minimum=1, maximum=5)
    approve(project, "cut")
    approve(project, "noise", criterion="good:accuracy")
    work(make_person(project), 45, original=5, copy=4, accuracy=2)
    assert read_scored_results(project).kinds == (("cut", Signs(1, 0, 0)), ("noise", Signs(0, 1, 0)))


def test_copies_of_one_original_are_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotations.queries.scored_copies.APART", 15)
    project = make_material(1, short=60)
    approve(project, "cut", "noise", "padding")
    rater, left = make_person(project), []
    done = work(rater, 16)
    for _ in range(45):
        left.append(len(list_checks_left(rater=reload(rater))))
        done += work(rater, 1)
    left.append(len(list_checks_left(rater=reload(rater))))
    copies = [place for place, held in enumerate(done) if held.task.state == "copy"]
    assert len(copies) >= 2
    assert all(later - earlier > 15 for earlier, later in pairwise(copies))
    assert left[0] == 3  # all of them, until one is met
    assert {left[place - 16 + 1] for place in copies} == {0}


def test_a_copy_is_in_no_queue_no_figure_no_rule_and_no_run_of_a_judge() -> None:
    project = make_material(1, short=70)
    [twin] = approve(project, "cut")
    tasks = Task.objects.count()
    plan_tasks(project=project)
    open_slots(project=project)
    copy = Task.objects.get(state="copy")
    assert (Task.objects.count(), copy.slots.count(), twin.task) == (tasks, 0, copy)
    assert copy not in list_fitting_tasks(project.pk, "single")
    rater = make_person(project)
    work(rater, 71)
    assert Annotation.objects.get(task=copy).phase == "check"
    criterion = copy.rubric.criteria.get()
    rows = read_ratings(project=project, criteria=[criterion.pk])
    assert {row.task for row, reason in explain_exclusion(rows) if reason == "check"} == {copy.pk}
    assert list_outcomes(rater=reload(rater), ground="gold", after=0) == []
    assert read_check_results(project).raters == ()
    assert list_gold_left(rater=reload(make_person(project))) == []


def change(project: Project, **says: Any) -> Rubric:
    """The next version: other guidelines, the same question but for what it `says` otherwise."""
    newest = Rubric.objects.order_by("-version")[0]
    stated = describe_rubric(newest) | {"instructions": {"en": f"Read it {newest.version + 1} times."}} | says
    draft = read_version(rubric=newest, stated=stated)
    return make_version(rubric=newest, draft=draft, actor=make_user()).rubric


def test_a_new_version_asks_copies_by_its_own_words() -> None:
    project = make_material(1, short=70)
    [twin] = approve(project, "cut")
    made = change(project)
    twin.refresh_from_db()
    assert twin.task is not None
    assert (twin.task.rubric, twin.task.state) == (made, "copy")
    assert Task.objects.filter(item=twin.task.item).count() == 2
    plan_tasks(project=project)
    assert Task.objects.filter(item=twin.task.item).count() == 2
    rater = make_person(project)
    work(rater, 72)
    assert rater.annotations.get(task__state="copy").task == twin.task
    assert dict(read_scored_results(project).raters) == {rater: Signs(0, 1, 0)}
    again = change(project)
    assert Task.objects.filter(item=twin.task.item, rubric=again).count() == 1
    assert list_checks_left(rater=reload(rater)) == []
    assert dict(read_scored_results(project).raters) == {rater: Signs(0, 1, 0)}


def test_a_copy_is_not_asked_by_a_version_that_dropped_its_question() -> None:
    project = make_material(2)
    first, second = propose(project, "cut", count=2)
    task = approve_twin(twin=first, actor=make_user()).task
    asked = describe_rubric(Rubric.objects.get())["criteria"]
    change(project, criteria=[{**asked[0], "key": "depth"}])
    first.refresh_from_db()
    assert (first.task, Task.objects.filter(state="copy").count()) == (task, 1)
    with pytest.raises(Conflict, match="does not ask"):
        approve_twin(twin=second, actor=make_user())
    second.refresh_from_db()
    assert (second.state, second.task) == ("proposed", None)
    change(project, criteria=asked)
    first.refresh_from_db()
    assert first.task is not None
    assert (first.task.rubric.version, first.task.state) == (3, "copy")


def test_an_approved_copy_is_taken_back_under_all_versions() -> None:
    project = make_material(1, short=70)
    [twin] = approve(project, "cut")
    change(project)
    work(rater := make_person(project), 61)
    copies = Task.objects.filter(item__attributes__twin_kind="cut")
    assert set(list_checks_left(rater=reload(rater))) <= {twin.pk for twin in copies}
    unmark_gold(task=copies.latest("pk"), actor=make_user())
    assert list(copies.values_list("state", flat=True)) == ["withdrawn", "withdrawn"]
    twin.refresh_from_db()
    assert twin.state == "refused"
    assert list_checks_left(rater=reload(rater)) == []
    assert AuditEvent.objects.filter(action="unmark_gold").count() == 1
    change(project)
    assert not Task.objects.filter(state="copy").exists()


def test_an_original_that_was_scored_by_other_words_is_not_compared() -> None:
    project = make_material(1, short=70)
    Project.objects.update(gold_share=0)
    [twin] = approve(project, "cut")
    rater = make_person(project)
    work(rater, 71)
    assert twin.task is not None
    assert list_checks_left(rater=reload(rater)) == [twin.task.pk]
    change(project)
    assert list_checks_left(rater=reload(rater)) == []


def test_the_same_answer_may_be_copied_for_both_ways_to_ask_but_once_for_each() -> None:
    project = make_material(2)
    make_pair_rubric(project)
    assert [value for value, _ in list_ways_to_ask(project)] == ["", SCORE]
    assert len(propose(project, "cut")) == 2
    assert propose(project, "cut") == []
    assert len(propose_twins(project=project, kinds=["cut"], count=9, seed=1, actor=make_user())) == 2


@pytest.mark.parametrize("criterion", ["", "good", "good:", "good:nothing", "bad:clarity"])
def test_what_names_no_question_with_an_order_is_refused(criterion: str) -> None:
    project = make_material(1)
    with pytest.raises(Missing if criterion else Invalid):
        propose_twins(project=project, kinds=["cut"], count=1, seed=1, actor=make_user(), criterion=criterion)
    assert not Twin.objects.exists()


def test_nothing_else_is_asked_of_the_item_of_a_copy() -> None:
    """A pair's copy stands beside its original there: scored rubrics must not take both for new answers."""
    project = make_project("sea")
    make_pair_rubric(project)
    make_single_rubric(project, ["clarity"], key="good")
    for name in ("alpha", "omega"):
        make_generation(
            Item.objects.first() or make_item(project), make_system(project, name), f"{ENGLISH} {name}."
        )
    plan_tasks(project=project)
    [twin] = propose_twins(project=project, kinds=["cut"], count=1, seed=1, actor=make_user())
    approve_twin(twin=twin, actor=make_user())
    tasks = Task.objects.count()
    plan_tasks(project=project)
    assert Task.objects.count() == tasks == 4
