"""People ask for work while a rubric changes: nobody is shown one version of a task and asked by another."""

import time
from functools import partial
from threading import Event

import pytest
from django.db import transaction

from annotations.domain.planning.plan_tasks import plan_tasks
from annotations.domain.projects.new_project import ProjectDraft, create_project
from annotations.domain.queue.claim import claim_assignment, lease_above
from annotations.domain.queue.slots import open_slots
from annotations.domain.versions.rubric_versions import describe_rubric, make_version, read_version
from annotations.models import Assignment, Project, Rater, Rubric, Slot, SlotState, Task
from annotations.queries.open_slots import START
from evalplatform.accounts.models import User
from evalplatform.common.clock import database_now
from tests.annotations.domain.queue.test_claim_race import run_together
from tests.factories.gated import ask_for, make_reader
from tests.factories.ledger import make_generation, make_item, make_person, make_system, make_user

pytestmark = [pytest.mark.database(transaction=True)]
RATERS, TASKS = 6, 8
CRITERIA = [{"key": "clarity", "task": "score", "level": "ordinal", "scale": [1, 3]}]


def make_work(*, overlap: int) -> tuple[User, Project]:
    ada = make_user()
    rubric = {"key": "quality", "task_kind": "single", "criteria": CRITERIA}
    stated = {"slug": "sky", "overlap": overlap, "rubrics": [rubric]}
    project = create_project(draft=ProjectDraft.read(stated), user=ada)
    system = make_system(project)
    for _ in range(TASKS):
        make_generation(make_item(project), system)
    plan_tasks(project=project)
    open_slots(project=project)
    return ada, project


def change(ada: User) -> None:
    old = Rubric.objects.get()
    draft = read_version(rubric=old, stated={**describe_rubric(old), "labels": {"en": "Worth"}})
    make_version(rubric=old, draft=draft, actor=ada)


def test_what_was_shown_is_what_is_asked() -> None:
    ada, project = make_work(overlap=2)
    raters = [make_person(project) for _ in range(RATERS)]
    shown: dict[int, int] = {}

    def claim(rater: Rater) -> None:
        held = claim_assignment(rater=rater)
        assert held is not None
        shown[held.pk] = held.task.rubric_id

    assert run_together(partial(change, ada), *(partial(claim, rater) for rater in raters)) == []
    asked = dict(Assignment.objects.values_list("pk", "task__rubric"))
    assert shown == asked
    assert Slot.objects.filter(state=SlotState.LEASED).count() == RATERS
    begun = {lease.task_id for lease in Assignment.objects.all()}
    assert set(Task.objects.exclude(pk__in=begun).values_list("rubric__version", flat=True)) <= {2}
    assert Task.objects.count() == TASKS


def test_what_a_claim_only_looked_at_moves_all_the_same() -> None:
    """Somebody who passes several gates holds the first place of each for a moment, and begins one."""
    ada, project = make_work(overlap=1)
    tasks = list(Task.objects.select_related("project").order_by("pk"))
    for task, skill in zip(tasks, ("law", "chess", "music"), strict=False):
        ask_for(task, skills=[skill])
    rater = make_reader(project, skills=["law", "chess", "music"])
    is_looking = Event()

    def claim() -> None:
        with transaction.atomic():
            assert lease_above(rater, START, database_now()) is not None
            is_looking.set()
            time.sleep(0.5)

    def change_meanwhile() -> None:
        assert is_looking.wait(10)
        change(ada)

    assert run_together(claim, change_meanwhile) == []
    begun = Assignment.objects.get().task_id
    versions = dict(Task.objects.values_list("pk", "rubric__version"))
    assert versions == {task.pk: 1 if task.pk == begun else 2 for task in tasks}
