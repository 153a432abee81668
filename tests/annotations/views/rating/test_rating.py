import json
import re
import uuid
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.leases import expire_assignments
from annotations.models import (
    Annotation,
    Assignment,
    AssignmentState,
    Membership,
    Project,
    Rater,
)
from tests.factories.ledger import (
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_user,
)

pytestmark = pytest.mark.database
HTMX = {"HX-Request": "true"}


def make_pairs(project: Project, count: int) -> None:
    rubric = make_pair_rubric(project)
    for _ in range(count):
        make_pair_task(project, rubric)


def live(rater: Rater) -> Assignment:
    assignment = claim_assignment(rater=rater)
    assert assignment is not None
    return assignment


def post(client: Client, address: str, **data: Any) -> HttpResponse:
    return client.post(f"/p/sky/rate/{address}", data, headers=HTMX)  # type: ignore[return-value]  # a response of the test client


def answer(client: Client, assignment: Assignment, ratings: Any, **data: Any) -> HttpResponse:
    body = {"ratings": json.dumps(ratings), "seconds": "2.5", "client_key": uuid.uuid4().hex, **data}
    return post(client, f"{assignment.public_id}/answer/", **body)


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def test_strangers_are_sent_to_sign_in(project: Project) -> None:
    response = Client().get("/p/sky/rate/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/p/sky/rate/")
    fragment = Client().get("/p/sky/rate/", headers=HTMX)
    assert fragment["HX-Redirect"] == "/sign-in/?next=/p/sky/rate/"


def test_outsiders_and_former_members_find_nothing(project: Project, rater: Rater, client: Client) -> None:
    outsider = Client()
    outsider.force_login(make_user())
    assert outsider.get("/p/sky/rate/").status_code == 404
    Membership.objects.update(ended_at="2026-01-01T00:00Z")
    assert client.get("/p/sky/rate/").status_code == 404


def test_the_page_shows_the_task_and_its_keys(project: Project, client: Client) -> None:
    make_pairs(project, 1)
    response = client.get("/p/sky/rate/")
    text = response.content.decode()
    assert response.status_code == 200
    assert "Why is the sky blue?" in text
    assert re.findall(r'data-value="(.+?)" data-key="(.)" data-letter="(.)"', text) == [
        ("&quot;first&quot;", "1", "q"),
        ("&quot;second&quot;", "2", "w"),
        ("&quot;tie&quot;", "3", "e"),
    ]
    assert "no-store" in response["Cache-Control"]
    assert "style=" not in text
    assert not re.search(r"<script(?![^>]*src=)", text)


def test_an_answer_brings_the_next_task_in_the_same_reply(
    project: Project, rater: Rater, client: Client
) -> None:
    make_pairs(project, 2)
    first = live(rater)
    response = answer(client, first, {"overall": "tie"})
    following = live(rater)
    assert following != first
    assert f'data-assignment="{following.public_id}"' in text_of(response)
    assert "<strong>1</strong> done" in text_of(response)
    assert "<html" not in text_of(response)
    assert Annotation.objects.get().seconds == 2.5


def test_a_page_that_shows_the_next_task_gets_the_one_after_it(
    project: Project, rater: Rater, client: Client
) -> None:
    make_pairs(project, 3)
    first = live(rater)
    ahead = post(client, f"{first.public_id}/ahead/")
    second = Assignment.objects.exclude(pk=first.pk).get()
    assert f'data-assignment="{second.public_id}"' in text_of(ahead)
    assert "<strong>1</strong> done" in text_of(ahead)
    reply = answer(client, first, {"overall": "tie"}, shows=str(second.public_id))
    third = Assignment.objects.latest("pk")
    assert f'data-assignment="{third.public_id}"' in text_of(reply)
    assert "<strong>2</strong> done" in text_of(reply)
    assert live(rater) == second
    last = answer(client, second, {"overall": "tie"}, shows=str(third.public_id))
    assert (last.status_code, text_of(last)) == (204, "")


def test_whoever_leaves_gives_back_what_was_leased_ahead(
    project: Project, rater: Rater, client: Client
) -> None:
    make_pairs(project, 3)
    first = live(rater)
    page = text_of(post(client, f"{first.public_id}/ahead/"))
    [lease] = re.findall(r'data-lease="(.+?)"', page)
    for known, live_after in (("", 2), (lease, 1)):
        assert post(client, f"{first.public_id}/leave/", lease=known).status_code == 204
        assert Assignment.objects.filter(state=AssignmentState.LIVE).count() == live_after
    assert list(Assignment.objects.filter(state=AssignmentState.LIVE)) == [first]


def test_sent_twice_it_counts_once(project: Project, rater: Rater, client: Client) -> None:
    make_pairs(project, 2)
    lease = live(rater)
    for _ in range(2):
        assert answer(client, lease, {"overall": "tie"}, client_key="k").status_code == 200
    assert Annotation.objects.count() == 1


def test_without_a_script_the_reply_is_the_page_again(project: Project, rater: Rater, client: Client) -> None:
    make_pairs(project, 1)
    body = {"ratings": '{"overall": "tie"}', "seconds": "1", "client_key": "k"}
    response = client.post(f"/p/sky/rate/{live(rater).public_id}/answer/", body)
    assert (response.status_code, response["Location"]) == (302, "/p/sky/rate/")


@pytest.mark.parametrize(
    "data",
    [
        {"ratings": "{"},
        {"ratings": "[]"},
        {"ratings": '{"overall": "best"}'},
        {"ratings": '{"overall": NaN}'},
        {"ratings": "[" * 100_000},
        {"ratings": "{}"},
        {"seconds": "soon"},
        {"seconds": "nan"},
        {"seconds": "1e400"},
        {"client_key": ""},
        {"client_key": "x" * 65},
        {"client_key": "\x00"},
    ],
)
def test_what_cannot_be_read_is_refused(
    project: Project, rater: Rater, client: Client, data: dict[str, str]
) -> None:
    make_pairs(project, 1)
    body = {"ratings": '{"overall": "tie"}', "seconds": "1", "client_key": "k", **data}
    response = post(client, f"{live(rater).public_id}/answer/", **body)
    assert response.status_code == 400
    assert 'role="alert"' in text_of(response)
    assert not Annotation.objects.exists()


def test_undo_opens_the_task_with_what_had_been_answered(
    project: Project, rater: Rater, client: Client
) -> None:
    make_pairs(project, 2)
    first = live(rater)
    answer(client, first, {"overall": {"value": "second", "rationale": "because"}})
    response = post(client, "undo/")
    text = text_of(response)
    assert f'data-assignment="{first.public_id}"' in text
    previous = re.search(r'data-previous="(.+?)"', text)
    assert previous is not None
    assert json.loads(previous[1].replace("&quot;", '"')) == {
        "overall": {"value": "second", "rationale": "because"}
    }


def test_with_nothing_to_undo_it_says_so(project: Project, client: Client) -> None:
    make_pairs(project, 1)
    assert 'data-act="undo" hx-post="/p/sky/rate/undo/" hx-target="#stage" disabled' in read(
        client, "/p/sky/rate/"
    )
    assert post(client, "undo/").status_code == 409


def test_skip_and_its_reason(project: Project, rater: Rater, client: Client) -> None:
    make_pairs(project, 2)
    first = live(rater)
    assert post(client, f"{first.public_id}/skip/").status_code == 400
    response = post(client, f"{first.public_id}/skip/", reason="cannot judge", other="too technical")
    first.refresh_from_db()
    assert (first.state, first.skip_reason) == (AssignmentState.SKIPPED, "too technical")
    assert f'data-assignment="{live(rater).public_id}"' in text_of(response)


def test_the_lease_is_kept_while_the_page_is_looked_at(
    project: Project, rater: Rater, client: Client
) -> None:
    make_pairs(project, 1)
    lease = live(rater)
    assert post(client, f"{lease.public_id}/keep/").status_code == 204
    later = Assignment.objects.get()
    assert later.expires_at > lease.expires_at
    Assignment.objects.update(state=AssignmentState.EXPIRED)
    assert post(client, f"{lease.public_id}/keep/").status_code == 409


def test_a_late_answer_is_told_to_be_kept(project: Project, rater: Rater, client: Client) -> None:
    make_pairs(project, 1)
    lease = live(rater)
    Assignment.objects.update(state=AssignmentState.EXPIRED)
    response = answer(client, lease, {"overall": "tie"})
    assert Annotation.objects.get().phase == "surplus"
    assert "the last one came late" in text_of(response)


def test_row_18_a_lease_that_ran_out_while_typing_still_counts_where_the_place_is_free(
    project: Project, rater: Rater, client: Client
) -> None:
    make_pairs(project, 1)
    lease = live(rater)
    expire_assignments(now=lease.expires_at)
    response = answer(client, lease, {"overall": "tie"})
    assert Annotation.objects.get().phase == "independent"
    assert "<strong>1</strong> done" in text_of(response)
    assert "the last one came late" not in text_of(response)


def test_row_18_an_answer_whose_place_is_taken_is_kept_told_and_credited(
    project: Project, rater: Rater, client: Client
) -> None:
    make_pairs(project, 1)
    lease = live(rater)
    expire_assignments(now=lease.expires_at)
    live(make_person(project))
    response = answer(client, lease, {"overall": "tie"})
    assert Annotation.objects.get().phase == "surplus"
    assert "<strong>1</strong> done" in text_of(response)
    assert "the last one came late" in text_of(response)
    assert "It is kept, and paid like any other." in text_of(response)


def test_all_done_and_come_back_later_are_pages_of_their_own(
    project: Project, rater: Rater, client: Client
) -> None:
    make_pairs(project, 1)
    claim_assignment(rater=make_person(project))
    later = read(client, "/p/sky/rate/")
    assert 'data-state="later"' in later
    assert 'hx-trigger="load delay:120s"' in later
    Assignment.objects.all().delete()
    make_person(project)
    other = make_project("empty")
    Membership.objects.create(project=other, user=rater.user, role="rater")  # type: ignore[misc]  # the rater has a user
    done = read(client, "/p/empty/rate/")
    assert 'data-state="done"' in done


def test_one_cannot_answer_skip_or_keep_for_another(project: Project, client: Client) -> None:
    make_pairs(project, 1)
    foreign = live(make_person(project))
    for act in ("answer", "skip", "keep", "ahead", "leave"):
        assert post(client, f"{foreign.public_id}/{act}/").status_code == 404


def test_an_assignment_of_another_project_is_not_found_here(
    project: Project, rater: Rater, client: Client
) -> None:
    other = make_project("other")
    make_pairs(other, 1)
    Membership.objects.create(project=other, user=rater.user, role="rater")  # type: ignore[misc]  # the rater has a user
    assert client.get("/p/other/rate/").status_code == 200
    assert post(client, f"{Assignment.objects.get().public_id}/keep/").status_code == 404


def test_the_bar_tells_about_how_much_is_left(project: Project, rater: Rater, client: Client) -> None:
    rubric = make_pair_rubric(project)
    for _ in range(3):
        make_pair_task(project, rubric, overlap=3)
    assert "about 2 left" in read(client, "/p/sky/rate/")
    for left in ("about 1 left", "this is the last one"):
        assert left in text_of(answer(client, live(rater), {"overall": "tie"}))


def test_a_rater_with_nothing_to_rate_is_not_thanked(project: Project, client: Client) -> None:
    text = read(client, "/p/sky/rate/")
    assert "There is nothing to rate here yet." in text
    assert "Thank you" not in text
