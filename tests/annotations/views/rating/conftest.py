"""A rater before the page of a project."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # pytest may load this before Django is ready
    from django.test import Client

    from annotations.models import Project, Rater


@pytest.fixture
def project() -> "Project":
    from tests.factories.ledger import make_project

    return make_project("sky", title="Sky")


@pytest.fixture
def rater(project: "Project") -> "Rater":
    from tests.factories.ledger import make_person

    return make_person(project)


@pytest.fixture
def client(rater: "Rater") -> "Client":
    from tests.factories.callers import open_browser

    return open_browser(rater.user)
