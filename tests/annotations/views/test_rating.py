import json
import re
import uuid
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from annotations.domain.claim import claim_assignment
from annotations.domain.leases import expire_assignments
from annotations.models import (
    Annotation,
    Assignment,
    AssignmentState,
    Level,
    Membership,
    Project,
    Rater,
    TaskKind,
)
from tests.factories.ledger import (
    make_criterion,
    make_generation,
    make_item,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_rubric,
    make_single_rubric,
    make_single_task,
    make_system,
    make_task,
    make_user,
    scale,
)

pytestmark = pytest.mark.database
HTMX = {"HX-Request": "true"}


@pytest.fixture
def project() -> Project:
    return make_project("sky", title="Sky")


@pytest.fixture
def rater(project: Project) -> Rater:
    return make_person(project)


@pytest.fixture
def client(rater: Rater) -> Client:
    assert rater.user is not None
    client = Client()
    client.force_login(rater.user)
    return client


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


def test_untrusted_text_is_shown_as_text(project: Project, client: Client) -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1)) \"'><b>"
    item = make_item(project, hostile, context=hostile, reference=hostile)
    rubric = make_single_rubric(project, ["quality"])
    rubric.criteria.update(options={"show_reference": True}, labels={"en": hostile}, question={"en": hostile})
    make_single_task(project, rubric, item=item, text=hostile)
    text = read(client, "/p/sky/rate/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert not re.search(r"<script>|<img|href=.javascript|<b>", text)


def test_scales_labels_and_free_answers(project: Project, client: Client) -> None:
    rubric = make_rubric(project, kind="single")  # type: ignore[arg-type]  # the column's own word
    make_criterion(rubric, "ten", values=scale(*range(1, 11)))
    make_criterion(rubric, "five", values=scale(*range(5)))
    make_criterion(rubric, "safe", values=[{"value": "y", "labels": {"en": "Yes", "ru": "Да"}}])
    make_criterion(rubric, "share", level="ratio", minimum=0, maximum=1, fractions=True)  # type: ignore[arg-type]  # as above
    make_criterion(rubric, "why", level="text", required=False)  # type: ignore[arg-type]  # as above
    make_criterion(rubric, "mean", values=scale(1, 2, 3), minimum=1, maximum=3, fractions=True)
    make_single_task(project, rubric)
    text = read(client, "/p/sky/rate/")
    keys = re.findall(r'data-value="([^"]+)" data-key="(.)"', text)
    assert keys[:10] == [(str(n), str(n % 10)) for n in range(1, 11)]
    assert keys[10:15] == [(str(n), str(n)) for n in range(5)]
    assert keys[15] == ("&quot;y&quot;", "1")
    assert keys[16:] == [("1", "1"), ("2", "2"), ("3", "3")]
    assert '<span class="label">Yes</span>' in text
    assert 'data-number data-step="any" data-min="0.0" data-max="1.0"' in text
    assert "a number from 0 to 1</p>" in text
    assert '<textarea class="typed"' in text


def test_the_page_speaks_the_language_of_the_user(project: Project, rater: Rater, client: Client) -> None:
    make_pairs(project, 1)
    assert rater.user is not None
    rater.user.language = "ru"
    rater.user.save()
    text = read(client, "/p/sky/rate/")
    assert '<html lang="ru">' in text
    assert "Какой ответ лучше?" in text
    assert "A лучше" in text


def test_a_conversation_is_shown_up_to_the_rated_turn(project: Project, client: Client) -> None:
    item = make_item(project, None, turns=["first question", "second question", "third question"])
    generations = [
        make_generation(item, make_system(project), None, turns=[f"{s}1", f"{s}2", f"{s}3"])
        for s in ("left", "right")
    ]
    make_task(item, make_pair_rubric(project), generations, turn=2)
    text = read(client, "/p/sky/rate/")
    assert text.count("<p>second question</p>") == 2
    assert "left2" in text
    assert text.count("rate this one") == 2
    assert "third question" not in text
    assert "left3" not in text


def test_a_preference_without_a_question_asks_which_is_better(project: Project, client: Client) -> None:
    rubric = make_pair_rubric(project)
    rubric.criteria.update(question={})
    make_pair_task(project, rubric)
    assert "Which answer is better?</h3>" in read(client, "/p/sky/rate/")


def test_a_text_is_sent_rendered_and_as_it_was_written(project: Project, client: Client) -> None:
    code = "def add(numbers):\n    # every <one>\n    return sum(numbers)\u200b"
    make_single_task(project, make_single_rubric(project), text=code)
    text = read(client, "/p/sky/rate/")
    assert "&nbsp;&nbsp;&nbsp;&nbsp;return sum(numbers)⟨U+200B⟩</p>" in text
    assert "\ndef add(numbers):\n    # every &lt;one&gt;\n    return sum(numbers)⟨U+200B⟩</pre>" in text
    assert "data-text" not in text


def test_a_study_of_plain_texts_starts_as_written(project: Project, client: Client) -> None:
    Project.objects.update(manifest={"text": "plain"})
    make_single_task(project, make_single_rubric(project))
    assert 'data-text="plain"' in read(client, "/p/sky/rate/")


def test_long_words_of_a_scale_stand_beneath_its_buttons_all_over_the_form(
    project: Project, client: Client
) -> None:
    rubric = make_rubric(project, kind="single")  # type: ignore[arg-type]  # the column's own word
    long = {"en": "The main claim is wrong or made up"}
    make_criterion(rubric, "truth", values=[{"value": 1, "labels": long}, {"value": 2}, {"value": 3}])
    make_criterion(rubric, "use", values=[{"value": 1, "labels": {"en": "None"}}, {"value": 2}, {"value": 3}])
    make_single_task(project, rubric)
    text = read(client, "/p/sky/rate/")
    assert re.findall(r"<dt>(.)</dt><dd>(.+?)</dd>", text) == [("1", long["en"]), ("1", "None")]
    assert text.count('class="criterion scale"') == 2
    assert 'class="note"' not in text
    assert re.findall(r"<kbd>(\d)</kbd>\s*</button>", text)[:6] == ["1", "2", "3"] * 2


@pytest.mark.parametrize(
    ("prompt", "is_dialogue"),
    [
        ("USER: hi\nLAMDA: hello\nUSER: well?", True),
        ("USER: hi", False),
        ("Note: one thing\nWarning: another", False),
        ("at 10:30\nand 11:45\nand 12:00", False),
    ],
)
def test_a_dialogue_opens_at_its_end(
    project: Project, client: Client, prompt: str, is_dialogue: bool
) -> None:
    make_single_task(project, make_single_rubric(project), item=make_item(project, prompt))
    assert ("data-dialogue" in read(client, "/p/sky/rate/")) == is_dialogue


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


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ({}, "sky"),
        ({"rater_title": "Skies"}, "Skies"),
        ({"rater_title": {"ru": "Небо", "en": "Heavens"}}, "Heavens"),
    ],
)
def test_raters_see_the_title_that_is_for_them(
    project: Project, client: Client, stated: dict[str, Any], shown: str
) -> None:
    Project.objects.update(title="Sky with verdicts of apex-9", manifest=stated)
    for address in ("/", "/p/sky/", "/p/sky/rate/"):
        text = read(client, address)
        assert f">{shown}</" in text
        assert "apex-9" not in text


def test_row_17_another_answer_to_an_answered_task_asks_which_shall_stand(
    project: Project, rater: Rater, client: Client
) -> None:
    make_pairs(project, 2)
    lease = live(rater)
    answer(client, lease, {"overall": {"value": "first", "rationale": "<b>clear</b>"}})
    refused = answer(client, lease, {"overall": "tie"})
    text = text_of(refused)
    assert refused.status_code == 409
    assert 'role="alertdialog"' in text
    assert cells_of(text) == ["A is better &lt;b&gt;clear&lt;/b&gt;", "Equal"]
    assert Annotation.objects.count() == 1


def cells_of(text: str) -> list[str]:
    """What stands beside the question: stored, sent."""
    cells = re.findall(r"<td>(.+?)</td>", text.partition("<tbody>")[2], re.DOTALL)
    return [" ".join(re.sub(r"</?p[^>]*>", " ", cell).split()) for cell in cells]


def read_form(text: str) -> dict[str, str]:
    """The hidden fields of the conflict's form."""
    fields = re.findall(r'name="(\w+)" value="([^"]*)"', text)
    return {name: value.replace("&quot;", '"') for name, value in fields}


def test_row_17_the_second_answer_can_replace_the_stored_one(
    project: Project, rater: Rater, client: Client
) -> None:
    make_pairs(project, 2)
    lease = live(rater)
    answer(client, lease, {"overall": "first"}, client_key="k")
    form = read_form(text_of(answer(client, lease, {"overall": "tie"}, client_key="k")))
    replaced = post(client, f"{lease.public_id}/revise/", **form)
    again = post(client, f"{lease.public_id}/revise/", **form)
    assert f'data-assignment="{live(rater).public_id}"' in text_of(replaced)
    assert (replaced.status_code, again.status_code) == (200, 200)
    old, new = Annotation.objects.order_by("pk")
    assert (old.is_current, new.is_current, new.phase, new.supersedes) == (False, True, "revised", old)
    assert new.ratings.get().code == "tie"


def test_row_17_what_was_changed_once_more_is_asked_once_more(
    project: Project, rater: Rater, client: Client
) -> None:
    make_pairs(project, 1)
    lease = live(rater)
    answer(client, lease, {"overall": "first"})
    form = read_form(text_of(answer(client, lease, {"overall": "tie"})))
    post(client, f"{lease.public_id}/revise/", **{**form, "ratings": '{"overall": "second"}'})
    refused = post(client, f"{lease.public_id}/revise/", **{**form, "client_key": "late"})
    assert (refused.status_code, cells_of(text_of(refused))) == (409, ["B is better", "Equal"])


@pytest.mark.parametrize("stored", ["", "nonsense", "00000000-0000-4000-8000-000000000000", "another's"])
def test_only_ones_own_answer_is_replaced(
    project: Project, rater: Rater, client: Client, stored: str
) -> None:
    make_pair_task(project, make_pair_rubric(project), overlap=2)
    lease = live(rater)
    answer(client, lease, {"overall": "first"})
    if stored == "another's":
        other = make_person(project)
        assert other.user is not None
        colleague = Client()
        colleague.force_login(other.user)
        answer(colleague, live(other), {"overall": "first"})
        stored = str(Annotation.objects.get(rater=other).public_id)
    form = {"ratings": '{"overall": "tie"}', "seconds": "1", "client_key": "x", "stored": stored}
    assert post(client, f"{lease.public_id}/revise/", **form).status_code == 404
    assert not Annotation.objects.filter(phase="revised").exists()


def test_both_answers_are_told_in_the_words_of_every_kind_of_question(
    project: Project, rater: Rater, client: Client
) -> None:
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "quality", values=[{"value": 1, "labels": {"en": "poor"}}, *scale(2, 3)])
    make_criterion(rubric, "share", Level.RATIO, minimum=0, maximum=10, fractions=True)
    make_criterion(rubric, "note", Level.TEXT, required=False)
    make_criterion(rubric, "fit", values=scale(1, 2, 3), options={"not_applicable": True})
    make_single_task(project, rubric)
    lease = live(rater)
    answer(client, lease, {"quality": 1, "share": 2.5, "note": "so & so", "fit": 3})
    text = text_of(answer(client, lease, {"quality": 2, "share": 3, "fit": {"absent": "not_applicable"}}))
    assert cells_of(text) == ["1 poor", "2", "2.5", "3", "so &amp; so", "–", "3", "Not applicable"]
