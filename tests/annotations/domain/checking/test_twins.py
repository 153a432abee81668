"""Worsened copies: looked at before they are asked, asked blind, and kept out of figures."""

import pytest

from annotations.domain.checking.gold import unmark_gold
from annotations.domain.checking.twins import approve_twin, propose_twins, refuse_twin
from annotations.domain.planning.plan_tasks import plan_tasks
from annotations.domain.queue.slots import open_slots
from annotations.domain.showing.blinding import blind_task
from annotations.models import Annotation, Assignment, Item, Project, Task, Twin
from annotations.queries.rating_rows import explain_exclusion, read_ratings
from annotations.queries.twins import read_twin_results
from evalplatform.accounts.models import AuditEvent
from evalplatform.common.errors import Conflict, Invalid
from judges.queries.judged_tasks import list_fitting_tasks
from tests.annotations.domain.checking.test_degrading import ENGLISH
from tests.annotations.domain.queue.test_qualify import answer, claim
from tests.factories.ledger import (
    make_generation,
    make_item,
    make_pair_rubric,
    make_person,
    make_project,
    make_system,
    make_user,
)

pytestmark = pytest.mark.database


def make_material(count: int = 3, *, tasks: int = 0) -> Project:
    """A project with pairs of long answers."""
    project = make_project("sky", gold_share=0.1)
    make_pair_rubric(project)
    systems = make_system(project, "alpha"), make_system(project, "omega")
    for number in range(count + tasks):
        item = make_item(project, prompt=f"Why is the sky blue, {number}?")
        for system in systems:
            make_generation(item, system, f"{ENGLISH} {number} {system.name}." if number < count else "So.")
    plan_tasks(project=project)
    open_slots(project=project)
    return project


def propose(project: Project, *kinds: str, count: int = 2, seed: int = 1) -> list[Twin]:
    return propose_twins(project=project, kinds=kinds, count=count, seed=seed, actor=make_user())


def test_copies_are_proposed_by_seed_and_ask_nothing_of_anybody() -> None:
    project = make_material()
    tasks = Task.objects.count()
    made = propose(project, "cut", "noise")
    assert sorted(twin.kind for twin in made) == ["cut", "cut", "noise", "noise"]
    assert all(twin.text != twin.generation.text for twin in made)
    assert (Task.objects.count(), Item.objects.count()) == (tasks, 3)
    chosen = {(twin.generation_id, twin.kind, twin.text) for twin in made}
    Twin.objects.all().delete()
    assert {(twin.generation_id, twin.kind, twin.text) for twin in propose(project, "cut", "noise")} == chosen


def test_the_same_answer_is_copied_once_in_each_way_and_copies_are_not_copied() -> None:
    project = make_material()
    first = propose(project, "cut", count=200)
    assert len(first) == 6
    approve_twin(twin=first[0], actor=make_user())
    assert propose(project, "cut", count=200) == []


def test_an_approved_copy_is_a_check_whose_original_is_expected_to_win() -> None:
    project = make_material(tasks=20)
    [twin] = propose(project, "cut", count=1)
    actor = make_user()
    approve_twin(twin=twin, actor=actor)
    task = Task.objects.get(state="twin")
    assert task.item.attributes["twin_of"] == twin.generation.item.key
    expected = Annotation.objects.get(task=task)
    assert expected.phase == "check"
    winner = {"first": 0, "second": 1}[str(expected.ratings.get().code)]
    assert task.positions.get(position=winner).generation.text == twin.generation.text
    assert AuditEvent.objects.filter(action="approve_twin", actor=actor).count() == 1
    with pytest.raises(Conflict):
        refuse_twin(twin=twin, actor=actor)


def test_raters_meet_copies_among_other_tasks_and_are_counted_on_them() -> None:
    project = make_material(tasks=40)
    for twin in propose(project, "cut", "padding", count=2):
        approve_twin(twin=twin, actor=make_user())
    good, bad = make_person(project), make_person(project)
    for rater in (good, bad):
        for _ in range(43):
            held = claim(rater)
            blind = blind_task(assignment=Assignment.objects.select_related("task__item").get(pk=held.pk))
            assert "twin" not in f"{blind}"
            answer(held, right=rater == good)
    results = read_twin_results(project)
    shares = dict(results.raters)
    assert set(shares) == {good, bad}
    assert (shares[good].hits, shares[bad].hits) == (shares[good].n, 0)
    assert min(shares[good].n, shares[bad].n) >= 2
    assert sum(share.n for _, share in results.kinds) == shares[good].n + shares[bad].n
    assert {kind for kind, _ in results.kinds} <= {"cut", "padding"}


def test_a_copy_is_in_no_queue_no_figure_and_no_run_of_a_judge() -> None:
    project = make_material()
    [twin] = propose(project, "cut", count=1)
    approve_twin(twin=twin, actor=make_user())
    plan_tasks(project=project)
    open_slots(project=project)
    task = Task.objects.get(state="twin")
    assert Task.objects.count() == 4
    assert task.slots.count() == 0
    assert task not in list_fitting_tasks(project.pk, "pair")
    criterion = task.rubric.criteria.get()
    rows = read_ratings(project=project, criteria=[criterion.pk])
    assert {reason for _, reason in explain_exclusion(rows)} == {"check"}


def test_a_copy_whose_known_answer_is_withdrawn_is_asked_of_nobody() -> None:
    project = make_material()
    [twin] = propose(project, "cut", count=1)
    approve_twin(twin=twin, actor=make_user())
    task = Task.objects.get(state="twin")
    unmark_gold(task=task, actor=make_user())
    assert Task.objects.get(pk=task.pk).state == "withdrawn"
    assert Twin.objects.get(task=task).state == "refused"


def test_a_refused_copy_is_not_made_again() -> None:
    project = make_material(1)
    for twin in propose(project, "cut", count=9):
        refuse_twin(twin=twin, actor=make_user())
    assert propose(project, "cut", count=9) == []
    assert Task.objects.filter(state="twin").count() == 0


@pytest.mark.parametrize(
    ("kinds", "count", "seed"), [((), 1, 1), (("x",), 1, 1), (("cut",), 0, 1), (("cut",), 1, -1)]
)
def test_wrong_orders_are_refused(kinds: tuple[str, ...], count: int, seed: int) -> None:
    with pytest.raises(Invalid):
        propose(make_material(), *kinds, count=count, seed=seed)


def test_without_pairs_there_are_no_copies() -> None:
    with pytest.raises(Invalid, match="No pairs"):
        propose(make_project(), "cut")
