"""People ask for work while a rubric changes: nobody is shown one version of a task and asked by another."""

from functools import partial

import pytest

from annotations.domain.claim import claim_assignment
from annotations.domain.plan_tasks import plan_tasks
from annotations.domain.projects import ProjectDraft, create_project
from annotations.domain.rubric_versions import describe_rubric, make_version, read_version
from annotations.domain.slots import open_slots
from annotations.models import Assignment, Rater, Rubric, Slot, SlotState, Task
from tests.annotations.domain.test_claim_race import run_together
from tests.factories.ledger import make_generation, make_item, make_person, make_system, make_user

pytestmark = [pytest.mark.database(transaction=True)]
RATERS, TASKS = 6, 8
CRITERIA = [{"key": "clarity", "task": "score", "level": "ordinal", "scale": [1, 3]}]


def test_what_was_shown_is_what_is_asked() -> None:
    ada = make_user()
    rubric = {"key": "quality", "task_kind": "single", "criteria": CRITERIA}
    project = create_project(
        draft=ProjectDraft.read({"slug": "sky", "overlap": 2, "rubrics": [rubric]}), user=ada
    )
    system = make_system(project)
    for _ in range(TASKS):
        make_generation(make_item(project), system)
    plan_tasks(project=project)
    open_slots(project=project)
    raters = [make_person(project) for _ in range(RATERS)]
    shown: dict[int, int] = {}

    def claim(rater: Rater) -> None:
        held = claim_assignment(rater=rater)
        assert held is not None
        shown[held.pk] = held.task.rubric_id

    def change() -> None:
        old = Rubric.objects.get()
        draft = read_version(rubric=old, stated={**describe_rubric(old), "labels": {"en": "Worth"}})
        make_version(rubric=old, draft=draft, actor=ada)

    assert run_together(change, *(partial(claim, rater) for rater in raters)) == []
    asked = dict(Assignment.objects.values_list("pk", "task__rubric"))
    assert shown == asked
    assert Slot.objects.filter(state=SlotState.LEASED).count() == RATERS
    begun = {lease.task_id for lease in Assignment.objects.all()}
    assert set(Task.objects.exclude(pk__in=begun).values_list("rubric__version", flat=True)) <= {2}
    assert Task.objects.count() == TASKS
