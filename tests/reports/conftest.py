from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # pytest may load this before Django is ready
    from annotations.models import Project


@pytest.fixture
def rated(db: None) -> "Project":
    """A small project in which everything is rated, and no report is remembered."""
    from django.core.cache import cache

    from tests.factories.ledger import make_project
    from tests.factories.rated import fill_project

    cache.clear()
    project = fill_project(make_project("rated"))
    seal_rubrics(project)
    return project


def seal_rubrics(project: "Project") -> None:
    """Give each rubric, made criterion by criterion, the hash of what it holds."""
    from annotations.domain.asking.rubrics import hash_rubric

    for rubric in project.rubrics.all():
        rubric.content_hash = hash_rubric(rubric, list(rubric.criteria.all()))
        rubric.save()
