"""Choosing a prompt over REST: started by researchers, read by reviewers."""

from typing import Any  # bodies are JSON

import pytest

from annotations.models import Role
from judges.engine.choosing.concluding import list_candidates
from judges.engine.ledger.control import conclude_run
from judges.engine.sweep import sweep_once
from judges.models import PromptChoice
from tests.factories.callers import sign_in
from tests.factories.judging import Field, work
from tests.factories.labelled import SPLIT, list_kept, make_labelled
from tests.fakes.provider import FakeProvider
from tests.judges.engine.choosing.test_choices import PRICES, make_order

URL = "http://127.0.0.1:9/v1"
CHOICES = "/api/v1/projects/study/prompt-choices/"


def make_body(field: Field, url: str = URL, **more: Any) -> dict[str, Any]:
    order = make_order(field, url)
    return {
        "name": "best", "prompts": ["mine@1", "mine@2"], "connection": order.connection.name, "model": "fake-1",
        "parameters": PRICES, "share": SPLIT.share, **more,
    }  # fmt: skip


@pytest.mark.database(transaction=True)
def test_a_choice_is_forecast_started_and_read() -> None:
    field = make_labelled(80)
    kept = len(list_kept(field.project))
    researcher, reviewer = (sign_in(field.project, role) for role in (Role.RESEARCHER, Role.REVIEWER))
    with FakeProvider() as fake:
        body = make_body(field, fake.url, budget=1)
        told = researcher.post(f"{CHOICES}forecast/", body, content_type="application/json").json()
        assert (told["tasks"], told["criterion"]) == (kept, "overall")
        assert [each["forecast"]["calls"] for each in told["candidates"]] == [2 * kept] * 2
        assert PromptChoice.objects.count() == 0
        answer = researcher.post(CHOICES, body, content_type="application/json")
        assert answer.status_code == 201, answer.content
        made = answer.json()
        assert (made["state"], made["judge"], made["figures"], made["tasks"]) == ("judging", None, None, kept)
        for candidate in list_candidates(PromptChoice.objects.get()):
            work(candidate.run)
            conclude_run(run_id=candidate.run_id)
        assert sweep_once()["chosen"] == 1
    shown = reviewer.get(f"{CHOICES}{made['id']}/").json()
    assert (shown["state"], shown["figures"]["chosen"], shown["figures"]["why"]) == (
        "chosen",
        "mine v2",
        "clear",
    )
    assert [each["run_state"] for each in shown["candidates"]] == ["finished", "finished"]
    (listed,) = reviewer.get(CHOICES).json()["results"]
    assert listed == {k: v for k, v in shown.items() if k not in ("figures", "labels", "result_hash")}
    judge = reviewer.get(f"/api/v1/projects/study/judges/{shown['judge']}/").json()
    assert (judge["name"], judge["split"]["left_out"]) == ("best", kept)


@pytest.mark.database
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"prompts": ["mine@1"]}, "prompts"),
        ({"prompts": "mine@1"}, "prompts"),
        ({"connection": "nobody's"}, "connection"),
        ({"parameters": {"family": "a\x00b"}}, "family"),
        ({"parameters": {"seed": 10**30}}, "seed"),
        ({"parameters": {"examples": "4"}}, "examples"),
        ({"parameters": []}, "parameters"),
        ({"share": 1}, "share"),
        ({"more": 1}, "more"),
    ],
)
def test_what_is_wrong_is_told_by_its_field(change: dict[str, Any], field: str) -> None:
    held = make_labelled(40)
    client, body = sign_in(held.project), make_body(held, **change)
    for address in (CHOICES, f"{CHOICES}forecast/"):
        answer = client.post(address, body, content_type="application/json")
        assert answer.status_code == 400, answer.content
        assert field in str(answer.json()["errors"])
    assert PromptChoice.objects.count() == 0


@pytest.mark.database
def test_a_name_that_is_taken_is_a_conflict() -> None:
    field = make_labelled(80)
    client, body = sign_in(field.project), make_body(field)
    ids = {client.post(CHOICES, body, content_type="application/json").json()["id"] for _ in range(2)}
    assert len(ids) == 1
    assert client.post(CHOICES, {**body, "seed": 3}, content_type="application/json").status_code == 409
