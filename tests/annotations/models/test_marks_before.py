"""Disagreements in marks that the reviewers' queue had passed come before reviewers after the upgrade."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from annotations.models import Level, TaskKind
from tests.factories.ledger import make_criterion, make_project, make_rubric

pytestmark = pytest.mark.database


def test_the_queue_looks_again_where_passages_are_marked() -> None:
    marked, scored = make_project("marked"), make_project("scored")
    for project, level in ((marked, Level.SPANS), (scored, Level.ORDINAL)):
        make_criterion(make_rubric(project, TaskKind.SINGLE), "q", level)
        project.review_cursor = 7
        project.save(update_fields=["review_cursor"])
    migration = import_module("annotations.migrations.0024_marks_come_before_reviewers")
    migration.look_again(apps, connection.schema_editor())
    marked.refresh_from_db()
    scored.refresh_from_db()
    assert (marked.review_cursor, scored.review_cursor) == (0, 7)
