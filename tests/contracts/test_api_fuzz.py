"""Whatever the API's own description allows or forbids is sent to it: all answers are as described, none is a 5xx."""

import json
import os
from collections.abc import Iterator
from typing import Any  # an OpenAPI description is JSON

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from annotations.models import Project, Role
from evalplatform.accounts.tokens import create_api_token
from evalplatform.wsgi import application
from judges.engine.planning.plan import plan_run
from tests.factories.judging import make_field, make_judge
from tests.factories.ledger import make_member

pytestmark = [
    pytest.mark.database,
    pytest.mark.timeout(3000 if os.environ.get("EVALPLATFORM_NIGHTLY") else 240),
]
EXAMPLES = 200 if os.environ.get("EVALPLATFORM_NIGHTLY") else 4
# What no schema can say: a token's end must lie within a year from now; a generation answers an item that is there;
# a scale's values fit its level; a task is one of the project's; a batch's prices are stated together;
# a panel's members and a cascade's judges are there; a run's tasks are the project's; a template can be filled;
# prompts that are compared are there, with labels.
BEYOND_SCHEMA = {
    "PUT /api/v1/projects/{slug}/checks/": [positive_data_acceptance],
    "POST /api/v1/projects/{slug}/priorities/": [positive_data_acceptance],
    "POST /api/v1/tokens/": [positive_data_acceptance],
    "POST /api/v1/projects/": [positive_data_acceptance],
    "POST /api/v1/projects/{slug}/batches/": [positive_data_acceptance],
    "PUT /api/v1/projects/{slug}/prices/": [positive_data_acceptance],
    "POST /api/v1/projects/{slug}/panels/": [positive_data_acceptance],
    "POST /api/v1/projects/{slug}/prompt-choices/": [positive_data_acceptance],
    "POST /api/v1/projects/{slug}/prompt-choices/forecast/": [positive_data_acceptance],
    "POST /api/v1/projects/{slug}/cascades/": [positive_data_acceptance],
    "POST /api/v1/projects/{slug}/cascades/study/": [positive_data_acceptance],
    "POST /api/v1/projects/{slug}/cascades/forecast/": [positive_data_acceptance],
    "POST /api/v1/projects/{slug}/cascades/start/": [positive_data_acceptance],
    "POST /api/v1/projects/{slug}/runs/": [positive_data_acceptance],
    "POST /api/v1/projects/{slug}/prompts/": [positive_data_acceptance],
}
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture
def description() -> dict[str, Any]:
    raw = Client().get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    schema: dict[str, Any] = json.loads(raw.content)
    return schema


@pytest.fixture
def one_connection(description: dict[str, Any]) -> Iterator[None]:
    """The application answers within the test's own transaction.

    Django's test client arranges that for itself, and undoes it after each of its calls.
    """
    ends = (signals.request_started, signals.request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.fixture
def project() -> Project:
    field = make_field(tasks=3, slug="study")
    judge = make_judge(field.project, "http://127.0.0.1:9/v1", price_in=1, price_out=1)
    plan_run(project=field.project, judge=judge, limit=1)
    return field.project


@pytest.mark.usefixtures("one_connection")
def test_the_api_answers_as_it_says(project: Project, description: dict[str, Any]) -> None:
    _, secret = create_api_token(user=make_member(project, Role.RESEARCHER).user, name="fuzz")
    schema = schemathesis.openapi.from_dict(description)
    schema.app = application
    headers = {"Authorization": f"Bearer {secret}"}
    tried, failures = 0, []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        for mode in MODES:
            try:
                _try_all(operation.as_strategy(generation_mode=mode), headers)
            except (
                Failure,
                BaseExceptionGroup,
            ) as error:  # every operation is tried before the first is told
                failures.append(f"{operation.label} {mode.value}: {error}")
            tried += 1
    assert not failures, "\n\n".join(failures)
    assert tried > 60


def _try_all(cases: st.SearchStrategy[Any], headers: dict[str, str]) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def try_one(case: Any) -> None:
        if "slug" in (case.path_parameters or {}) and case.meta is not None:
            case.path_parameters["slug"] = "study"
        case.call_and_validate(headers=headers, excluded_checks=BEYOND_SCHEMA.get(case.operation.label))

    try_one()
