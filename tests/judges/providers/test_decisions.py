"""OpenAI's decisions: criteria as typed questions, and answers that are probabilities or nothing."""

import dataclasses
import json
from typing import Any  # replies are any JSON value

import pytest

from annotations.models import Rating, TaskKind
from evalplatform.common.errors import ProviderFailure
from judges.engine.planning.plan import plan_run
from judges.engine.versions.register import create_judge
from judges.providers import decisions
from judges.providers.base import Completion
from tests.factories.judging import make_connection, make_field, work
from tests.fakes.provider import FakeProvider
from tests.judges.providers.test_clients import REQUEST, ask

SCALES = {
    "clarity": {"type": "integer", "minimum": 1, "maximum": 3},
    "best": {"enum": ["first", "second"]},
    "words": {"type": "string"},
}
SCHEMA = {"properties": {key: {"properties": {"value": scale}} for key, scale in SCALES.items()}}
ASKED = dataclasses.replace(REQUEST, schema=SCHEMA, parameters={"endpoint": "decisions"})


def test_criteria_are_asked_as_typed_questions_and_answered_with_odds() -> None:
    with FakeProvider() as fake:
        answer = ask("openai", fake, ASKED)
    asked = [(q["name"], q["type"], q.get("levels") or q["choices"]) for q in fake.requests[0]["questions"]]
    assert asked == [
        ("clarity", "score", [{"label": "1"}, {"label": "2"}, {"label": "3"}]),
        ("best", "choice", [{"value": "first"}, {"value": "second"}]),
    ]
    assert json.loads(answer.text) == {"clarity": {"value": 2}, "best": {"value": "first"}}
    odds = {key: {k: round(v, 6) for k, v in shares.items()} for key, shares in answer.probabilities.items()}
    assert odds == {"clarity": {"1": 0.2, "2": 0.6, "3": 0.2}, "best": {"first": 0.7, "second": 0.3}}
    assert (answer.returned_model, answer.tokens_in, answer.tokens_out) == ("m-2026", 100, 10)


def test_a_question_may_be_declined_alone_or_with_all_others() -> None:
    first = {"type": "refusal", "name": "clarity"}
    found = read([first, choose({"first": 0.25, "second": 0.75})])
    assert (found.absent, json.loads(found.text), found.is_refusal) == (
        {"clarity": "refused"},
        {"best": {"value": "second"}},
        False,
    )
    assert read([first, {"type": "refusal", "name": "best"}]).is_refusal


def choose(odds: dict[str, Any]) -> dict[str, Any]:
    listed = [{"value": value, "probability": share} for value, share in odds.items()]
    return {"type": "choice", "name": "best", "probabilities": listed}


def read(answers: Any) -> Completion:
    return decisions.read(ASKED, json.dumps({"answers": answers}), headers={}, latency=0.1)


@pytest.mark.parametrize(
    "answer",
    [
        choose({"first": 0.7}),
        choose({"first": 0.7, "second": 0.9}),
        choose({"first": True, "second": 0}),
        choose({"first": 1, "third": 0}),
        choose({"first": 2, "second": -1}),
        {"type": "choice", "name": "best", "probabilities": ["first"]},
        {"type": "choice", "name": "best"},
        {"type": "choice", "choice": "first"},
        {},
    ],
)
def test_odds_that_cannot_be_true_are_no_verdict(answer: dict[str, Any]) -> None:
    found = read([answer])
    assert (found.text, found.probabilities) == ("{}", {})


@pytest.mark.parametrize("answers", [None, {}, [3], [choose({"first": 1}), choose({"second": 1})]])
def test_an_odd_reply_is_a_named_failure(answers: Any) -> None:
    with pytest.raises(ProviderFailure) as caught:
        read(answers)
    assert caught.value.reason == "bad_reply"


def test_scales_without_a_list_cannot_be_asked_for() -> None:
    words = {"properties": {"words": SCHEMA["properties"]["words"]}}
    with pytest.raises(ProviderFailure) as caught:
        decisions.build(dataclasses.replace(ASKED, schema=words))
    assert caught.value.reason == "unsupported"


@pytest.mark.database(transaction=True)
@pytest.mark.parametrize("weighted", [False, True])
def test_a_judge_of_decisions_has_a_confidence_for_every_rating(weighted: bool) -> None:
    field = make_field(TaskKind.SINGLE, 1)
    with FakeProvider() as fake:
        connection = make_connection(fake.url)
        connection.capabilities = {"m": {"decisions": True}}
        connection.save()
        judge = create_judge(
            project=field.project, name="j", protocol="single", connection=connection, model="m",
            parameters={"endpoint": "decisions", "probability_weighted": weighted},
        )  # fmt: skip
        work(plan_run(project=field.project, judge=judge))
    rating = Rating.objects.order_by("criterion").first()
    assert rating is not None
    assert (round(rating.number or 0, 9), rating.confidence, rating.absent) == (3.0, 0.6, None)
