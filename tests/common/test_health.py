import json

import pytest
import redis
from django.test import Client
from pytest_django import Settings


@pytest.mark.database
def test_ready_when_database_and_store_answer(client: Client, valkey: redis.Redis) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, json.loads(answer.content)) == (
        200,
        {"status": "ready", "database": "ok", "store": "ok"},
    )


@pytest.mark.database
def test_not_ready_without_the_store(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"

    answer = client.get("/readyz")

    assert (answer.status_code, json.loads(answer.content)["store"]) == (503, "unreachable")


def test_up_needs_nothing(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, json.loads(answer.content)) == (200, {"status": "up"})
