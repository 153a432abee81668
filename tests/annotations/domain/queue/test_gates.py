"""A task that asks for a language or skills is dealt to those who have them, and to nobody else."""

import os
from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.domain.checking.gold import mark_gold
from annotations.domain.people.leaving import erase_account
from annotations.domain.people.skills import set_skills, state_languages
from annotations.domain.planning.waves import WaveTerms, open_wave
from annotations.domain.queue.ahead import claim_ahead
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.gates import MOST_GATES
from annotations.domain.studies.writer import StudyWriter
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import (
    Annotation,
    Assignment,
    HeldSkill,
    Phase,
    Project,
    Rater,
    RaterKind,
    ReadLanguage,
    Rubric,
    Slot,
    Task,
    WaveTask,
)
from annotations.queries.gates import Demand, list_barred, list_passed, list_stranded
from annotations.queries.open_slots import WorkLeft, count_work_left, find_last_free_rank
from evalplatform.accounts.models import AuditEvent
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Exhausted, Invalid
from evalplatform.common.language_tags import covers
from tests.factories.batches import store_batch
from tests.factories.gated import ask_for, make_reader
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project, make_user
from tests.factories.ratings import make_rater
from tests.factories.studies import Json, generation

pytestmark = pytest.mark.database


@pytest.fixture
def project() -> Project:
    return make_project("sky", overlap=1)


@pytest.fixture
def rubric(project: Project) -> Rubric:
    return make_pair_rubric(project)


def claim(rater: Rater) -> Assignment:
    held = claim_assignment(rater=rater)
    assert held is not None
    return held


def answer(held: Assignment) -> bool:
    return record_annotation(
        assignment=held, ratings={"overall": "first"}, seconds=1, client_key=str(held.public_id)
    ).counted


def test_whoever_does_not_read_the_language_is_dealt_what_comes_after_it(
    project: Project, rubric: Rubric
) -> None:
    russian = ask_for(make_pair_task(project, rubric), "ru")
    free = make_pair_task(project, rubric)
    nobody, reader = make_reader(project), make_reader(project, "ru")

    assert claim(nobody).task_id == free.pk
    assert claim(reader).task_id == russian.pk
    answer(Assignment.objects.get(rater=nobody))
    assert claim_assignment(rater=nobody) is None  # and not "come back later": it will never be theirs


def test_all_skills_are_needed(project: Project, rubric: Rubric) -> None:
    task = ask_for(make_pair_task(project, rubric), skills=("law", "medicine"))
    assert claim_assignment(rater=make_reader(project, skills=["law"])) is None
    assert claim(make_reader(project, skills=["medicine", "law", "chess"])).task_id == task.pk


@pytest.mark.parametrize(
    ("read", "asked"),
    [
        ("pt", "pt-BR"), ("pt-BR", "pt"), ("pt-BR", "pt-BR"), ("pt-BR", "pt-PT"), ("en", "e"), ("zh-Hans", "zh-Hant"),
        ("en", "enm"), ("enm", "en"),
    ],
)  # fmt: skip
def test_a_language_passes_in_the_database_as_it_does_in_words(
    project: Project, rubric: Rubric, read: str, asked: str
) -> None:
    ask_for(make_pair_task(project, rubric), asked)
    assert (list_passed(rater=make_reader(project, read)) == [0, 1]) is covers(read, asked)
    assert covers("pt", "pt-BR")
    assert not covers("en", "enm")


def test_a_skill_of_another_project_is_none_here(project: Project, rubric: Rubric) -> None:
    ask_for(make_pair_task(project, rubric), skills=["law"])
    elsewhere = make_project()
    rater = make_reader(project)
    own = Rater.objects.create(project=elsewhere, kind="person", name="elsewhere", user=rater.user)
    set_skills(rater=own, names=["law"], actor=None)
    assert claim_assignment(rater=rater) is None


def test_a_claim_in_a_gated_project_asks_the_database_no_more(project: Project, rubric: Rubric) -> None:
    for _ in range(3):
        make_pair_task(project, rubric)
    first = make_reader(project)
    with CaptureQueriesContext(connection) as before:
        claim(first)
    ask_for(make_pair_task(project, rubric), "ru", ["law"])
    reader = make_reader(project, "ru", skills=["law"])
    with CaptureQueriesContext(connection) as after:
        claim(reader)
    assert len(after) == len(before)


@pytest.mark.skipif("postgres" in os.environ.get("DATABASE_URL", ""), reason="reads SQLite's own plan")
def test_the_head_of_each_queue_is_read_through_the_index(project: Project, rubric: Rubric) -> None:
    ask_for(make_pair_task(project, rubric), "ru")
    with CaptureQueriesContext(connection) as queries:
        claim(make_reader(project, "ru"))
    (dealing,) = [q["sql"] for q in queries if "ORDER BY slot.rank" in q["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {dealing}")
        plan = [row[3] for row in cursor.fetchall()]
    heads = [step for step in plan if "slot_free_by_gate" in step]
    assert heads == ["SEARCH slot USING INDEX slot_free_by_gate (project_id=? AND gate=? AND rank>?)"]
    assert "SEARCH slot USING INTEGER PRIMARY KEY (rowid=?)" in plan
    assert not [step for step in plan if step.startswith("SCAN slot")]


def test_what_lies_behind_the_gates_of_others_costs_nothing(project: Project, rubric: Rubric) -> None:
    """The index entries of other gates are not even read: the plan begins at the gate."""
    for _ in range(30):
        ask_for(make_pair_task(project, rubric), "de")
    last = ask_for(make_pair_task(project, rubric), "ru")
    reader = make_reader(project, "ru")
    assert claim(reader).task_id == last.pk
    assert count_work_left(rater=Rater.objects.select_related("project").get(pk=reader.pk)) == WorkLeft(
        0, more=False
    )
    assert find_last_free_rank(project.pk) == max(
        Slot.objects.filter(state="free").values_list("rank", flat=True)
    )


def test_places_of_all_that_is_passed_count_as_left(project: Project, rubric: Rubric) -> None:
    for language in ("ru", "ru", "de", ""):
        task = make_pair_task(project, rubric, overlap=2)
        if language:
            ask_for(task, language)
    assert count_work_left(rater=make_reader(project, "ru")) == WorkLeft(3, more=False)
    assert count_work_left(rater=make_reader(project)) == WorkLeft(1, more=False)


def test_whoever_learns_to_read_finds_what_they_were_not_dealt_before(
    project: Project, rubric: Rubric
) -> None:
    behind = ask_for(make_pair_task(project, rubric), "ru")
    make_pair_task(project, rubric)
    rater = make_reader(project)
    answer(claim(rater))
    assert claim_assignment(rater=rater) is None  # and rests
    assert rater.user is not None
    state_languages(user=rater.user, tags=["ru"])
    assert claim(rater).task_id == behind.pk


def test_who_loses_a_skill_loses_the_task_in_hand_and_a_late_answer_does_not_count(
    project: Project, rubric: Rubric
) -> None:
    first, second = (ask_for(make_pair_task(project, rubric), skills=["law"]) for _ in range(2))
    free = make_pair_task(project, rubric)
    rater, other = make_reader(project, skills=["law"]), make_reader(project, skills=["law"])
    held = claim(rater)
    assert claim_ahead(rater=rater, beside=held.public_id) is not None
    set_skills(rater=rater, names=[], actor=make_user())

    assert claim(rater).task_id == free.pk
    assert (
        sorted(Slot.objects.filter(task__in=[first, second]).values_list("state", flat=True)) == ["free"] * 2
    )
    answer(Assignment.objects.get(rater=rater, state="live"))
    while taken := claim_assignment(rater=other):
        answer(taken)
    assert not answer(Assignment.objects.get(pk=held.pk))
    assert Annotation.objects.get(rater=rater, task=held.task).phase == Phase.SURPLUS


def test_the_task_ahead_passes_too(project: Project, rubric: Rubric) -> None:
    make_pair_task(project, rubric)
    ask_for(make_pair_task(project, rubric), "ru")
    after = make_pair_task(project, rubric)
    rater = make_reader(project)
    ahead = claim_ahead(rater=rater, beside=claim(rater).public_id)
    assert ahead is not None
    assert ahead.task_id == after.pk


def test_a_check_in_a_foreign_language_is_not_asked(project: Project, rubric: Rubric) -> None:
    Project.objects.update(gold_share=0.1)
    gold = ask_for(make_pair_task(project, rubric), "ru")
    mark_gold(task=gold, ratings={"overall": "first"}, actor=make_user())
    for _ in range(45):
        make_pair_task(project, rubric, overlap=2)
    rater, reader = make_reader(project), make_reader(project, "ru")
    for person in (rater, reader):
        for _ in range(22):
            answer(claim(Rater.objects.select_related("project").get(pk=person.pk)))
    met = Annotation.objects.filter(task=gold, rater__kind="person").values_list("rater", flat=True)
    assert list(met) == [reader.pk]


def test_who_waits_for_work_of_others_waits_for_their_own_kind_only(project: Project, rubric: Rubric) -> None:
    ask_for(make_pair_task(project, rubric), "ru")
    holder, reader, other = make_reader(project, "ru"), make_reader(project, "ru"), make_reader(project)
    claim(holder)
    with pytest.raises(Exhausted):
        claim_assignment(rater=reader)
    assert claim_assignment(rater=other) is None


def test_tasks_that_nobody_may_be_dealt_are_told(project: Project, rubric: Rubric) -> None:
    for _ in range(2):
        ask_for(make_pair_task(project, rubric), "ru")
    ask_for(make_pair_task(project, rubric), skills=["law"])
    rater = make_reader(project, skills=["law"])
    assert list_stranded(project) == [Demand("ru", (), 2)]
    assert list_barred(rater=rater) == [Demand("ru", ())]
    reader = make_reader(project, "ru-RU")
    assert list_stranded(project) == []
    Rater.objects.filter(pk=reader.pk).update(deactivated_at=database_now())
    assert list_stranded(project) == [Demand("ru", (), 2)]


def test_a_wave_draws_tasks_whoever_may_rate_them(project: Project, rubric: Rubric) -> None:
    for _ in range(4):
        ask_for(make_pair_task(project, rubric), "ru")
        make_pair_task(project, rubric)
    open_wave(project=project, terms=WaveTerms(size=4), actor=None)
    assert set(WaveTask.objects.values_list("probability", flat=True)) == {0.5}


def test_skills_leave_a_trail_and_only_changes_do(project: Project) -> None:
    rater, actor = make_person(project), make_user()
    assert set_skills(rater=rater, names=["law ", "chess"], actor=actor) == ("chess", "law")
    set_skills(rater=rater, names=["law", "chess"], actor=actor)
    set_skills(rater=rater, names=["law"], actor=actor)
    told = AuditEvent.objects.filter(action__endswith="_skill").order_by("pk")
    assert [(event.action, event.details["skill"]) for event in told] == [
        ("grant_skill", "chess"),
        ("grant_skill", "law"),
        ("take_skill", "chess"),
    ]
    assert {event.target_id for event in told} == {str(rater.public_id)}


def test_names_and_tags_that_are_none_are_refused(project: Project) -> None:
    rater = make_person(project)
    assert rater.user is not None
    for name in ("", "a,b", "x" * 61, "a\0b"):
        with pytest.raises(Invalid):
            set_skills(rater=rater, names=[name], actor=None)
    for tag in ("", "r", "русский", "en_US", "x" * 36):
        with pytest.raises(Invalid):
            state_languages(user=rater.user, tags=[tag])
    with pytest.raises(Conflict):
        set_skills(rater=make_rater(project, "judge", kind=RaterKind.JUDGE), names=["law"], actor=None)
    assert state_languages(user=rater.user, tags=["PT-br", "zh-hant", "ru"]) == ("pt-BR", "ru", "zh-Hant")


def test_an_erased_account_says_nothing_of_itself_any_more(project: Project) -> None:
    rater = make_reader(project, "ru", skills=["law"])
    assert rater.user is not None
    erase_account(user=rater.user, actor=None)
    assert not ReadLanguage.objects.exists()
    assert not HeldSkill.objects.exists()


def test_items_of_a_batch_bring_their_gates_with_them(project: Project, rubric: Rubric) -> None:
    items: list[Json] = [
        {"item_id": "a", "prompt": "Why?", "needs_language": "RU", "needs_skills": ["law"]},
        {"item_id": "b", "prompt": "Why?", "needs_skills": "law", "needs_language": "ru"},
        {"item_id": "c", "prompt": "Why?"},
    ]
    answers = [generation(item_id=key, system=system) for key in "abc" for system in ("alpha", "beta")]
    store_batch(project, items, answers)
    assert dict(Task.objects.values_list("item__key", "gate")) == {"a": 1, "b": 1, "c": 0}
    assert dict(Slot.objects.values_list("task__item__key", "gate")) == {"a": 1, "b": 1, "c": 0}
    assert list_stranded(Project.objects.get()) == [Demand("ru", ("law",), 2)]
    store_batch(project, items, answers)
    with pytest.raises(Invalid, match="differs"):
        store_batch(project, [{"item_id": "c", "prompt": "Why?", "needs_language": "ru"}], [])


def test_a_study_folder_says_what_its_items_ask_for(project: Project) -> None:
    items: list[Json] = [
        {"item_id": "a", "prompt": "Why?", "needs_language": "RU", "needs_skills": "law; chess", "odd": 1},
        {"item_id": "b", "prompt": "Why?", "needs_language": "pt-BR", "needs_skills": []},
    ]
    store_batch(project, items, [])
    assert list(StudyWriter(Project.objects.get()).items()) == items


@pytest.mark.parametrize(
    "needs",
    [{"needs_language": 7}, {"needs_language": "english!"}, {"needs_skills": 7}, {"needs_skills": [7]}],
)
def test_needs_that_are_none_are_refused_with_their_field(project: Project, needs: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        store_batch(project, [{"item_id": "a", "prompt": "Why?", **needs}], [])
    assert [fault.field for fault in refused.value.faults] == list(needs)


def test_a_project_has_no_more_gates_than_a_claim_can_look_at(project: Project) -> None:
    items: list[Json] = [
        {"item_id": f"i{n}", "prompt": "Why?", "needs_skills": f"skill {n}"} for n in range(MOST_GATES + 1)
    ]
    with pytest.raises(Invalid, match="64"):
        store_batch(project, items, [])
    store_batch(project, items[:-1], [])


ASKS = [("", ()), ("ru", ()), ("pt-BR", ()), ("", ("law",)), ("ru", ("law",)), ("de", ("law", "chess"))]
PEOPLE = [((), ()), (("ru",), ()), (("pt", "de"), ("law",)), (("ru", "de"), ("law", "chess"))]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=st.lists(st.sampled_from(ASKS), min_size=1, max_size=6),
    held=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4),
    overlap=st.integers(1, 3),
    order=st.randoms(use_true_random=False),
)
def test_every_task_gets_as_many_as_it_should_of_those_who_may(
    asked: list[tuple[str, tuple[str, ...]]],
    held: list[tuple[tuple[str, ...], tuple[str, ...]]],
    overlap: int,
    order: Random,
) -> None:
    """None over, none short: as many answers as there are places, or people who pass where those are fewer."""
    project = make_project(overlap=overlap)
    rubric = make_pair_rubric(project)
    tasks = [make_pair_task(project, rubric, overlap=overlap) for _ in asked]
    for task, (language, skills) in zip(tasks, asked, strict=True):
        if language or skills:
            ask_for(task, language, skills)
    raters = [make_reader(project, *languages, skills=skills) for languages, skills in held]
    working, moment = list(raters), database_now()
    while working:
        rater = order.choice(working)
        moment += timedelta(seconds=1)
        taken = claim_assignment(rater=rater, now=moment)
        if taken is None:
            working.remove(rater)
        else:
            answer(taken)
    for task, (language, skills) in zip(tasks, asked, strict=True):
        may = {
            rater.pk
            for rater, (languages, has) in zip(raters, held, strict=True)
            if (not language or any(covers(tag, language) for tag in languages)) and set(skills) <= set(has)
        }
        given_by = list(Annotation.objects.filter(task=task, is_current=True).values_list("rater", flat=True))
        assert set(given_by) <= may
        assert len(given_by) == len(set(given_by)) == min(overlap, len(may))
