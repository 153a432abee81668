"""What has been used never changes, whichever way one tries; what has not been used may."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from annotations.domain.asking.rubrics import create_rubric, mark_rubrics_used
from annotations.models import Criterion, Level, Project, Rubric, TaskKind
from evalplatform.common.errors import Conflict
from tests.factories.ledger import make_project

pytestmark = pytest.mark.database


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.fixture
def rubric(project: Project) -> Rubric:
    criteria = [Criterion(key="clarity", name="clarity", level=Level.ORDINAL, minimum=1, maximum=5)]
    return create_rubric(project=project, key="clear", task_kind=TaskKind.SINGLE, criteria=criteria)


def rename(rubric: Rubric) -> None:
    rubric.labels = {"en": "other"}
    rubric.save()


def loosen(rubric: Rubric) -> None:
    criterion = rubric.criteria.get()
    criterion.maximum = 10
    criterion.save()


def add_criterion(rubric: Rubric) -> None:
    Criterion.objects.create(
        project=rubric.project, rubric=rubric, position=9, key="new", name="new", level=Level.ORDINAL
    )


def add_many(rubric: Rubric) -> None:
    Criterion.objects.bulk_create(
        [Criterion(project=rubric.project, rubric=rubric, position=9, key="n", name="n", level=Level.ORDINAL)]
    )


CHANGES: dict[str, Callable[[Rubric], object]] = {
    "save": rename,
    "update": lambda rubric: Rubric.objects.filter(pk=rubric.pk).update(labels={}),
    "unuse": lambda rubric: Rubric.objects.filter(pk=rubric.pk).update(used_at=None),
    "bulk_update": lambda rubric: Rubric.objects.bulk_update([rubric], ["labels"]),
    "delete": lambda rubric: rubric.delete(),
    "delete all": lambda rubric: Rubric.objects.filter(pk=rubric.pk).delete(),
    "loosen a criterion": loosen,
    "update criteria": lambda rubric: rubric.criteria.update(maximum=10),
    "delete a criterion": lambda rubric: rubric.criteria.get().delete(),
    "add a criterion": add_criterion,
    "add criteria": add_many,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_used_rubric_refuses(rubric: Rubric, change: Callable[[Rubric], object]) -> None:
    mark_rubrics_used(rubrics=Rubric.objects.filter(pk=rubric.pk), now=timezone.now())
    before = list(Rubric.objects.values()) + list(Criterion.objects.values())

    with pytest.raises(Conflict, match="never changes"):
        change(rubric)
    assert list(Rubric.objects.values()) + list(Criterion.objects.values()) == before


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_unused_rubric_may_change(rubric: Rubric, change: Callable[[Rubric], object]) -> None:
    change(rubric)


@pytest.mark.parametrize("used", [True, False])
def test_nothing_is_written_over_a_version(rubric: Rubric, *, used: bool) -> None:
    if used:
        mark_rubrics_used(rubrics=Rubric.objects.filter(pk=rubric.pk), now=timezone.now())
    rubric.labels = {"en": "other"}
    criterion = rubric.criteria.get()
    criterion.maximum = 10
    before = list(Rubric.objects.values()) + list(Criterion.objects.values())
    with pytest.raises(Conflict, match="never changes"):
        Rubric.objects.bulk_create(
            [rubric], update_conflicts=True, unique_fields=["public_id"], update_fields=["labels"]
        )
    with pytest.raises(Conflict, match="never changes"):
        rubric.criteria.bulk_create(
            [criterion], update_conflicts=True, unique_fields=["rubric", "key"], update_fields=["maximum"]
        )
    assert list(Rubric.objects.values()) + list(Criterion.objects.values()) == before


def test_the_first_use_is_the_one_that_is_kept(rubric: Rubric) -> None:
    first = timezone.now()
    mark_rubrics_used(rubrics=Rubric.objects.all(), now=first)
    mark_rubrics_used(rubrics=Rubric.objects.all(), now=timezone.now())

    assert Rubric.objects.get().used_at == first


def test_a_whole_project_can_be_purged(project: Project, rubric: Rubric) -> None:
    mark_rubrics_used(rubrics=Rubric.objects.all(), now=timezone.now())

    project.delete()

    assert not Rubric.objects.exists()
    assert not Criterion.objects.exists()
