"""Judges that rank several answers, against a fake provider over real HTTP."""

from collections import Counter
from typing import Any  # settings

import pytest
from django.test import Client

from annotations.models import Annotation, Presentation, Rating, Role, TaskKind
from evalplatform.common.errors import Invalid
from judges.engine.cascades import Terms, form_cascade
from judges.engine.control import conclude_run
from judges.engine.forecast import forecast_run
from judges.engine.panels import fill_panel, form_panel
from judges.engine.plan import plan_run
from judges.engine.register import create_connection, create_judge
from judges.models import Run
from judges.queries.progress import read_progress
from tests.factories.judging import Field, make_field, make_judge, work
from tests.factories.ledger import make_member
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


def test_panels_and_cascades_pass_over_rankings() -> None:
    field = make_field(TaskKind.RANKING, 2)
    for name in ("longest", "first"):
        made = create_judge(project=field.project, name=name, protocol="ranking", builtin=name)
        work(plan_run(project=field.project, judge=made))
    panel = form_panel(project=field.project, name="both", members=("longest", "first"))
    fill_panel(panel=panel)
    assert not panel.rater.annotations.exists()
    with pytest.raises(Invalid):
        form_cascade(
            project=field.project, name="steps", terms=Terms(cheap="longest", dear="first", bound=0.1)
        )
