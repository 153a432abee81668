"""A plan is frozen once, before the first rating, and every figure says whether it was planned."""

import json
import re
from typing import Any  # plans and answers are JSON

import pytest
from django.core.cache import cache
from django.test import Client

from annotations.models import Project, Rater, RaterKind, Role, Task
from annotations.queries.checks import GOLD
from evalplatform.accounts.models import AuditEvent, User
from evalplatform.common.errors import Conflict, Invalid
from evalplatform.common.hashing import hash_content
from evalplatform.reports.models import Plan
from evalplatform.reports.plans.drafts import PlanDraft
from evalplatform.reports.plans.frozen import find_plan, freeze_plan, may_freeze
from evalplatform.reports.rows import Row
from evalplatform.reports.snapshots.freeze import freeze_report, recompute_report
from evalplatform.reports.snapshots.snapshot import take_snapshot
from tests.factories.ledger import make_member, make_pair_rubric, make_pair_task, make_project
from tests.factories.ratings import make_rater, rate
from tests.reports.conftest import seal_rubrics

pytestmark = pytest.mark.database
PRIMARY = {"statistic": "percent_agreement", "criterion": "overall", "raters": "people"}
STATED: dict[str, Any] = {
    "question": "Do people agree?",
    "primary": {**PRIMARY, "inference": "these_raters"},
    "margin": 0.05,
    "family": [{"statistic": "win_rate", "raters": "people"}],
    "exclusions": "Nobody.",
    "stopping": "Two people a task.",
}


@pytest.fixture
def project() -> Project:
    """Four pairs that nobody has rated."""
    cache.clear()
    project = make_project("sky")
    rubric = make_pair_rubric(project, values=("first", "second", "tie"))
    for _ in range(4):
        make_pair_task(project, rubric, overlap=2)
    seal_rubrics(project)
    return project


@pytest.fixture
def ada(project: Project) -> User:
    return make_member(project, Role.RESEARCHER).user


def rate_all(project: Project) -> None:
    """Two people who differ on one task."""
    for name, second in (("ann", "first"), ("bob", "second")):
        rater = make_rater(project, name)
        for number, task in enumerate(Task.objects.order_by("pk")):
            rate(task, rater, second if number == 3 else "first")


def test_a_plan_is_kept_with_its_hash_and_moment(project: Project, ada: User) -> None:
    frozen = freeze_plan(project=project, draft=PlanDraft.read(STATED), actor=ada)
    kept = Plan.objects.get()
    assert find_plan(project=project) == frozen
    assert (frozen.content_hash, frozen.frozen_at) == (hash_content(kept.content), kept.created_at)
    assert kept.content["family"][0]["criterion"] == "overall"
    assert AuditEvent.objects.get(action="freeze_plan").after == frozen.content_hash


def test_it_is_frozen_once_and_never_changed(project: Project, ada: User) -> None:
    freeze_plan(project=project, draft=PlanDraft.read(STATED), actor=ada)
    with pytest.raises(Conflict):
        freeze_plan(project=project, draft=PlanDraft.read(STATED), actor=ada)
    kept = Plan.objects.get()
    with pytest.raises(Conflict):
        kept.save()
    with pytest.raises(Conflict):
        kept.delete()
    with pytest.raises(Conflict):
        Plan.objects.update(content={})


def test_a_plan_that_was_tampered_with_is_refused(project: Project, ada: User) -> None:
    freeze_plan(project=project, draft=PlanDraft.read(STATED), actor=ada)
    content = {**Plan.objects.get().content, "margin": 0.5}
    super(type(Plan.objects.all()), Plan.objects.all()).update(content=content)
    with pytest.raises(Conflict):
        find_plan(project=project)


def test_after_the_first_rating_it_is_too_late(project: Project, ada: User) -> None:
    rate_all(project)
    with pytest.raises(Conflict):
        freeze_plan(project=project, draft=PlanDraft.read(STATED), actor=ada)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"question": " "}, "question"),
        ({"primary": {"statistic": "win_rate"}}, "primary.criterion"),
        ({"primary": 7}, "primary"),
        ({"primary": {**PRIMARY, "slice": {}}}, "primary.slice"),
        ({"margin": -1}, "margin"),
        ({"margin": True}, "margin"),
        ({"family": [{"raters": "people"}]}, "family[0].statistic"),
        ({"family": "win_rate"}, "family"),
        ({"hope": "much"}, "hope"),
    ],
)
def test_what_is_no_plan_is_named(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        PlanDraft.read({**STATED, **changed})
    assert [fault.field for fault in caught.value.faults] == [field]


def test_a_criterion_that_is_not_there_is_named(project: Project, ada: User) -> None:
    draft = PlanDraft.read({**STATED, "family": [{**PRIMARY, "criterion": "tone"}]})
    with pytest.raises(Invalid) as caught:
        freeze_plan(project=project, draft=draft, actor=ada)
    assert [fault.field for fault in caught.value.faults] == ["family[0].criterion"]


def test_planned_is_what_was_named_over_all_tasks() -> None:
    draft = PlanDraft.read(STATED)
    base: dict[str, Any] = {"statistic": "percent_agreement", "criterion": "overall", "raters": "people"}
    rows = [
        Row(**base, inference="these_raters"),
        Row(**base, inference="these_raters", rule="tie"),
        Row(**base, inference="rater_population"),
        Row(**base, inference="these_raters", slice={"turn": 1}),
        Row(**base, inference="these_raters", against="judge:gpt"),
        Row(**{**base, "statistic": "win_rate"}, system="apex"),
        Row(**{**base, "statistic": "win_rate", "criterion": "tone"}, system="apex"),
    ]
    assert [draft.covers(row) for row in rows] == [True, True, False, False, False, True, False]


def test_reports_mark_every_figure_and_can_be_worked_out_again(project: Project, ada: User) -> None:
    frozen = freeze_plan(project=project, draft=PlanDraft.read(STATED), actor=ada)
    rate_all(project)
    told = json.loads(take_snapshot(project=project).to_bytes())
    assert told["plan"] == json.loads(json.dumps(frozen.describe()))
    planned = {(row["statistic"], row["raters"]) for row in told["results"] if row["standing"] == "planned"}
    others = {row["statistic"] for row in told["results"] if row["standing"] == "exploratory"}
    assert planned == {("percent_agreement", "people"), ("win_rate", "people")}
    assert "krippendorff_alpha" in others
    report = freeze_report(project=project)
    assert recompute_report(report=report).to_dict()["results"] == report.results


def test_without_a_plan_results_are_as_before(project: Project) -> None:
    rate_all(project)
    told = take_snapshot(project=project).to_dict()
    assert "plan" not in told
    assert not [row for row in told["results"] if "standing" in row]  # type: ignore[attr-defined]  # a list


def send(project: Project) -> dict[str, str]:
    return {
        "question": "Do people agree?",
        "criterion": "overall",
        "statistic": "percent_agreement",
        "raters": "people",
        "margin": "0.05",
        "family": "win_rate | people\nkrippendorff_alpha | people | | | overall\n",
        "stopping": "Two people a task.",
    }


def test_the_page_freezes_it_and_the_report_shows_it(project: Project, ada: User, client: Client) -> None:
    client.force_login(ada)
    assert "Freeze the plan" in client.get("/p/sky/plan/").content.decode()
    page = client.post("/p/sky/plan/", send(project), follow=True).content.decode()
    assert ["The plan is frozen." in page, "Two people a task." in page] == [True, True]
    assert "Freeze the plan" not in page
    rate_all(project)
    report = client.get("/p/sky/report/").content.decode()
    table = report.partition("Planned figures")[2].partition("</table>")[0]
    assert table.count(">planned<") == table.count("<tr") - 1 > 0
    assert ">exploratory<" in report


def test_faults_stand_beside_their_fields(project: Project, ada: User, client: Client) -> None:
    client.force_login(ada)
    sent = {**send(project), "family": "win_rate", "margin": "-1"}
    answer = client.post("/p/sky/plan/", sent)
    assert (answer.status_code, Plan.objects.count()) == (400, 0)
    answer = client.post("/p/sky/plan/", {**sent, "margin": ""})
    part = answer.content.decode().partition('name="family"')[2].partition('<div class="field')[0]
    assert ["is missing" in part, Plan.objects.count()] == [True, 0]


def test_too_late_is_said_on_the_page(project: Project, ada: User, client: Client) -> None:
    rate_all(project)
    client.force_login(ada)
    assert "every figure of this project is exploratory" in client.get("/p/sky/plan/").content.decode()
    answer = client.post("/p/sky/plan/", send(project))
    assert (answer.status_code, "There are ratings already" in answer.content.decode()) == (400, True)


def test_reviewers_read_it_and_do_not_freeze(project: Project, client: Client) -> None:
    client.force_login(make_member(project, Role.REVIEWER).user)
    assert "Freeze the plan" not in client.get("/p/sky/plan/").content.decode()
    assert client.post("/p/sky/plan/", send(project)).status_code == 403


def test_the_api_freezes_and_tells_it(project: Project, ada: User, client: Client) -> None:
    client.force_login(ada)
    address = "/api/v1/projects/sky/plan/"
    assert client.get(address).status_code == 404
    made = client.put(address, STATED, content_type="application/json")
    assert made.status_code == 201
    assert client.get(address).json() == made.json()
    assert client.put(address, STATED, content_type="application/json").status_code == 409


@pytest.mark.parametrize("margin", [-0.0, 0.1, 1e-7, 16, 1_000_000])
def test_a_margin_comes_back_as_it_was_frozen(project: Project, ada: User, margin: float) -> None:
    freeze_plan(project=project, draft=PlanDraft.read({**STATED, "margin": margin}), actor=ada)

    kept = find_plan(project=project)

    assert kept is not None
    assert kept.draft.margin == margin


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"margin": 1e16}, "margin"),
        ({"primary": {**PRIMARY, "rule": "foo"}}, "primary.rule"),
        ({"primary": {**PRIMARY, "inference": "bar"}}, "primary.inference"),
        ({"primary": {**PRIMARY, "raters": "peple"}}, "primary.raters"),
        ({"family": [{**PRIMARY, "against": "jugde:a"}]}, "family[0].against"),
    ],
)
def test_a_plan_names_nothing_that_cannot_be(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        PlanDraft.read({**STATED, **change})

    assert refused.value.faults[0].field == field


def test_what_is_expected_of_checks_leaves_a_plan_possible(project: Project, ada: User) -> None:
    known = Rater.objects.create(project=project, kind=RaterKind.REFERENCE, name=GOLD)
    task = Task.objects.order_by("pk")[0]
    rate(task, known, "first")

    assert may_freeze(project=project)
    rate(task, make_rater(project, "ann"), "first")
    assert not may_freeze(project=project)


@pytest.mark.parametrize(
    ("inference", "standings"),
    [
        ("", {">planned<"}),
        ("these_raters", {">planned: over other items<"}),
        ("rater_population", {">planned: over other raters too<"}),
    ],
)
def test_a_badge_says_which_interval_was_planned(
    project: Project, ada: User, client: Client, inference: str, standings: set[str]
) -> None:
    primary = {**PRIMARY, "statistic": "krippendorff_alpha", "inference": inference}
    freeze_plan(
        project=project, draft=PlanDraft.read({**STATED, "primary": primary, "family": []}), actor=ada
    )
    rate_all(project)
    client.force_login(ada)

    report = client.get("/p/sky/report/").content.decode()

    table = report.partition("Planned figures")[2].partition("</table>")[0]
    assert set(re.findall(r">(?:planned|exploratory)[^<]*<", table)) == standings
