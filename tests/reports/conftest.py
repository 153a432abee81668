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
    return fill_project(make_project("rated"))
