import redis
from django.conf import settings


def test_the_store_is_real_empty_and_named_by_the_settings(valkey: redis.Redis) -> None:
    assert valkey.dbsize() == 0
    with redis.Redis.from_url(settings.REDIS_URL) as other:
        other.set("a", "1")
    assert valkey.get("a") == b"1"
    assert valkey.info("server")["server_name"] == "valkey"


def test_each_test_finds_it_empty(valkey: redis.Redis) -> None:
    assert valkey.dbsize() == 0
    valkey.set("left", "behind")
