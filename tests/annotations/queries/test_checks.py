"""What the search for a check reads."""

from collections.abc import Callable
from typing import Any  # Django's own signature of a wrapper

import pytest
from django.db import connection

from annotations.models import Rater
from annotations.queries.checks import list_gold_left
from annotations.queries.scored_copies import list_checks_left
from annotations.queries.trials import list_training_left
from tests.factories.ledger import make_person, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.mark.parametrize(
    "search",
    [
        lambda rater: list_gold_left(rater=rater),
        lambda rater: list_checks_left(rater=rater),
        lambda rater: list_training_left(rater=rater, round_number=1),
    ],
)
def test_a_check_is_found_without_reading_all_tasks(
    search: Callable[[Rater], list[int]],
) -> None:
    rater = make_person(make_project())

    assert _explain(lambda: search(rater))[0].endswith("USING INDEX task_by_state (project_id=? AND state=?)")


def _explain(ask: Callable[[], Any]) -> list[str]:
    """The steps that SQLite takes for the one statement that is asked."""
    steps: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        rows = connection.connection.execute("EXPLAIN QUERY PLAN " + sql.replace("%s", "?"), params)
        steps.extend(row[3] for row in rows)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        ask()
    return steps
