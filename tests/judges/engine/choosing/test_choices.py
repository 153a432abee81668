"""Choosing a prompt on labelled tasks that the judge then never rates."""

import json
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from typing import Any  # what is asked for may be any value

import pytest
from django.core.management import call_command

from annotations.models import Annotation, Phase, RaterKind, Rating, TaskKind
from evalplatform.common.errors import Conflict, Invalid
from judges.engine.choosing.concluding import conclude_choice, conclude_due_choices, list_candidates
from judges.engine.choosing.order import Order
from judges.engine.choosing.starting import forecast_choice, start_choice
from judges.engine.ledger.control import cancel_run, conclude_run, pause_run, resume_run
from judges.engine.planning.plan import plan_run
from judges.engine.sweep import sweep_once
from judges.engine.versions.prompt_versions import save_prompt
from judges.models import Attempt, ChoiceState, Judge, PromptChoice, Run, RunState
from judges.queries.split import Side
from tests.factories.judging import Field, make_connection, work
from tests.factories.labelled import SPLIT, label_all, list_kept, make_labelled
from tests.factories.ratings import make_rater
from tests.fakes.provider import FakeProvider

URL = "http://127.0.0.1:9/v1"
PRICES = {"price_in": 1.0, "price_out": 2.0}
# The fake says that the longer answer is better, which is what the label says; one prompt shows them exchanged.
SHOWN = "{{ answers[0].exchanges[0].reply }}\n{{ answers[1].exchanges[0].reply }}"
EXCHANGED = "{{ answers[1].exchanges[0].reply }}\n{{ answers[0].exchanges[0].reply }}"


def make_order(field: Field, url: str = URL, **more: Any) -> Order:
    for text in (EXCHANGED, SHOWN):
        save_prompt(
            project=field.project, key="mine", protocol="pair", system_template="Judge.",
            user_template=f"<<{{{{ nonce }}}} answers>>\n{text}\n<</{{{{ nonce }}}}>>",
        )  # fmt: skip
    usual: dict[str, Any] = {
        "name": "best", "prompts": ("mine@1", "mine@2"), "connection": make_connection(url), "model": "fake-1",
        "parameters": PRICES, "share": SPLIT.share,
    }  # fmt: skip
    return Order(**{**usual, **more})


def work_on(choice: PromptChoice) -> PromptChoice:
    for candidate in list_candidates(choice):
        if candidate.run.attempts.exists():
            work(candidate.run)
        conclude_run(run_id=candidate.run_id)
    return conclude_choice(choice_id=choice.pk)


@pytest.mark.database(transaction=True)
def test_the_prompt_that_agrees_with_people_becomes_the_judges() -> None:
    field = make_labelled(80)
    kept = list_kept(field.project)
    with FakeProvider() as fake:
        choice = start_choice(project=field.project, order=make_order(field, fake.url))
        assert choice.state == ChoiceState.JUDGING
        assert set(Attempt.objects.values_list("task", flat=True)) == kept
        choice = work_on(choice)
        assert choice.state == ChoiceState.CHOSEN
        judge = choice.judge
        assert judge is not None
        run = plan_run(project=field.project, judge=judge, repeats=1)
        work(run)
    assert (judge.rater.name, str(judge.prompt)) == ("best", "mine v2")
    assert judge.split == {"share": SPLIT.share, "seed": 0, "side": Side.HELD_OUT}
    figures = choice.figures
    assert figures is not None
    assert [each["agreement"]["estimate"] for each in figures["candidates"]] == [0, 1]
    assert (figures["chosen"], figures["leader"], figures["runner_up"]) == ("mine v2", "mine v2", "mine v1")
    assert [each["agreement"]["n"] for each in figures["candidates"]] == [len(kept)] * 2
    assert figures["candidates"][0]["usd_a_task"] == pytest.approx(2 * (100 * 1 + 10 * 2) / 1e6)
    rated = set(Annotation.objects.filter(rater=judge.rater).values_list("task", flat=True))
    assert rated == {task.pk for task in field.tasks} - kept


@pytest.mark.database(transaction=True)
def test_what_candidates_say_enters_no_comparison() -> None:
    field = make_labelled(80)
    with FakeProvider() as fake:
        choice = work_on(start_choice(project=field.project, order=make_order(field, fake.url)))
    candidates = [candidate.judge.rater_id for candidate in list_candidates(choice)]
    said = Annotation.objects.filter(rater__in=candidates)
    assert set(said.values_list("phase", flat=True)) == {Phase.TRAINED}
    assert said.count() == 2 * 2 * len(list_kept(field.project))


@pytest.mark.database(transaction=True)
def test_a_report_counts_the_judge_on_other_items_and_no_candidate() -> None:
    field = make_labelled(80)
    with FakeProvider() as fake:
        choice = work_on(start_choice(project=field.project, order=make_order(field, fake.url)))
        assert choice.judge is not None
        work(plan_run(project=field.project, judge=choice.judge, repeats=1))
    out = StringIO()
    call_command("report", "study", "--json", "--all", stdout=out)
    rows = json.loads(out.getvalue())["results"]
    left = 80 - len(list_kept(field.project))
    compared = [
        row
        for row in rows
        if row["statistic"] == "agreement_with_plurality" and row["raters"] == "judge:best"
    ]
    assert {(row["against"], row["n"]) for row in compared} == {("people", left)}
    of_candidates = [row for row in rows if "candidate" in row["id"]]
    assert {row["estimate"] for row in of_candidates} <= {None}


@pytest.mark.database(transaction=True)
def test_prompts_that_cannot_be_told_apart_leave_it_to_the_price() -> None:
    field = make_labelled(80)
    with FakeProvider(bytes_a_token=4) as fake:
        order = make_order(field, fake.url)
        for key, words in (("long", "Judge with all the care that you have. " * 20), ("short", "Judge!")):
            save_prompt(
                project=field.project, key=key, protocol="pair", system_template=words,
                user_template=f"<<{{{{ nonce }}}} answers>>\n{SHOWN}\n<</{{{{ nonce }}}}>>",
            )  # fmt: skip
        choice = work_on(
            start_choice(project=field.project, order=replace(order, prompts=("long", "short", "mine@1")))
        )
    assert choice.figures is not None
    assert (choice.figures["chosen"], choice.figures["leader"]) == ("short v1", "long v1")
    assert choice.figures["why"] == "cheaper"


@pytest.mark.database(transaction=True)
def test_candidates_see_the_same_examples_and_judge_none_of_them() -> None:
    field = make_labelled(100)
    with FakeProvider() as fake:
        order = make_order(field, fake.url, parameters={**PRICES, "examples": 4})
        choice = work_on(start_choice(project=field.project, order=order))
    first, second = (candidate.judge for candidate in list_candidates(choice))
    assert choice.judge is not None
    assert first.examples == second.examples == choice.judge.examples
    shown = {each["task"] for each in first.examples}
    assert len(shown) == 4
    asked = {str(key) for key in Attempt.objects.values_list("task__public_id", flat=True)}
    assert shown & asked == set()
    assert len(asked) == len(list_kept(field.project)) - 4


@pytest.mark.database(transaction=True)
def test_a_candidate_that_fails_on_a_task_does_not_agree_there() -> None:
    field = make_labelled(80)
    with FakeProvider() as fake:
        choice = start_choice(project=field.project, order=make_order(field, fake.url))
        work_on(choice)
        PromptChoice.objects.filter(pk=choice.pk).update(state=ChoiceState.JUDGING, judge=None)
        judge = list_candidates(choice)[1].judge
        lost = Annotation.objects.filter(rater=judge.rater).order_by("task")[:2]
        Rating.objects.filter(annotation__in=list(lost)).update(code=None, absent="unparsable")
        again = conclude_choice(choice_id=choice.pk)
    assert again.figures is not None
    count = len(list_kept(field.project))
    assert again.figures["candidates"][1]["agreement"]["estimate"] == pytest.approx(1 - 1 / count)


@pytest.mark.database
def test_the_same_order_again_is_the_same_choice_and_another_of_its_name_a_conflict() -> None:
    field = make_labelled(80)
    order = make_order(field)
    choice = start_choice(project=field.project, order=order)
    assert start_choice(project=field.project, order=order) == choice
    assert Run.objects.count() == 2
    with pytest.raises(Conflict, match="another choice named best"):
        start_choice(project=field.project, order=replace(order, seed=1))
    make_rater(field.project, "taken", RaterKind.JUDGE)
    with pytest.raises(Conflict, match="a judge named taken"):
        start_choice(project=field.project, order=replace(order, name="taken"))


@pytest.mark.database
def test_it_waits_for_paused_runs_ends_with_a_cancelled_one_and_the_sweep_finds_it() -> None:
    field = make_labelled(80)
    choice = start_choice(project=field.project, order=make_order(field))
    first, second = (candidate.run for candidate in list_candidates(choice))
    pause_run(run=first, reason="Paused by hand.")
    cancel_run(run=second)
    assert conclude_choice(choice_id=choice.pk).state == ChoiceState.JUDGING
    assert conclude_due_choices() == 0
    resume_run(run=first)
    cancel_run(run=first)
    assert sweep_once()["chosen"] == 1
    choice.refresh_from_db()
    assert (choice.state, choice.judge) == (ChoiceState.CANCELLED, None)


@pytest.mark.database
def test_the_budget_is_dealt_out_and_the_forecast_stores_nothing() -> None:
    field = make_labelled(80)
    order = make_order(field, budget=Decimal("0.3"))
    told = forecast_choice(project=field.project, order=order)
    kept = len(list_kept(field.project))
    assert (told.tasks, told.criterion) == (kept, "overall")
    assert [(prompt, forecast.tasks, forecast.calls) for prompt, forecast in told.candidates] == [
        ("mine@1", kept, 2 * kept),
        ("mine@2", kept, 2 * kept),
    ]
    assert [forecast.available for _, forecast in told.candidates] == [Decimal("0.15")] * 2
    assert (Judge.objects.count(), PromptChoice.objects.count()) == (0, 0)
    start_choice(project=field.project, order=order)
    assert set(Run.objects.values_list("budget", "state")) == {(Decimal("0.15"), RunState.RUNNING)}


@pytest.mark.database
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"prompts": ("mine@1",)}, "prompts"),
        ({"prompts": ("mine@1", "mine@1")}, "prompts"),
        ({"prompts": ("mine@1", "nothing")}, "prompt"),
        ({"prompts": ("mine@1", "other")}, "prompts"),
        ({"labels_by": "nobody"}, "labels_by"),
        ({"criterion": "depth"}, "criterion"),
        ({"share": 0.95}, "share"),
        ({"share": 0.02}, "share"),
        ({"seed": -1}, "seed"),
        ({"budget": Decimal("0.000001")}, "budget"),
        ({"parameters": {"examples": 2, "examples_share": 0.5}}, "examples_share"),
        ({"parameters": {"unknown": 2}}, "unknown"),
        ({"name": " "}, "name"),
    ],
)
def test_what_cannot_be_chosen_from_is_told_by_its_field(change: dict[str, Any], field: str) -> None:
    held = make_labelled(60)
    save_prompt(
        project=held.project, key="other", protocol="single", system_template="J", user_template="{{ nonce }}"
    )
    order = replace(make_order(held), **change)
    for verb in (forecast_choice, start_choice):
        with pytest.raises(Invalid) as caught:
            verb(project=held.project, order=order)
        assert [fault.field for fault in caught.value.faults] == [field]
    assert PromptChoice.objects.count() == 0


@pytest.mark.database(transaction=True)
def test_numbers_lose_their_distance_over_the_width_of_the_scale() -> None:
    field = make_labelled(60, TaskKind.SINGLE, say=lambda _: None)
    label_all(field.tasks, make_rater(field.project, "bob", RaterKind.PERSON), lambda place: 1 + place % 5)
    with FakeProvider() as fake:  # always says the middle, 3
        order = replace(
            make_order(field, fake.url), prompts=("single", "helpful"), criterion="clarity", parameters={}
        )
        save_prompt(
            project=field.project, key="helpful", protocol="single", system_template="Judge.",
            user_template="<<{{ nonce }} answer>>\n{{ answers[0].exchanges[0].reply }}\n<</{{ nonce }}>>",
        )  # fmt: skip
        choice = work_on(start_choice(project=field.project, order=order))
    places = [n for n, task in enumerate(field.tasks) if task.pk in list_kept(field.project)]
    wanted = sum(1 - abs(3 - (1 + n % 5)) / 4 for n in places) / len(places)
    assert choice.figures is not None
    assert choice.figures["candidates"][0]["agreement"]["estimate"] == pytest.approx(wanted)
    assert (choice.figures["why"], choice.figures["chosen"]) == ("first", choice.figures["leader"])
