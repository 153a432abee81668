"""What a process keeps of rubrics: only what has come to be."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.domain.asking.rubrics import mark_rubrics_used
from annotations.models import Criterion, Rubric
from annotations.queries.rubrics import criteria_of
from tests.factories.ledger import make_pair_rubric, make_project

pytestmark = pytest.mark.database


@contextmanager
def roll_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def rubric() -> Rubric:
    return make_pair_rubric(make_project("sky"))


def use(rubric: Rubric) -> Rubric:
    mark_rubrics_used(rubrics=Rubric.objects.filter(pk=rubric.pk), now=timezone.now())
    return Rubric.objects.get(pk=rubric.pk)


def ask(rubric: Rubric) -> list[dict[str, str]]:
    return [criterion.labels for criterion in criteria_of(rubric)]


@pytest.mark.parametrize("is_kept_in_memory", [False, True])
def test_what_was_rolled_back_is_not_kept(rubric: Rubric, is_kept_in_memory: bool) -> None:
    before = ask(rubric)
    with roll_back():
        Criterion.objects.filter(rubric=rubric).update(labels={"en": "never came to be"})
        used = use(rubric)
        assert ask(used) == [{"en": "never came to be"}]
    if is_kept_in_memory:  # by somebody who goes on with what is not there any more
        ask(used)
        Criterion.objects.filter(rubric=rubric).update(labels={"en": "another"})
        before = [{"en": "another"}]
    assert ask(Rubric.objects.get(pk=rubric.pk)) == before
    assert ask(use(rubric)) == before


def test_a_criterion_that_was_rolled_back_is_asked_of_nobody(rubric: Rubric) -> None:
    with roll_back():
        [criterion] = rubric.criteria.all()
        criterion.pk, criterion.key, criterion.position = None, "other", 1
        criterion._state.adding = True
        criterion.save()
        assert len(criteria_of(use(rubric))) == 2
    assert [criterion.pk for criterion in criteria_of(use(rubric))] == [rubric.criteria.get().pk]


def test_a_used_rubric_is_read_once(rubric: Rubric) -> None:
    used = use(rubric)
    first = criteria_of(used)
    with CaptureQueriesContext(connection) as asked:
        assert criteria_of(Rubric(pk=used.pk, public_id=used.public_id, used_at=used.used_at)) == first
    assert not asked.captured_queries
