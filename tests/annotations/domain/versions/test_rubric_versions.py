"""A new version of a rubric: unbegun tasks move with their places, begun ones stay, nothing is asked twice."""

from typing import Any  # a rubric as stated is JSON

import pytest
from django.db.models import Count

from annotations.domain.planning.plan_tasks import plan_tasks
from annotations.domain.planning.waves import WaveTerms, open_wave
from annotations.domain.projects.new_project import ProjectDraft, create_project
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.slots import open_slots
from annotations.domain.reading.remarks import add_remark
from annotations.domain.submitting.annotate import record_annotation
from annotations.domain.versions.rubric_versions import (
    NewVersion,
    describe_rubric,
    make_version,
    read_version,
)
from annotations.models import Project, RemarkKind, Rubric, Slot, SlotState, Task, TaskState, WaveTask
from evalplatform.accounts.models import AuditEvent, User
from evalplatform.common.errors import Conflict, Invalid
from judges.engine.planning.plan import plan_run
from judges.engine.versions.register import create_judge
from tests.factories.ledger import make_generation, make_item, make_person, make_system, make_user

pytestmark = pytest.mark.database
RUBRIC: dict[str, Any] = {
    "key": "quality",
    "task_kind": "single",
    "labels": {"en": "Quality", "de": "Güte"},
    "instructions": {"en": "Prefer the true answer."},
    "criteria": [
        {
            "key": "clarity",
            "task": "score",
            "level": "ordinal",
            "scale": [1, 3],
            "anchors": {"1": {"en": "dark"}},
        },
        {"key": "tone", "task": "label", "level": "nominal", "values": ["warm", "cold"], "required": False},
        {"key": "errors", "task": "spans", "severities": [{"value": "major", "labels": {"en": "Major"}}]},
    ],
}


@pytest.fixture
def ada() -> User:
    return make_user("ada")


@pytest.fixture
def project(ada: User) -> Project:
    """Six answers to be rated by two people each."""
    project = create_project(
        draft=ProjectDraft.read({"slug": "sky", "overlap": 2, "rubrics": [RUBRIC]}), user=ada
    )
    system = make_system(project)
    for _ in range(6):
        make_generation(make_item(project), system)
    plan_tasks(project=project)
    open_slots(project=project)
    return project


def change(rubric: Rubric, actor: User, **changed: Any) -> NewVersion:
    stated = {**describe_rubric(rubric), **changed}
    return make_version(rubric=rubric, draft=read_version(rubric=rubric, stated=stated), actor=actor)


def count_tasks(project: Project) -> dict[int, int]:
    versions = Task.objects.filter(project=project).values_list("rubric__version", flat=True)
    return {version: list(versions).count(version) for version in sorted(set(versions))}


def test_a_rubric_is_described_as_it_was_stated(project: Project) -> None:
    rubric = Rubric.objects.get()
    again = create_project(
        draft=ProjectDraft.read({"slug": "again", "rubrics": [describe_rubric(rubric)]}), user=make_user()
    )
    assert again.rubrics.get().content_hash == rubric.content_hash


def test_what_nobody_has_begun_moves_and_keeps_its_place(project: Project, ada: User) -> None:
    first, second = make_person(project), make_person(project)
    answered = claim_assignment(rater=first)
    assert answered is not None
    ratings = {"clarity": 2, "tone": "warm", "errors": []}
    record_annotation(assignment=answered, ratings=ratings, seconds=1.0, client_key="a")
    held = claim_assignment(rater=first)
    seen = claim_assignment(rater=second)
    assert held is not None
    assert seen is not None
    begun = {answered.task_id, held.task_id, seen.task_id}
    before = {task.pk: (task.public_id, task.rank) for task in Task.objects.all()}

    made = change(Rubric.objects.get(), ada, instructions={"en": "Prefer the clear answer."})

    moved = set(Task.objects.filter(rubric=made.rubric).values_list("pk", flat=True))
    assert moved == set(before) - begun
    assert (made.rubric.version, made.moved, made.staying) == (2, len(moved), len(begun))
    assert {task.pk: (task.public_id, task.rank) for task in Task.objects.all()} == before
    assert Slot.objects.count() == 12
    event = AuditEvent.objects.get(action="make_rubric_version")
    open_tasks = {"moved": len(moved), "anew": 0, "staying": len(begun)}
    assert event.details == {"version": 2, **open_tasks, "kept": 0, "waiting": 0}


def test_begun_tasks_are_not_asked_again_by_the_new_version(project: Project, ada: User) -> None:
    held = claim_assignment(rater=make_person(project))
    assert held is not None
    change(Rubric.objects.get(), ada, instructions={"en": "Prefer the clear answer."})
    assert count_tasks(project) == {1: 1, 2: 5}

    assert plan_tasks(project=project) == 0
    make_generation(held.task.item, make_system(project))
    assert plan_tasks(project=project) == 1
    assert count_tasks(project) == {1: 1, 2: 6}
    change(Rubric.objects.get(version=2), ada, instructions={"en": "Prefer the short answer."})
    assert plan_tasks(project=project) == 0
    assert count_tasks(project) == {1: 1, 3: 6}


def test_people_are_dealt_the_new_version_next(project: Project, ada: User) -> None:
    change(Rubric.objects.get(), ada, instructions={"en": "Prefer the clear answer."})
    dealt = claim_assignment(rater=make_person(project))
    assert dealt is not None
    assert dealt.task.rubric.instructions == {"en": "Prefer the clear answer."}


def test_what_a_judge_was_asked_stays(project: Project, ada: User) -> None:
    judge = create_judge(project=project, name="longest", protocol="single", builtin="length")
    plan_run(project=project, judge=judge, limit=2, wake=False)
    made = change(Rubric.objects.get(), ada, instructions={"en": "Prefer the clear answer."})
    assert (made.moved, made.staying) == (4, 2)


def test_what_only_judges_met_can_be_asked_anew(project: Project, ada: User) -> None:
    judge = create_judge(project=project, name="longest", protocol="single", builtin="length")
    plan_run(project=project, judge=judge, wake=False)
    held = claim_assignment(rater=make_person(project))
    assert held is not None
    old = Rubric.objects.get()
    stated = {**describe_rubric(old), "instructions": {"en": "Prefer the clear answer."}}
    draft = read_version(rubric=old, stated=stated)
    made = make_version(rubric=old, draft=draft, actor=ada, is_judged_anew=True)

    assert (made.moved, made.anew, made.staying) == (0, 5, 1)
    places = Slot.objects.exclude(state=SlotState.WITHDRAWN)
    assert list(places.values_list("task__rubric__version").annotate(n=Count("pk")).order_by("n")) == [
        (1, 2),
        (2, 10),
    ]
    for task in Task.objects.filter(rubric=made.rubric):
        twin = Task.objects.get(rubric=old, item=task.item)
        assert (task.rank, task.kind, task.state) == (twin.rank, twin.kind, TaskState.OPEN)
        assert list(task.generations.all()) == list(twin.generations.all())
    assert (plan_tasks(project=project), open_slots(project=project)) == (0, 0)
    dealt = claim_assignment(rater=make_person(project))
    assert dealt is not None
    assert dealt.task.rubric in (old, made.rubric)


def test_tasks_of_a_wave_are_not_asked_anew(project: Project, ada: User) -> None:
    judge = create_judge(project=project, name="longest", protocol="single", builtin="length")
    plan_run(project=project, judge=judge, wake=False)
    open_wave(project=project, terms=WaveTerms(size=6), actor=ada)
    old = Rubric.objects.get()
    draft = read_version(rubric=old, stated={**describe_rubric(old), "labels": {"en": "Worth"}})
    made = make_version(rubric=old, draft=draft, actor=ada, is_judged_anew=True)
    assert (made.moved, made.anew, made.staying) == (0, 0, 6)


def test_a_remark_and_a_lease_that_ran_out_are_beginnings(project: Project, ada: User) -> None:
    held = claim_assignment(rater=make_person(project))
    assert held is not None
    add_remark(assignment=held, kind=RemarkKind.FLAG, text="The text is cut.")
    held.delete()
    made = change(Rubric.objects.get(), ada, instructions={"en": "Prefer the clear answer."})
    assert (made.moved, made.staying) == (5, 1)


def test_withdrawn_tasks_stay_and_undealable_ones_move(project: Project, ada: User) -> None:
    first, second = Task.objects.order_by("pk")[:2]
    Task.objects.filter(pk=first.pk).update(state=TaskState.WITHDRAWN)
    Task.objects.filter(pk=second.pk).update(state=TaskState.UNDEALABLE)
    made = change(Rubric.objects.get(), ada, instructions={"en": "Prefer the clear answer."})
    assert (made.moved, made.staying) == (5, 0)
    assert set(Task.objects.filter(rubric__version=1)) == {first}


def test_a_wave_keeps_its_draws(project: Project, ada: User) -> None:
    open_wave(project=project, terms=WaveTerms(size=6), actor=ada)
    drawn = set(WaveTask.objects.values_list("task", "probability", "is_drawn"))
    made = change(Rubric.objects.get(), ada, instructions={"en": "Prefer the clear answer."})
    assert made.moved == 6
    assert set(WaveTask.objects.values_list("task", "probability", "is_drawn")) == drawn


def test_the_same_words_make_no_version(project: Project, ada: User) -> None:
    rubric = Rubric.objects.get()
    with pytest.raises(Conflict, match="Version 1 says the same"):
        change(rubric, ada)
    second = change(rubric, ada, labels={"en": "Clarity"}).rubric
    with pytest.raises(Conflict, match="Version 1 says the same"):
        change(second, ada, labels=rubric.labels)
    assert Rubric.objects.count() == 2


def test_only_the_newest_version_has_a_next_one(project: Project, ada: User) -> None:
    rubric = Rubric.objects.get()
    change(rubric, ada, labels={"en": "Clarity"})
    with pytest.raises(Conflict, match="newer version"):
        change(rubric, ada, labels={"en": "Truth"})


@pytest.mark.parametrize(
    "other",
    [
        {"key": "clarity", "task": "score", "level": "ordinal", "scale": [1, 5]},
        {"key": "clarity", "task": "score", "level": "interval", "scale": [1, 3]},
        {"key": "clarity", "task": "label", "level": "ordinal", "values": ["1", "2", "3"]},
    ],
)
def test_another_scale_needs_another_key(project: Project, ada: User, other: dict[str, Any]) -> None:
    rubric = Rubric.objects.get()
    with pytest.raises(Invalid) as caught:
        change(rubric, ada, criteria=[other])
    assert [fault.field for fault in caught.value.faults] == ["criteria[0].key"]
    made = change(rubric, ada, criteria=[{**other, "key": "clearness"}])
    assert [each.key for each in made.rubric.criteria.all()] == ["clearness"]
    with pytest.raises(Invalid):  # the first version's answers are still there
        change(made.rubric, ada, criteria=[other])


def test_key_and_kind_stay(project: Project) -> None:
    rubric = Rubric.objects.get()
    criteria = [{"key": "overall", "task": "pairwise"}]
    for field, stated in (
        ("task_kind", {"task_kind": "pair", "criteria": criteria}),
        ("key", {"key": "other", "criteria": RUBRIC["criteria"]}),
    ):
        with pytest.raises(Invalid) as caught:
            read_version(rubric=rubric, stated=stated)
        assert [fault.field for fault in caught.value.faults] == [field]


def test_faults_are_named_by_their_place(project: Project) -> None:
    with pytest.raises(Invalid) as caught:
        read_version(rubric=Rubric.objects.get(), stated={"criteria": [{"key": "a", "task": "sing"}, 7]})
    assert [fault.field for fault in caught.value.faults] == ["criteria[0].task", "criteria[1]"]


def test_keys_of_an_imported_study_stay_legal(project: Project, ada: User) -> None:
    rubric = Rubric.objects.get()
    rubric.criteria.filter(key="tone").update(key="тон")
    made = change(rubric, ada, labels={"en": "Clarity"})
    assert [each.key for each in made.rubric.criteria.all()] == ["clarity", "тон", "errors"]


def test_how_questions_are_asked_is_described_as_it_was_stated(project: Project, ada: User) -> None:
    assert "one_at_a_time" not in describe_rubric(Rubric.objects.get())
    made = change(Rubric.objects.get(), ada, one_at_a_time=True).rubric
    assert describe_rubric(made)["one_at_a_time"] is True
    kept = change(made, ada, instructions={"en": "Prefer the clear answer."}).rubric
    assert kept.one_at_a_time
    with pytest.raises(Conflict):
        change(kept, ada)
