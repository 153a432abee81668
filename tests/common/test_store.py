"""Questions to a real store: answered over connections that are kept, passed over while it is away."""

import pytest
import redis
from pytest_django import Settings

from evalplatform.common import store
from evalplatform.common.store import ask_store


def count_connections(client: redis.Redis) -> int:
    return int(client.info("stats")["total_connections_received"])


def test_one_connection_serves_one_question_after_another(valkey: redis.Redis) -> None:
    valkey.set("color", "blue")
    assert ask_store(lambda held: held.get("color"), default=None) == b"blue"
    before = count_connections(valkey)
    assert [ask_store(lambda held: held.incr("asked"), default=0) for _ in range(5)] == [1, 2, 3, 4, 5]
    assert count_connections(valkey) == before


def test_a_connection_that_the_store_has_closed_is_opened_anew(valkey: redis.Redis) -> None:
    assert ask_store(lambda held: held.incr("asked"), default=0) == 1
    valkey.client_kill_filter(_type="normal", skipme=True)
    assert ask_store(lambda held: held.incr("asked"), default=0) == 2


def test_a_store_that_is_away_holds_up_nobody(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "unix:///nowhere/store.sock"
    assert ask_store(lambda held: str(held.ping()), default="away") == "away"
    monkeypatch.setattr(store, "_open", lambda _: pytest.fail("asked again at once"))
    assert ask_store(lambda held: str(held.ping()), default="away") == "away"
