"""A row by something unique: found or not, and asked for without sorting."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import Project
from evalplatform.common.single import find_single
from tests.factories.ledger import make_project

pytestmark = pytest.mark.database


def test_the_row_is_found_by_one_statement_that_sorts_nothing() -> None:
    project = make_project("sky")
    make_project("sea")
    with CaptureQueriesContext(connection) as asked:
        assert find_single(Project.objects.filter(slug="sky")) == project
    assert len(asked) == 1
    assert "ORDER BY" not in asked.captured_queries[0]["sql"]


def test_nothing_is_none() -> None:
    assert find_single(Project.objects.filter(slug="sky")) is None
