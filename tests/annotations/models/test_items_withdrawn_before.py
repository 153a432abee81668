"""Items that were withdrawn before they said so themselves say so after the upgrade, by the audit trail."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from annotations.domain.planning.withdraw import withdraw_item
from annotations.models import Item
from evalplatform.accounts.models import AuditEvent
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_project, make_user

pytestmark = pytest.mark.database


def test_the_trail_tells_which_items_were_withdrawn_and_when() -> None:
    project = make_project()
    rubric = make_pair_rubric(project)
    gone, there = (make_pair_task(project, rubric).item for _ in range(2))
    withdraw_item(item=gone, actor=make_user())
    Item.objects.update(withdrawn_at=None)  # as it was before
    migration = import_module("annotations.migrations.0022_items_are_withdrawn")
    for _ in range(2):
        migration.mark_withdrawn(apps, connection.schema_editor())
    gone.refresh_from_db()
    there.refresh_from_db()
    assert gone.withdrawn_at == AuditEvent.objects.get(action="withdraw_item").at
    assert there.withdrawn_at is None
