"""Row 11: where the disk is full nothing is stored by halves, and what is there can be read."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client

from annotations.domain.queue.claim import claim_assignment
from annotations.models import Annotation, Batch, Generation, Item, Role
from evalplatform.accounts.models import IdempotentReply
from evalplatform.accounts.tokens import create_api_token
from tests.factories.batches import make_lines
from tests.factories.ledger import make_member, make_pair_rubric, make_pair_task, make_person, make_project

# PostgreSQL tells a full disk by the same kind of error and cannot be made to meet one here.
pytestmark = [pytest.mark.database(transaction=True), pytest.mark.one_database]


@contextmanager
def full_disk() -> Iterator[None]:
    """SQLite may use no page more than it has: to it that is a disk without room."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # no page that an earlier test has freed
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            yield
        finally:
            cursor.execute("PRAGMA max_page_count = 1000000000")


def sign(project_slug: str = "sky") -> Client:
    project = make_project(project_slug, overlap=1)
    make_pair_rubric(project)
    user = make_member(project, Role.RESEARCHER).user
    token = create_api_token(user=user, name="test")[1]
    return Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)


def test_row_11_a_batch_is_refused_whole_and_taken_when_there_is_room() -> None:
    api = sign()
    body = make_lines(400)

    def send() -> int:
        headers = {"Idempotency-Key": "k"}
        answer = api.post(
            "/api/v1/projects/sky/batches/", body, content_type="application/x-ndjson", headers=headers
        )
        return answer.status_code

    with full_disk():
        assert send() == 503
        assert [model.objects.count() for model in (Batch, Item, Generation, IdempotentReply)] == [0, 0, 0, 0]
        assert api.get("/api/v1/projects/sky/").status_code == 200
    assert send() == 202
    assert Item.objects.count() == 400


def test_row_11_an_answer_is_refused_in_words_and_kept_by_whoever_sends_it_again() -> None:
    project = make_project("sky", overlap=1)
    make_pair_task(project, make_pair_rubric(project))
    rater = make_person(project)
    assert rater.user is not None
    lease = claim_assignment(rater=rater)
    assert lease is not None
    client = Client(raise_request_exception=False)
    client.force_login(rater.user)
    address = f"/api/v1/assignments/{lease.public_id}/annotation/"
    body = {
        "ratings": {"overall": {"value": "first", "rationale": "x" * 20_000}},
        "seconds": 3,
        "client_key": "one",
    }
    with full_disk():
        refused = client.put(address, body, content_type="application/json")
        assert refused.status_code == 503
        assert refused.json()["code"] in {"unavailable", "exhausted"}
        assert Annotation.objects.count() == 0
        assert client.get("/p/sky/").status_code == 200
    assert client.put(address, body, content_type="application/json").status_code == 201
    assert Annotation.objects.count() == 1
