"""Known answers go out in a study folder once, whatever versions ask them, and can be checks where they come in."""

from pathlib import Path

import pytest

from annotations.domain.checking.known_answers import adopt_answers
from annotations.domain.studies.export_study import export_study
from annotations.domain.studies.import_study import import_study
from annotations.models import KNOWN, Rating, Task
from annotations.queries.checks import list_gold
from annotations.queries.known_answers import list_references
from tests.annotations.domain.checking.test_renew_known import change
from tests.annotations.domain.queue.test_qualify import make_school
from tests.factories.ledger import make_user

pytestmark = pytest.mark.database


@pytest.mark.parametrize("versions", [1, 2])
def test_known_answers_that_were_exported_are_made_checks_again(tmp_path: Path, versions: int) -> None:
    project = make_school(training=1, gold=3, size=0)
    if versions == 2:
        change(project)
    export_study(project=project, folder=tmp_path / "out")
    again = import_study(folder=tmp_path / "out", slug="again", overlap=1).project
    items = sorted(
        Task.objects.filter(project=project, state__in=KNOWN).values_list("item__key", flat=True).distinct()
    )
    said = Rating.objects.filter(project=again, annotation__rater__kind="reference")
    assert sorted(said.values_list("annotation__task__item__key", flat=True)) == items
    assert len(items) == 4

    [(name, number)] = list_references(again)
    assert number == adopt_answers(project=again, rater=name, count=4, actor=make_user()) == 4
    assert sorted(task.item.key for task in list_gold(again)) == items
    assert list_references(again) == []
