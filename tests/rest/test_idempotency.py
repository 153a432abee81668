"""A key names one request: its work is done once, and its answer kept with it."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from evalplatform.accounts.models import IdempotentReply, User
from evalplatform.common.errors import Conflict, Exhausted, Mismatched
from evalplatform.rest.idempotency import NamedRequest, Reply, answer_once, find_reply, forget_old_replies
from tests.factories.ledger import make_user

pytestmark = pytest.mark.database(transaction=True)


def name(user: User, fingerprint: str = "a") -> NamedRequest:
    return NamedRequest(user, f"user:{user.pk} POST /here/", "k", fingerprint)


def test_work_is_done_once() -> None:
    user, done = make_user(), []

    def work() -> Reply:
        done.append(1)
        return Reply.of(201, {"n": len(done)})

    first, again = (answer_once(named=name(user), work=work) for _ in range(2))

    assert (first, again) == (Reply(201, '{"n":1}'), Reply(201, '{"n":1}', is_replay=True))
    assert find_reply(name(user)) == again
    assert done == [1]
    with pytest.raises(Mismatched):
        answer_once(named=name(user, "b"), work=work)
    with pytest.raises(Mismatched):
        find_reply(name(user, "b"))


def test_work_that_fails_leaves_the_key_free() -> None:
    user = make_user()

    def fail() -> Reply:
        make_user("half-done")
        raise Conflict("no")

    with pytest.raises(Conflict):
        answer_once(named=name(user), work=fail)

    assert (IdempotentReply.objects.count(), User.objects.filter(username="half-done").exists()) == (0, False)
    assert answer_once(named=name(user), work=lambda: Reply.of(200, {})).is_replay is False


def test_a_database_that_gives_up_is_busy_and_keeps_nothing() -> None:
    user = make_user()

    def fail() -> Reply:
        raise OperationalError("database is locked")

    with pytest.raises(Exhausted):
        answer_once(named=name(user), work=fail)
    assert IdempotentReply.objects.count() == 0


@contextmanager
def twin_at_work(user: User) -> Iterator[threading.Event]:
    """Another connection in the middle of the same request; it ends when the event is set, or the block does."""
    begun, may_end = threading.Event(), threading.Event()

    def work() -> Reply:
        begun.set()
        may_end.wait(20)
        return Reply.of(200, {"by": "the twin"})

    def run() -> Reply:
        try:
            return answer_once(named=name(user), work=work)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        twin = pool.submit(run)
        assert begun.wait(20)
        try:
            yield may_end
        finally:
            may_end.set()
        assert twin.result() == Reply.of(200, {"by": "the twin"})


def test_who_comes_second_waits_and_gets_the_answer_of_the_first() -> None:
    user = make_user()
    with twin_at_work(user) as may_end:
        threading.Timer(0.3, may_end.set).start()
        mine = answer_once(named=name(user), work=lambda: Reply.of(200, {"by": "me"}))

    assert mine == Reply(200, '{"by":"the twin"}', is_replay=True)
    assert IdempotentReply.objects.count() == 1


def test_who_waits_for_too_long_is_told_to_come_again() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets only one begin: the second waits, however long the first takes")
    user = make_user()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    try:
        with twin_at_work(user), pytest.raises(Conflict):
            answer_once(named=name(user), work=lambda: Reply.of(200, {"by": "me"}))
    finally:
        connection.close()

    assert answer_once(named=name(user), work=lambda: Reply.of(200, {})).is_replay is True


def test_replies_are_forgotten_after_a_week() -> None:
    user = make_user()
    answer_once(named=name(user), work=lambda: Reply.of(200, {}))
    assert forget_old_replies() == 0

    IdempotentReply.objects.update(created_at=timezone.now() - timedelta(days=7, seconds=1))

    assert forget_old_replies() == 1
    assert find_reply(name(user)) is None
