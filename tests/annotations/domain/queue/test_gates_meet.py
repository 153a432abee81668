"""Gates beside what was built next to them: training, worsened copies, undo, late answers, known answers renewed."""

import time
from datetime import timedelta
from threading import Event

import pytest
from django.db import transaction

from annotations.domain.checking.twins import approve_twin
from annotations.domain.formats.needs import Needs
from annotations.domain.locks.project_lock import lock_project
from annotations.domain.people.skills import set_skills
from annotations.domain.queue.gates import ensure_gates
from annotations.domain.queue.leases import expire_assignments
from annotations.domain.queue.qualify import find_progress
from annotations.domain.submitting.undo import undo_annotation
from annotations.models import Skill, Slot, Task
from annotations.queries.checks import list_gold_left
from evalplatform.common.errors import Conflict
from tests.annotations.domain.checking.test_twins import make_material, propose
from tests.annotations.domain.queue.test_claim_race import run_together
from tests.annotations.domain.queue.test_qualify import answer, claim, make_school, work
from tests.factories.gated import ask_for, make_reader
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_project, make_user

pytestmark = pytest.mark.database


def test_training_behind_a_gate_is_not_counted_as_done_by_who_is_not_asked_it() -> None:
    project = make_school(training=3)
    first = Task.objects.filter(state="training").select_related("project").earliest("pk")
    ask_for(first, "ru")
    rater, reader = make_reader(project), make_reader(project, "ru")
    seen = []
    for _ in range(2):
        claim(rater)
        progress = find_progress(rater=rater)
        seen.append((progress.state, progress.done, progress.size))
        work(rater, 1)
    assert seen == [("training", 0, 2), ("training", 1, 2)]
    assert find_progress(rater=rater).state == "test"
    progress = find_progress(rater=reader)
    assert (progress.state, progress.done, progress.size) == ("training", 0, 3)


def test_a_worsened_copy_asks_of_raters_what_its_original_does() -> None:
    project = make_material()
    twins = propose(project, "cut", count=1)
    gate = ask_for(Task.objects.select_related("project").get(item=twins[0].generation.item), "ru").gate
    twins[0].generation.item.refresh_from_db()
    copy = approve_twin(twin=twins[0], actor=make_user()).task
    assert copy is not None
    assert copy.gate == gate
    assert list_gold_left(rater=make_reader(project)) == []
    assert list_gold_left(rater=make_reader(project, "ru")) == [copy.pk]


def test_undo_gives_no_task_back_that_asks_for_a_skill_taken_since() -> None:
    project = make_project(overlap=1)
    rubric = make_pair_rubric(project)
    asked = ask_for(make_pair_task(project, rubric), skills=["law"])
    rater = make_reader(project, skills=["law"])
    given = answer(claim(rater))
    set_skills(rater=rater, names=[], actor=make_user())
    with pytest.raises(Conflict, match="do not have any more"):
        undo_annotation(annotation=given)
    assert Slot.objects.get(task=asked).state == "done"
    set_skills(rater=rater, names=["law"], actor=make_user())
    assert undo_annotation(annotation=given).state == "live"


@pytest.mark.parametrize(
    ("kept", "phase", "place"), [([], "surplus", "free"), (["law"], "independent", "done")]
)
def test_a_late_answer_fills_a_free_place_only_of_who_has_what_the_task_asks_for(
    kept: list[str], phase: str, place: str
) -> None:
    project = make_project(overlap=1)
    rubric = make_pair_rubric(project)
    asked = ask_for(make_pair_task(project, rubric), skills=["law"])
    rater = make_reader(project, skills=["law", "chess"])
    held = claim(rater)
    set_skills(rater=rater, names=kept, actor=make_user())
    expire_assignments(now=held.expires_at + timedelta(seconds=1))
    assert answer(held).phase == phase
    assert Slot.objects.get(task=asked).state == place


@pytest.mark.database(transaction=True)
def test_a_batch_and_a_grant_that_name_the_same_new_skills_do_not_wait_in_a_circle() -> None:
    project = make_project()
    rater, has_begun = make_reader(project), Event()

    def store() -> None:
        with transaction.atomic():
            held = lock_project(project)
            ensure_gates(project=held, wanted=[Needs(skills=("law",))])
            has_begun.set()
            time.sleep(0.5)
            ensure_gates(project=held, wanted=[Needs(skills=("chess",))])

    def grant() -> None:
        assert has_begun.wait(10)
        set_skills(rater=rater, names=["chess", "law"], actor=None)

    assert run_together(store, grant) == []
    assert sorted(Skill.objects.values_list("name", flat=True)) == ["chess", "law"]
