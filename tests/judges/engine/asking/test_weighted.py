"""Judges whose scores are weighted by probability, from the reply of a real server to the ledger."""

from typing import Any  # parameters are any JSON values

import pytest

from annotations.models import Rating, TaskKind
from judges.engine.planning.plan import plan_run
from judges.engine.versions.probing import probe_connection
from judges.engine.versions.register import create_judge
from judges.models import Attempt
from judges.queries.progress import read_progress
from tests.factories.judging import make_connection, make_field, work
from tests.fakes.provider import FakeProvider

pytestmark = pytest.mark.database(transaction=True)


def rate(fake: FakeProvider, kind: TaskKind, **parameters: Any) -> Any:
    field = make_field(kind, 1)
    connection = make_connection(fake.url)
    probe_connection(connection=connection, model="m")
    judge = create_judge(
        project=field.project, name="j", protocol=kind, connection=connection, model="m",
        parameters={"probability_weighted": True, **parameters},
    )  # fmt: skip
    run = plan_run(project=field.project, judge=judge)
    work(run)
    return read_progress(run)


@pytest.mark.parametrize("endpoint", ["chat", "responses"])
def test_a_score_is_the_mean_over_what_could_have_been_said(endpoint: str) -> None:
    """The fake is sure of 3 by 0.6, of 2 and 4 by 0.2 each."""
    with FakeProvider() as fake:
        assert rate(fake, TaskKind.SINGLE, endpoint=endpoint).absent == {}
    rating = Rating.objects.order_by("criterion").first()
    assert rating is not None
    assert (round(rating.number or 0, 9), rating.confidence) == (3.0, 0.6)
    assert rating.meta == {
        "said": 3.0,
        "odds": {"1": 0, "2": 0.2, "3": 0.6, "4": 0.2, "5": 0},
        "outside": 0.0,
    }


def test_a_preference_keeps_its_side_and_gains_a_confidence() -> None:
    with FakeProvider() as fake:
        rate(fake, TaskKind.PAIR)
    found = Rating.objects.order_by("annotation__shown_order").values_list("code", "confidence", "meta")
    assert [(code, confidence, (meta or {})["odds"]["first"]) for code, confidence, meta in found] == [
        ("first", 0.7, 0.7),
        ("first", 0.7, 0.7),
    ]


def test_a_reply_without_odds_is_no_plain_score() -> None:
    with FakeProvider() as fake:
        fake.on_request = lambda body: setattr(
            fake, "ignores", frozenset({"logprobs"}) if body.get("top_logprobs") == 20 else frozenset()
        )
        progress = rate(fake, TaskKind.SINGLE)
    assert progress.absent == {"unparsable": 2}
    assert {(meta or {})["weighted"] for meta in Rating.objects.values_list("meta", flat=True)} == {"no_odds"}
    assert Attempt.objects.get().returned["system_fingerprint"] == "fp_1"
