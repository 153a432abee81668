"""Cards over REST, and that they are worked out once for the same answers."""

import pytest
from django.core.cache import cache
from django.test import Client

from annotations.models import Annotation, Project, Role
from evalplatform.agreement.raters import RaterAnswers, RaterCard, rater_cards
from tests.annotations.views.test_rater_cards import rate_pairs
from tests.factories.callers import open_api
from tests.factories.ledger import make_member, make_project

pytestmark = pytest.mark.database
CARDS = "/api/v1/projects/sky/rater-cards/"


@pytest.fixture
def project() -> Project:
    cache.clear()
    project = make_project("sky")
    rate_pairs(project)
    return project


@pytest.fixture
def api(project: Project) -> Client:
    return open_api(make_member(project, Role.REVIEWER).user)


def test_who_stands_out_is_named_with_the_numbers(api: Client) -> None:
    told = api.get(CARDS).json()
    found = {
        card["rater"]: [sign["name"] for sign in card["signs"] if sign["stands_out"]]
        for card in told["cards"]
    }
    assert set(found) == {"Ann", "Bob", "Lee <b>"}
    assert "side" in found["Lee <b>"]
    assert found["Ann"] == found["Bob"] == []
    assert told["criterion"] == told["criteria"][0]
    assert api.get(f"{CARDS}?criterion=none").status_code == 404
    assert api.get(f"{CARDS}?kriterion=x").status_code == 400


def test_cards_are_worked_out_once_and_again_when_an_answer_changes(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def count(answers: RaterAnswers) -> tuple[RaterCard, ...]:
        calls.append(len(answers.table))
        return rater_cards(answers)

    monkeypatch.setattr("annotations.queries.rater_cards.rater_cards", count)
    first = api.get(CARDS).json()
    assert api.get(CARDS).json() == first
    assert len(calls) == 1
    Annotation.objects.filter(rater__name="Ann").update(seconds=3.0)
    api.get(CARDS)
    assert len(calls) == 2
