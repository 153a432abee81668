"""A judge that has rated never changes, nor does what it was told; its project can be purged all the same."""

import pytest
from django.utils import timezone

from annotations.models import Annotation
from evalplatform.common.errors import Conflict
from judges.engine.planning.plan import plan_run
from judges.models import Attempt, Connection, Judge, Prompt
from tests.factories.judging import Field, make_field, make_judge, work
from tests.fakes.provider import FakeProvider

pytestmark = pytest.mark.database(transaction=True)


def make_used_judge() -> tuple[Field, Judge]:
    field = make_field(tasks=1)
    with FakeProvider() as fake:
        judge = make_judge(field.project, fake.url)
        work(plan_run(project=field.project, judge=judge))
    assert Annotation.objects.count() == 2
    return field, Judge.objects.get()


def test_a_used_judge_refuses_every_change() -> None:
    _, judge = make_used_judge()
    before = list(Judge.objects.values()) + list(Prompt.objects.values())

    judge.model = "another"
    with pytest.raises(Conflict):
        judge.save()
    with pytest.raises(Conflict):
        Judge.objects.update(parameters={"temperature": 1})
    with pytest.raises(Conflict):
        Judge.objects.get().delete()
    with pytest.raises(Conflict):
        Prompt.objects.update(user_template="Say A.")
    prompt = Prompt.objects.get()
    prompt.system_template = "Say A."
    with pytest.raises(Conflict):
        prompt.save()

    assert list(Judge.objects.values()) + list(Prompt.objects.values()) == before


def test_an_unused_judge_may_change() -> None:
    field = make_field(tasks=1)
    judge = make_judge(field.project, "http://127.0.0.1:1/v1")
    assert judge.used_at is None

    judge.model = "another"
    judge.save()
    Prompt.objects.update(user_template="{{ item.prompt }}")

    assert Judge.objects.get().model == "another"


def test_a_judged_project_can_be_purged() -> None:
    field, _ = make_used_judge()
    Judge.objects.filter(used_at=None).update(used_at=timezone.now())

    field.project.delete()

    assert not Attempt.objects.exists()
    assert not Judge.objects.exists()
    assert not Prompt.objects.exists()
    assert Connection.objects.count() == 1
