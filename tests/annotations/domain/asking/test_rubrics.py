"""What the content hash of a rubric covers: what was hashed before a rubric could ask one question at a time too."""

import pytest

from annotations.domain.asking.rubrics import create_rubric, hash_rubric
from annotations.models import Criterion, Level, Project, Rubric, TaskKind
from tests.factories.ledger import make_project

pytestmark = pytest.mark.database
OF_EARLIER_RELEASES = "8fb1f6e6256b31f40b51c036a91344f5292e56e1baf8d1200fa234809fab5579"


def ask(project: Project, *, one_at_a_time: bool = False) -> Rubric:
    """The next version, which asks how clear an answer is."""
    clarity = Criterion(key="clarity", name="clarity", level=Level.ORDINAL, minimum=1, maximum=3)
    return create_rubric(
        project=project,
        key="quality",
        task_kind=TaskKind.SINGLE,
        criteria=[clarity],
        labels={"en": "Quality"},
        one_at_a_time=one_at_a_time,
        is_next=True,
    )


def test_the_hash_says_how_questions_are_asked_only_where_it_is_not_the_usual_way() -> None:
    project = make_project("sky")
    usual = ask(project)
    assert usual.content_hash == OF_EARLIER_RELEASES
    other = ask(project, one_at_a_time=True)
    assert (other.version, other.one_at_a_time) == (2, True)
    assert other.content_hash != usual.content_hash
    assert ask(project, one_at_a_time=True) == other
    for rubric in Rubric.objects.filter(project=project):
        assert hash_rubric(rubric, list(rubric.criteria.all())) == rubric.content_hash
