import pytest

from annotations.domain.checking.gold import mark_gold, unmark_gold
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.leases import skip_assignment
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Annotation, RaterKind, SlotState, Task, TaskState, Wave, WaveTask
from evalplatform.common.errors import Conflict, Invalid
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project, make_user
from tests.factories.ratings import make_rater

pytestmark = pytest.mark.database


@pytest.fixture
def task() -> Task:
    project = make_project()
    return make_pair_task(project, make_pair_rubric(project), overlap=2)


def states(task: Task) -> list[str]:
    return list(task.slots.order_by("number").values_list("state", flat=True))


def test_a_task_of_known_answer_leaves_the_queue_and_comes_back(task: Task) -> None:
    rater = make_person(task.project)
    mark_gold(task=task, ratings={"overall": "first"}, actor=make_user())
    assert Task.objects.get().state == TaskState.GOLD
    assert states(task) == [SlotState.WITHDRAWN, SlotState.WITHDRAWN]
    assert claim_assignment(rater=rater) is None
    unmark_gold(task=task, actor=make_user())
    assert states(task) == [SlotState.FREE, SlotState.FREE]
    assert not Annotation.objects.filter(rater__kind="reference", is_current=True).exists()
    held = claim_assignment(rater=rater)
    assert held is not None
    assert held.task_id == task.pk


def test_the_expected_answer_stands_under_a_reference_and_a_later_one_takes_its_place(task: Task) -> None:
    actor = make_user()
    first = mark_gold(task=task, ratings={"overall": "first"}, actor=actor)
    assert mark_gold(task=task, ratings={"overall": "first"}, actor=actor).pk == first.pk
    second = mark_gold(task=task, ratings={"overall": "second"}, actor=actor)
    standing = Annotation.objects.get(is_current=True)
    assert (standing.pk, standing.supersedes_id) == (second.pk, first.pk)
    assert (standing.rater.kind, standing.rater.name) == ("reference", "known answers")
    assert standing.ratings.get().code != first.ratings.get().code


def test_who_holds_the_task_may_answer_it_and_what_they_give_back_is_not_dealt(task: Task) -> None:
    one, two = make_person(task.project), make_person(task.project)
    held, given_back = claim_assignment(rater=one), claim_assignment(rater=two)
    assert held is not None
    assert given_back is not None
    mark_gold(task=task, ratings={"overall": "first"}, actor=make_user())
    ratings = {"overall": "first"}
    given = record_annotation(assignment=held, ratings=ratings, seconds=1, client_key="k").annotation
    assert given.phase == "independent"
    skip_assignment(assignment=given_back, reason="unclear")
    assert sorted(states(task)) == ["done", "withdrawn"]


def test_the_gold_that_a_study_brought_stays_as_it_is(task: Task) -> None:
    brought = make_rater(task.project, "gold", RaterKind.REFERENCE)
    said = Annotation.objects.create(
        project=task.project, task=task, rater=brought, presentation="unknown", shown_order="0,1"
    )
    mark_gold(task=task, ratings={"overall": "first"}, actor=make_user())
    unmark_gold(task=task, actor=make_user())
    said.refresh_from_db()
    assert (said.is_current, said.retracted_at) == (True, None)


def test_a_task_that_a_wave_drew_is_refused(task: Task) -> None:
    wave = Wave.objects.create(
        project=task.project, number=1, size=1, rule="even", floor=0.5, seed=1, frame=2, drawn=1
    )
    WaveTask.objects.create(wave=wave, task=task, probability=0.5, is_drawn=True)
    with pytest.raises(Conflict):
        mark_gold(task=task, ratings={"overall": "first"}, actor=make_user())
    assert Task.objects.get().state == TaskState.OPEN


def test_what_is_not_legal_changes_nothing(task: Task) -> None:
    with pytest.raises(Invalid):
        mark_gold(task=task, ratings={"overall": "third"}, actor=make_user())
    assert Task.objects.get().state == TaskState.OPEN
    Task.objects.update(state=TaskState.WITHDRAWN)
    with pytest.raises(Conflict):
        mark_gold(task=task, ratings={"overall": "first"}, actor=make_user())
    assert Annotation.objects.count() == 0
