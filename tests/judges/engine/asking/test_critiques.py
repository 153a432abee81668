"""Critics, doubters and the rating in the light of what stands, against a fake provider."""

from typing import Any  # a request's JSON

import pytest

from annotations.models import Absent, Rating, TaskKind
from evalplatform.common.errors import Invalid
from judges.engine.money.ranges import Range
from judges.engine.planning.forecast import forecast_run
from judges.engine.planning.plan import plan_run
from judges.protocols.answer import Said
from judges.protocols.critiques import find_missing_critiques, list_standing
from judges.protocols.recipe import Recipe
from tests.factories.judging import make_field, make_judge, work
from tests.factories.ledger import make_project
from tests.fakes.provider import FakeProvider

TREE: dict[str, Any] = {"critiques": 2, "critique_levels": 2, "temperature": 1}


def read_user(request: dict[str, Any]) -> str:
    return str(request["messages"][1]["content"])


def test_doubters_wait_for_all_critics_and_only_for_those_who_found_something() -> None:
    recipe = Recipe(critiques=3, critique_levels=2)
    said: dict[str, Said] = {"sample-1/critic": Said(words="Too long.")}
    assert list(map(str, find_missing_critiques(recipe, said))) == ["sample-2/critic", "sample-3/critic"]
    said |= {"sample-2/critic": Said(words=" "), "sample-3/critic": Said(words="Wrong.")}
    assert list(map(str, find_missing_critiques(recipe, said))) == ["sample-1/doubt", "sample-3/doubt"]
    said |= {"sample-1/doubt": Said(words=""), "sample-3/doubt": Said(words="Wrong.")}
    assert find_missing_critiques(recipe, said) == ()
    assert list_standing(recipe, said) == ["Wrong."]
    assert list_standing(Recipe(critiques=3), said) == ["Too long.", "Wrong."]


@pytest.mark.database(transaction=True)
@pytest.mark.parametrize("kind", [TaskKind.SINGLE, TaskKind.PAIR])
def test_each_call_is_shown_what_it_builds_on_behind_fences(kind: TaskKind) -> None:
    field = make_field(kind, 1)
    orders = 2 if kind == TaskKind.PAIR else 1
    with FakeProvider() as fake:
        judge = make_judge(field.project, fake.url, str(kind), calls_in_flight=1, **TREE)
        told = forecast_run(judge=judge)
        run = plan_run(project=field.project, judge=judge)
        work(run)
    steps = ["", "sample-1/critic", "sample-1/doubt", "sample-2/critic", "sample-2/doubt"]
    assert sorted(run.attempts.values_list("step", flat=True)) == sorted(steps * orders)
    assert (told.calls, told.further_calls) == (2 * orders, Range(orders, 3 * orders, 3 * orders))
    metas = Rating.objects.values_list("meta__critiques", "meta__stood")
    assert set(metas) == {(2, 2)}
    by_step = {
        attempt.step: attempt.raw_reply.request for attempt in run.attempts.select_related("raw_reply")
    }
    found = "Because it says more."  # the fake's words for every text
    assert found not in by_step["sample-1/critic"]["user"]
    assert f"critique>>\n{found}\n<</" in by_step["sample-1/doubt"]["user"]
    assert by_step[""]["user"].count(f">>\n{found}\n<</") == 2
    assert "Remarks of others" in by_step[""]["system"]
    assert by_step["sample-1/doubt"]["schema"]["required"] == ["holds"]


@pytest.mark.database(transaction=True)
def test_a_critic_who_cannot_be_read_finds_nothing() -> None:
    field = make_field(TaskKind.SINGLE, 1)
    with FakeProvider(faults=["unparsable"]) as fake:
        judge = make_judge(field.project, fake.url, "single", critiques=1, critique_levels=2)
        run = plan_run(project=field.project, judge=judge)
        work(run)
    assert sorted(run.attempts.values_list("step", flat=True)) == ["", "sample-1/critic"]
    assert set(Rating.objects.values_list("absent", "meta__stood")) == {(None, 0)}
    assert "Remarks of others" not in run.attempts.get(step="").raw_reply.request["system"]
    assert not Rating.objects.filter(absent=Absent.UNPARSABLE).exists()


@pytest.mark.database
@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"critiques": 5}, "critiques"),
        ({"critiques": 2, "critique_levels": 3}, "critique_levels"),
        ({"critique_levels": 2}, "critique_levels"),
        ({"critiques": 2, "temperature": 0}, "critiques"),
        ({"critiques": 1, "samples": 3, "temperature": 1}, "samples"),
        ({"critiques": 1, "one_call_per_criterion": True}, "one_call_per_criterion"),
    ],
)
def test_what_does_not_go_together_is_refused(parameters: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        make_judge(make_project(), "http://127.0.0.1:9/v1", "single", **parameters)
    assert [fault.field for fault in caught.value.faults] == [field]
