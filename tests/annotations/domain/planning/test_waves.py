"""Waves: every task has its chance, only drawn ones are dealt, and what closed waves heard stands for all."""

from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from annotations.domain.planning.prioritise import prioritise_tasks
from annotations.domain.planning.waves import WaveTerms, close_wave, open_wave
from annotations.domain.planning.withdraw import withdraw_item
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.leases import sweep_assignments
from annotations.domain.queue.slots import open_slots
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import (
    Assignment,
    Project,
    Rater,
    RaterKind,
    Slot,
    SlotState,
    Wave,
    WaveRule,
)
from annotations.queries.waves import read_inclusion
from annotations.queries.worth import weigh_tasks
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Invalid
from tests.factories.judging import make_field
from tests.factories.ledger import make_pair_task, make_person, make_user
from tests.factories.ratings import make_rater, rate

pytestmark = pytest.mark.database


def draw(project: Project, size: int, **terms: object) -> Wave:
    return open_wave(project=project, terms=WaveTerms(size=size, **terms), actor=None)  # type: ignore[arg-type]


def list_drawn(wave: Wave) -> set[int]:
    return set(wave.tasks.filter(is_drawn=True).values_list("task", flat=True))


def work_through(person: Rater) -> set[int]:
    """Everything that is dealt, answered; returns the tasks."""
    met = set()
    while assignment := claim_assignment(rater=person):
        record_annotation(
            assignment=assignment, ratings={"overall": "first"}, seconds=1.0, client_key=str(assignment.pk)
        )
        met.add(assignment.task_id)
    return met


def test_people_are_dealt_what_was_drawn_and_nothing_else() -> None:
    project = make_field(tasks=40).project
    wave = draw(project, 20)
    drawn = list_drawn(wave)
    assert (wave.number, wave.frame, wave.drawn) == (1, 40, len(drawn))
    assert wave.floor == pytest.approx(0.05)
    assert list(wave.tasks.values_list("probability", flat=True)) == pytest.approx([0.5] * 40)
    assert 0 < len(drawn) < 40
    assert work_through(make_person(project)) == drawn
    waiting = Slot.objects.filter(state=SlotState.WAITING).values_list("task", flat=True)
    assert set(waiting) == set(project.tasks.values_list("pk", flat=True)) - drawn


def test_the_next_wave_draws_others_and_everybody_meets_them() -> None:
    project = make_field(tasks=30).project
    person = make_person(project)
    first = draw(project, 10)
    assert work_through(person) == list_drawn(first)
    close_wave(wave=first, actor=None)
    assert work_through(person) == set()
    second = draw(project, 10)
    assert not list_drawn(first) & list_drawn(second)
    assert work_through(person) == list_drawn(second)
    assert second.tasks.count() == 30  # those drawn before are told what they would have had


def test_a_lease_that_runs_out_after_its_wave_waits() -> None:
    project = make_field(tasks=3).project
    wave = draw(project, 3)
    person = make_person(project)
    held = claim_assignment(rater=person)
    assert held is not None
    close_wave(wave=wave, actor=None)
    Assignment.objects.filter(pk=held.pk).update(expires_at=database_now())
    assert sweep_assignments() == 1
    assert Slot.objects.get(assignments=held).state == SlotState.WAITING
    assert claim_assignment(rater=person) is None


def test_what_is_held_when_a_wave_closes_may_still_be_answered() -> None:
    project = make_field(tasks=3).project
    wave = draw(project, 3)
    held = claim_assignment(rater=make_person(project))
    assert held is not None
    close_wave(wave=wave, actor=None)
    done = record_annotation(assignment=held, ratings={"overall": "first"}, seconds=1.0, client_key="k")
    assert done.counted


def test_tasks_that_come_later_wait_for_the_next_wave() -> None:
    field = make_field(tasks=3, overlap=1)
    wave = draw(field.project, 3)
    late = make_pair_task(field.project, field.rubric, overlap=0)
    assert open_slots(project=field.project) == 1
    assert Slot.objects.get(task=late).state == SlotState.WAITING
    close_wave(wave=wave, actor=None)
    assert list_drawn(draw(field.project, 1)) == {late.pk}


def test_one_wave_at_a_time_and_none_where_somebody_chose_the_order() -> None:
    project = make_field(tasks=3).project
    wave = draw(project, 3)
    with pytest.raises(Conflict, match="Close the wave"):
        draw(project, 1)
    close_wave(wave=wave, actor=None)
    closed = Wave.objects.get().closed_at
    assert close_wave(wave=wave, actor=None).closed_at == closed
    with pytest.raises(Conflict, match="drawn already"):
        draw(project, 1)
    chosen = project.tasks.values_list("public_id", flat=True)[:1]
    prioritise_tasks(project=project, task_ids=list(chosen), priority=1, actor=None)
    with pytest.raises(Conflict, match="chose the order"):
        draw(project, 1)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"size": 9}, "size"),
        ({"size": 1, "floor": 0.9}, "size"),
        ({"size": 1, "rule": WaveRule.SPREAD}, "judge"),
        ({"size": 1, "rule": WaveRule.UNCERTAINTY, "judge": "judge:mute"}, "judge"),
        ({"size": 1, "rule": WaveRule.DISAGREEMENT}, "rule"),
        ({"size": 1, "rule": WaveRule.DISAGREEMENT, "criterion": "none"}, "criterion"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_changes(terms: dict[str, object], field: str) -> None:
    project = make_field(tasks=4).project
    make_rater(project, "mute", RaterKind.JUDGE)
    with pytest.raises(Invalid) as caught:
        draw(project, **terms)  # type: ignore[arg-type]
    assert [fault.field for fault in caught.value.faults] == [field]
    assert (Wave.objects.count(), Slot.objects.filter(state=SlotState.WAITING).count()) == (0, 0)


def test_disagreement_and_doubt_and_distance_weigh_tasks() -> None:
    field = make_field(tasks=4)
    project, tasks = field.project, field.tasks
    ada, bert = (make_rater(project, name, RaterKind.JUDGE) for name in ("ada", "bert"))
    for n, (one, other, sure) in enumerate(
        [("first", "first", 0.9), ("first", "second", 0.6), ("second", "second", 1.0)]
    ):
        rate(tasks[n], bert, other, order="0,1")
        verdict = rate(tasks[n], ada, one, order="0,1")
        verdict.ratings.update(confidence=sure)

    def weigh(rule: WaveRule, judge: str = "") -> list[float]:
        scores = weigh_tasks(
            project=project, rule=rule, criterion="", judge=judge, tasks=[task.pk for task in tasks]
        )
        return [scores[task.pk] for task in tasks]

    assert weigh(WaveRule.EVEN) == [1, 1, 1, 1]
    assert weigh(WaveRule.DISAGREEMENT) == [0, 1, 0, 1]
    assert weigh(WaveRule.UNCERTAINTY, "judge:ada") == pytest.approx([0.1, 0.4, 0.0, 0.4])
    assert weigh(WaveRule.SPREAD, "judge:ada") == [1, 1, 1, 1]
    person = make_rater(project, "ann")
    for task, label in zip(tasks, ("first", "second", "second"), strict=False):
        rate(task, person, label)
    found = weigh(WaveRule.SPREAD, "judge:ada")
    assert found[0] == found[1] > found[2]
    assert found[3] == found[0]


def test_probabilities_of_several_waves_are_of_having_been_drawn_in_any() -> None:
    """Over 60 draws of two waves each task is drawn as often as the ledger says, and weighted labels are right."""
    field = make_field(tasks=12)
    project = field.project
    judge = make_rater(project, "ada", RaterKind.JUDGE)
    for n, task in enumerate(field.tasks):
        rate(task, judge, "first" if n % 3 else "second", order="0,1").ratings.update(
            confidence=0.5 + 0.04 * n
        )
    counts: Counter[int] = Counter()
    expected: dict[int, float] = {}
    for _ in range(60):
        for _ in range(2):
            wave = draw(project, 3, rule=WaveRule.UNCERTAINTY, judge="judge:ada", floor=0.1)
            close_wave(wave=wave, actor=None)
        found = read_inclusion(project=project)
        assert found is not None
        counts.update(task for task, each in found.items() if each.is_drawn)
        for pk, each in found.items():
            expected[pk] = expected.get(pk, 0.0) + each.probability
        Wave.objects.filter(project=project).delete()
    for pk, total in expected.items():
        share = total / 60
        assert counts[pk] / 60 == pytest.approx(share, abs=4 * (share * (1 - share) / 60) ** 0.5)
    assert len({round(total, 6) for total in expected.values()}) > 6


def test_open_waves_tell_nothing() -> None:
    project = make_field(tasks=3).project
    assert read_inclusion(project=project) is None
    wave = draw(project, 3)
    assert read_inclusion(project=project) is None
    close_wave(wave=wave, actor=None)
    assert {each.probability for each in (read_inclusion(project=project) or {}).values()} == {1.0}


def test_the_command_draws_closes_and_tells(capsys: pytest.CaptureFixture[str]) -> None:
    project = make_field(tasks=3).project
    call_command("wave", project.slug, size=3)
    assert capsys.readouterr().out == (
        "Wave 1 (even, open): 3 of 3 tasks drawn, probabilities from 0.1 on; 0 have an answer.\n"
    )
    call_command("wave", project.slug, close=True)
    assert "closed" in capsys.readouterr().out
    with pytest.raises(CommandError, match="No wave is open"):
        call_command("wave", project.slug, close=True)


def test_a_chosen_order_ends_the_waves_and_deals_everything() -> None:
    field = make_field(tasks=30, overlap=1)
    project = field.project
    person = make_person(project)
    draw(project, 5)
    prioritise_tasks(project=project, task_ids=[field.tasks[0].public_id], priority=1, actor=None)
    assert Wave.objects.filter(closed_at=None).count() == 0
    assert not Slot.objects.filter(state=SlotState.WAITING).exists()
    late = make_pair_task(project, field.rubric, overlap=0)
    open_slots(project=project)
    assert work_through(person) == {*(task.pk for task in field.tasks), late.pk}


def test_places_of_a_withdrawn_item_wait_for_nothing() -> None:
    field = make_field(tasks=2)
    wave = draw(field.project, 2)
    close_wave(wave=wave, actor=None)
    withdraw_item(item=field.tasks[0].item, actor=make_user())
    states = set(Slot.objects.filter(task=field.tasks[0]).values_list("state", flat=True))
    assert states == {SlotState.WITHDRAWN}
