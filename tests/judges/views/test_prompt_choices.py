"""Pages of choices: the list, the form with its estimate, and a choice before and after."""

from typing import Any  # forms take any value

import pytest

from annotations.models import Role
from judges.engine.choosing.concluding import list_candidates
from judges.engine.choosing.starting import start_choice
from judges.models import PromptChoice
from tests.factories.callers import sign_in
from tests.factories.judging import Field
from tests.factories.labelled import list_kept, make_labelled
from tests.fakes.provider import FakeProvider
from tests.judges.engine.choosing.test_choices import make_order, work_on

CHOICES = "/p/study/judges/choices/"


def make_wish(field: Field, **more: Any) -> dict[str, Any]:
    order = make_order(field)
    return {
        "name": "best", "prompts": ["mine@1", "mine@2"], "connection": str(order.connection.public_id),
        "model": "fake-1", "labels_by": "people", "share": "0.3", "seed": "0", **more,
    }  # fmt: skip


@pytest.mark.database
def test_the_form_shows_what_it_would_come_to_and_starts() -> None:
    field = make_labelled(80)
    client, wish = sign_in(field.project), make_wish(field, examples="2")
    assert "No prompt was chosen here yet." in client.get(CHOICES).content.decode()
    estimate = client.get(f"{CHOICES}new/", wish)
    assert estimate.status_code == 200
    kept = len(list_kept(field.project)) - 2
    assert f"{kept} labelled tasks, criterion overall." in estimate.content.decode()
    assert PromptChoice.objects.count() == 0
    answer = client.post(f"{CHOICES}new/", wish)
    choice = PromptChoice.objects.get()
    assert answer["Location"] == f"{CHOICES}{choice.public_id}/"
    page = client.get(answer["Location"]).content.decode()
    assert "candidates judge" in page
    assert page.count("mine v1") == 1
    russian = {"Accept-Language": "ru"}
    assert "<dd>люди</dd>" in client.get(answer["Location"], headers=russian).content.decode()
    form = client.get(f"{CHOICES}new/", headers=russian).content.decode()
    assert '<option value="people">люди</option>' in form
    judge = list_candidates(choice)[0].judge
    assert (
        "A candidate in a choice of prompts"
        in client.get(f"/p/study/judges/{judge.public_id}/").content.decode()
    )
    assert page.count("/p/study/runs/") > 1


@pytest.mark.database
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"prompts": ["mine@1"]}, "2 to 20 can be compared"),
        ({"share": "0.02"}, "10 labelled items of the split"),
        ({"criterion": "depth"}, "must be one of overall"),
        ({"prompts": ["nothing"]}, "errorlist"),
    ],
)
def test_what_is_wrong_comes_back_beside_its_field(change: dict[str, Any], words: str) -> None:
    field = make_labelled(40)
    client, wish = sign_in(field.project), {**make_wish(field), **change}
    for answer in (client.get(f"{CHOICES}new/", wish), client.post(f"{CHOICES}new/", wish)):
        assert answer.status_code == 400
        assert words in answer.content.decode()


@pytest.mark.database(transaction=True)
def test_a_choice_that_is_over_says_what_was_chosen_and_why() -> None:
    field = make_labelled(80)
    with FakeProvider() as fake:
        choice = work_on(start_choice(project=field.project, order=make_order(field, fake.url)))
    page = sign_in(field.project, Role.REVIEWER).get(f"{CHOICES}{choice.public_id}/").content.decode()
    assert "Chosen: mine v2." in page
    assert "No other candidate could be as good." in page
    assert "1.000" in page
    assert "mine v2" in sign_in(field.project, Role.REVIEWER).get(CHOICES).content.decode()
