"""A second answer to an answered task: both are shown, and the rater says which shall stand."""

import re

import pytest
from django.test import Client

from annotations.models import Annotation, Level, Project, Rater, TaskKind
from tests.annotations.views.rating.test_rating import answer, live, make_pairs, post, text_of
from tests.factories.ledger import (
    make_criterion,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_rubric,
    make_single_task,
    scale,
)

pytestmark = pytest.mark.database


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
