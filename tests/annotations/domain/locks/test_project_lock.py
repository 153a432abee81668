import threading

import pytest
from django.db import connection, transaction

from annotations.domain.locks.project_lock import lock_project
from annotations.domain.planning.plan_tasks import plan_tasks
from annotations.models import Item, Project
from evalplatform.common.errors import Exhausted
from tests.factories.ledger import make_item, make_project


def run_elsewhere(project: Project) -> list[str]:
    """What a second connection can do within 200 ms while this one holds the project."""
    said: list[str] = []

    def work() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '200ms'")
            make_item(project)
            said.append("stored")
            plan_tasks(project=project)
            said.append("planned")
        except Exhausted as error:
            said.append(error.detail)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return said


@pytest.mark.database(transaction=True)
def test_a_second_planner_is_told_to_wait_and_rows_are_stored_meanwhile() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time, whatever it writes")
    project = make_project()

    with transaction.atomic():
        lock_project(project)
        told = "Somebody else is changing this project just now. Please try again in a moment."
        assert run_elsewhere(project) == ["stored", told]
    assert run_elsewhere(project) == ["stored", "planned"]
    assert Item.objects.count() == 2
