"""Judges that rank several answers, against a fake provider over real HTTP."""

import re
from collections import Counter
from dataclasses import replace
from io import StringIO
from typing import Any  # settings

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from annotations.models import Annotation, Presentation, Rater, RaterKind, Rating, Role, TaskKind
from evalplatform.common.errors import Invalid
from judges.engine.cascades import Terms, form_cascade
from judges.engine.cascades.evidence import RANKS
from judges.engine.cascades.starting import start_cascade
from judges.engine.choosing.order import Order
from judges.engine.choosing.starting import start_choice
from judges.engine.ledger.control import conclude_run
from judges.engine.panels import fill_panel, form_panel
from judges.engine.planning.forecast import forecast_run
from judges.engine.planning.plan import plan_run
from judges.engine.versions.prompt_versions import save_prompt
from judges.engine.versions.register import create_connection, create_judge
from judges.models import Judge, Run
from judges.queries.progress import read_progress
from tests.factories.judging import Field, make_connection, make_field, make_judge, name_items, work
from tests.factories.labelled import SPLIT, label_all, list_kept
from tests.factories.ledger import make_member
from tests.factories.ratings import make_rater, rate
from tests.fakes.provider import FakeProvider

pytestmark = pytest.mark.database(transaction=True)
TRUTH = "2>1=3>4"


def judge(fake: FakeProvider, field: Field, **parameters: Any) -> Run:
    judge = make_judge(field.project, fake.url, "ranking", **parameters)
    run = plan_run(project=field.project, judge=judge)
    work(run)
    conclude_run(run_id=run.pk)
    run.refresh_from_db()
    return run


def test_a_ranking_is_asked_in_as_many_orders_as_it_has_answers() -> None:
    field = make_field(TaskKind.RANKING, 2)
    with FakeProvider() as fake:
        run = judge(fake, field, repair=False)
    rating = Rating.objects.order_by("pk")[0]
    orders = [each["shown"] for each in (rating.meta or {})["orders"]]
    assert rating.code == TRUTH
    assert (rating.meta or {})["agreement"] == 1.0
    assert all(sorted(order) == sorted("0,1,2,3") for order in orders)
    assert Counter(order[0] for order in orders) == Counter("0123")
    assert all(each["ranking"] == TRUTH for each in (rating.meta or {})["orders"])
    annotation = Annotation.objects.order_by("pk")[0]
    assert (annotation.presentation, annotation.shown_order) == (Presentation.MERGED, "")
    assert sorted(run.attempts.filter(task=annotation.task).values_list("step", flat=True)) == [
        "order-1", "order-2", "order-3", "order-4",
    ]  # fmt: skip
    progress = read_progress(run)
    assert (progress.done, progress.total, progress.calls) == (2, 2, 8)


def test_balanced_orders_cancel_a_liking_for_the_first_place() -> None:
    field = make_field(TaskKind.RANKING, 3)
    with FakeProvider(lean=1000) as fake:
        judge(fake, field)
    for rating in Rating.objects.all():
        told = (rating.meta or {})["orders"]
        # Whatever stood first was ranked first, in every single order.
        assert all(each["ranking"].split(">")[0] == str(int(each["shown"][0]) + 1) for each in told)
        assert rating.code == TRUTH
        assert (rating.meta or {})["agreement"] < 0.6


def test_one_order_alone_keeps_the_liking() -> None:
    field = make_field(TaskKind.RANKING, 6)
    with FakeProvider(lean=1000) as fake:
        judge(fake, field, orders=1)
    for rating in Rating.objects.all():
        [told] = (rating.meta or {})["orders"]
        assert (rating.code or "")[0] == str(int(told["shown"][0]) + 1)
        assert "agreement" not in (rating.meta or {})


@pytest.mark.parametrize("fault", ["doubled", "missing", "letter", "empty"])
def test_an_order_that_ranks_not_all_answers_once_is_no_verdict(fault: str) -> None:
    field = make_field(TaskKind.RANKING, 1)
    with FakeProvider(faults=["", fault]) as fake:
        judge(fake, field, repair=False)
    rating = Rating.objects.get()
    assert (rating.code, rating.absent) == (None, "unparsable")
    assert Counter("ranking" in each for each in (rating.meta or {})["orders"]) == {True: 3, False: 1}


def test_an_unreadable_order_is_repaired_by_itself() -> None:
    field = make_field(TaskKind.RANKING, 1)
    with FakeProvider(faults=["doubled"]) as fake:
        run = judge(fake, field)
        assert len(fake.requests) == 5
    [repair] = run.attempts.filter(step__endswith="/repair")
    assert repair.step.startswith("order-")
    rating = Rating.objects.get()
    # The fake's repair sees no answers, so it states no ranking either.
    assert rating.absent == "unparsable"
    assert (rating.meta or {})["repaired"]


def test_each_call_shows_all_answers_fenced_and_numbered() -> None:
    field = make_field(TaskKind.RANKING, 1)
    with FakeProvider() as fake:
        judge(fake, field, orders=2)
    shown = [request["messages"][-1]["content"] for request in fake.requests]
    assert len(shown) == 2
    for text in shown:
        assert all(f" answer {number}>>" in text for number in range(1, 5))
        assert "There are 4 answers, numbered from 1 to 4." in text
        assert not any(system.name in text for system in field.project.systems.all())


def test_the_forecast_counts_a_call_for_each_order() -> None:
    field = make_field(TaskKind.RANKING, 3)
    with FakeProvider() as fake:
        judges = [make_judge(field.project, fake.url, "ranking", orders=n) for n in (2, 16)]
    assert [forecast_run(judge=each, repeats=1).calls for each in judges] == [6, 12]


@pytest.mark.parametrize(("builtin", "code"), [("longest", TRUTH), ("first", "1=2=3=4")])
def test_baselines_rank(builtin: str, code: str) -> None:
    field = make_field(TaskKind.RANKING, 1)
    made = create_judge(project=field.project, name=builtin, protocol="ranking", builtin=builtin)
    work(plan_run(project=field.project, judge=made))
    assert Rating.objects.get().code == code


@pytest.mark.parametrize(
    ("protocol", "parameters", "field"),
    [
        ("pair", {"orders": 2}, "orders"),
        ("ranking", {"samples": 3}, "samples"),
        ("ranking", {"probability_weighted": True}, "probability_weighted"),
        ("ranking", {"orders": 17}, "orders"),
        ("ranking", {"orders": 0}, "orders"),
    ],
)
def test_what_does_not_go_with_a_ranking_is_refused(
    protocol: str, parameters: dict[str, Any], field: str
) -> None:
    project = make_field(tasks=1).project
    with pytest.raises(Invalid) as caught:
        make_judge(project, "http://127.0.0.1:9/v1", protocol, **parameters)
    assert [fault.field for fault in caught.value.faults] == [field]


def test_the_small_local_model_does_not_rank() -> None:
    project = make_field(tasks=1).project
    with pytest.raises(Invalid, match="too small to rank"):
        create_judge(
            project=project,
            name="specimen",
            protocol="ranking",
            connection=create_connection(name="here", provider="local"),
        )


def test_pages_about_rankings_tell_each_order() -> None:
    field = make_field(TaskKind.RANKING, 2)
    with FakeProvider() as fake:
        run = judge(fake, field)
    client = Client()
    client.force_login(make_member(field.project, Role.RESEARCHER).user)
    room = f"/p/{field.project.slug}"
    page = client.get(f"{room}/runs/{run.public_id}/cases/").content.decode()
    orders = [each["shown"] for rating in Rating.objects.all() for each in (rating.meta or {})["orders"]]
    for order in orders:
        assert ", ".join(str(int(place) + 1) for place in order.split(",")) in page
    assert page.count("Shown in the order") == 8
    assert "2&gt;1=3&gt;4" in page
    for address in (f"judges/{run.judge.public_id}/preview/", f"runs/{run.public_id}/", "calls/"):
        assert client.get(f"{room}/{address}").status_code == 200
    for attempt in run.attempts.all():
        assert client.get(f"{room}/calls/{attempt.public_id}/").status_code == 200


def form_both(field: Field, names: tuple[str, ...] = ("longest", "first")) -> None:
    for name in names:
        made = create_judge(project=field.project, name=name, protocol="ranking", builtin=name)
        work(plan_run(project=field.project, judge=made))


def test_a_panel_ranks_by_the_mean_rank_of_its_members() -> None:
    field = make_field(TaskKind.RANKING, 2)
    form_both(field)
    for task in field.tasks:
        rate(task, make_rater(field.project, f"imported-{task.pk}", RaterKind.JUDGE), "4>3>2>1")
    names = [each.name for each in Rater.objects.filter(name__startswith="imported")]
    panel = form_panel(project=field.project, name="three", members=("longest", "first", *names), quorum=3)
    fill_panel(panel=panel)
    held = Rating.objects.filter(annotation__rater=panel.rater).order_by("pk")
    # 2>1=3>4, 1=2=3=4 and 4>3>2>1: mean ranks 9/3, 6.5/3, 7/3 and 7.5/3.
    assert [rating.code for rating in held] == ["2>3>4>1"] * 2
    assert {rating.annotation.presentation for rating in held} == {Presentation.MERGED}
    assert fill_panel(panel=panel).unchanged == 2


def test_weights_are_not_learnt_from_rankings() -> None:
    field = make_field(TaskKind.RANKING, 2)
    form_both(field)
    label_all(field.tasks, make_rater(field.project, "ann", RaterKind.PERSON), lambda _: TRUTH)
    with pytest.raises(Invalid, match="judges that rank weigh alike"):
        form_panel(project=field.project, name="p", members=("longest", "first"), weights="cross_fitted")


def test_a_cascade_says_why_it_takes_no_rankings() -> None:
    field = make_field(TaskKind.RANKING, 1)
    form_both(field, ("longest", "first", "random"))
    panel = form_panel(project=field.project, name="both", members=("longest", "first"))
    terms = Terms(cheap="longest", dear="first", bound=0.1)
    for made in (form_cascade, start_cascade):
        with pytest.raises(Invalid, match="ranks answers") as caught:
            made(project=field.project, name="steps", terms=terms)
        assert [fault.field for fault in caught.value.faults] == ["cheap"]
    with pytest.raises(Invalid, match="ranks answers"):
        form_cascade(project=field.project, name="s", terms=replace(terms, cheap=panel.rater.name))


def test_examples_of_rankings_are_peoples_mean_rankings_in_the_order_of_the_call() -> None:
    field = make_field(TaskKind.RANKING, 40, slug="study")
    name_items(field.tasks)
    for name, ranking in {"ann": "2>1>3>4", "ben": "2>3>1>4"}.items():
        for task in field.tasks:
            rate(task, make_rater(field.project, f"{name}-{task.pk}", RaterKind.PERSON), ranking)
    with FakeProvider() as fake:
        run = judge(fake, field, examples=2, examples_share=SPLIT.share, repair=False)
        texts = [request["messages"][-1]["content"] for request in fake.requests]
    assert [each["values"] for each in run.judge.examples] == [{"overall": TRUTH}] * 2
    kept = list_kept(field.project)
    assert not Annotation.objects.filter(rater=run.judge.rater, task__in=kept).exists()
    for text in texts:
        examples, case = text.split("# The case")
        shown = re.findall(r" answer \d>>\n(.*)\n", examples)
        assert shown[:4] == re.findall(r" answer \d>>\n(.*)\n", case)
        # As the answers stand in this call: the longest first, the short one last.
        best, worst = shown.index("[[The longest of them.]]") + 1, shown.index("[[Short.]]") + 1
        between = "=".join(str(n) for n in range(1, 5) if n not in (best, worst))
        assert examples.count(f"- overall: {best}>{between}>{worst}\n") == 2


def test_page_api_and_command_say_in_the_same_words_why_a_cascade_takes_no_rankings() -> None:
    field = make_field(TaskKind.RANKING, 1, slug="study")
    form_both(field)
    client = Client()
    client.force_login(make_member(field.project, Role.RESEARCHER).user)
    keys = {judge.builtin: str(judge.public_id) for judge in Judge.objects.all()}
    terms: dict[str, Any] = {"bound": 0.1, "delta": 0.1, "calibration_share": 0.5, "labels_by": "people"}
    order = {
        "name": "steps",
        "cheap": keys["longest"],
        "dear": keys["first"],
        "seed": 0,
        "places": 0,
        **terms,
    }
    page = client.post("/p/study/cascades/new/", order)
    assert (page.status_code, RANKS in page.content.decode()) == (400, True)
    body = {"cheap": "longest", "dear": "first", **terms}
    for path in ("", "forecast/", "study/"):
        named = {"name": "steps"} if not path else {}
        answer = client.post(
            f"/api/v1/projects/study/cascades/{path}", {**body, **named}, content_type="application/json"
        )
        assert (answer.status_code, RANKS in answer.content.decode()) == (400, True), path
    options = ("--cheap", "longest", "--dear", "first", "--bound", "0.1")
    for flag in ((), ("--start",)):
        with pytest.raises(CommandError, match="ranks answers"):
            call_command("cascade", "study", *options, *flag, "--name", "steps", stdout=StringIO())


def test_prompts_for_rankings_are_not_chosen_by_labels() -> None:
    field = make_field(TaskKind.RANKING, 1)
    for text in ("One way.", "Another way."):
        save_prompt(
            project=field.project, key="mine", protocol="ranking", system_template=text,
            user_template="<<{{ nonce }} a>>\n{{ answers[0].exchanges[0].reply }}\n<</{{ nonce }}>>",
        )  # fmt: skip
    order = Order(
        name="best", prompts=("mine@1", "mine@2"), connection=make_connection("http://127.0.0.1:9/v1"),
        model="fake-1", parameters={"price_in": 1.0, "price_out": 2.0}, share=0.5,
    )  # fmt: skip
    with pytest.raises(Invalid, match="rankings are neither"):
        start_choice(project=field.project, order=order)
