"""Quality against cost: who is beaten by nobody, what a verdict cost, and what cannot be said."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from annotations.models import Annotation, RaterKind, Role
from evalplatform.reports.money.costs import JudgeCost, mark_front, read_costs
from evalplatform.reports.pictures.costs import draw_costs
from judges.models import Run
from tests.factories.judged import make_scene
from tests.factories.ledger import make_member, make_project


def judge(name: str, usd: float | None, agreement: float | None) -> JudgeCost:
    return JudgeCost(
        label=name, name=name, verdicts=9, usd=usd, agreement=agreement, low=None, high=None, n=9
    )


def test_the_front_holds_whom_nobody_beats() -> None:
    judges = [
        judge("free", 0.0, 0.5), judge("worse and free", 0.0, 0.4), judge("cheap", 0.1, 0.7),
        judge("twin", 0.1, 0.7), judge("dearer and no better", 0.2, 0.7), judge("dear", 1.0, 0.9),
        judge("unpriced", None, 0.99), judge("unrated", 0.01, None),
    ]  # fmt: skip
    marked = mark_front(judges)
    assert [held.name for held in marked if held.is_on_front] == ["free", "cheap", "twin", "dear"]
    assert [held.name for held in marked][-1] == "unpriced"
    assert {replace(held, is_on_front=False) for held in marked} == set(judges)


def test_no_judge_no_front() -> None:
    assert mark_front([]) == []


@pytest.mark.database
@pytest.mark.one_database
def test_a_price_is_all_that_was_spent_over_all_verdicts() -> None:
    scene = make_scene()
    found = {held.name: held for held in read_costs(project=scene.project, criterion="overall").judges}
    assert {name: held.usd for name, held in found.items()} == {
        "longest": 0.0, "cheap": pytest.approx(0.0004), "dear": pytest.approx(0.012), "gpt-imported": None,
    }  # fmt: skip
    assert {name: held.verdicts for name, held in found.items()} == {
        "longest": 16, "cheap": 16, "dear": 8, "gpt-imported": 0,
    }  # fmt: skip
    Run.objects.filter(pk=scene.run.pk).update(spent=Decimal("0.16"))
    again = {held.name: held for held in read_costs(project=scene.project, criterion="overall").judges}
    assert again["dear"].usd == pytest.approx(0.02)


@pytest.mark.database
@pytest.mark.one_database
def test_a_model_without_a_price_is_not_free(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = make_scene()
    monkeypatch.setattr("evalplatform.reports.money.costs.find_price", lambda judge: None)
    Run.objects.filter(pk=scene.run.pk).update(spent=0)
    found = {held.name: held.usd for held in read_costs(project=scene.project, criterion="overall").judges}
    assert found["dear"] is None


@pytest.mark.database
@pytest.mark.one_database
def test_the_picture_is_its_table_and_a_page_shows_both() -> None:
    scene = make_scene()
    picture = draw_costs(read_costs(project=scene.project, criterion="overall"))
    assert picture is not None
    assert [record["judge"] for record in picture.records] == ["longest", "cheap", "dear"]
    client = Client()
    client.force_login(make_member(scene.project, Role.REVIEWER).user)
    page = client.get("/p/sky/judges/costs/").content.decode()
    assert page.count('<th scope="row">') == 4
    kinds = {
        kind: client.get(f"/p/sky/judges/costs.{kind}?criterion=overall")
        for kind in ("svg", "png", "json", "csv")
    }
    assert {kind: answer.status_code for kind, answer in kinds.items()} == dict.fromkeys(kinds, 200)
    assert b"<script" not in kinds["svg"].content
    assert kinds["csv"].content.decode().splitlines()[1].startswith("longest,0.0,")


@pytest.mark.database
@pytest.mark.one_database
@pytest.mark.parametrize(
    "address",
    ["costs.exe?criterion=overall", "costs.svg", "costs.svg?criterion=mood", "costs/?criterion=mood"],
)
def test_what_is_not_there_is_missing(address: str) -> None:
    scene = make_scene()
    client = Client()
    client.force_login(make_member(scene.project, Role.REVIEWER).user)
    assert client.get(f"/p/sky/judges/{address}").status_code == 404


@pytest.mark.database
@pytest.mark.one_database
def test_without_people_the_page_says_what_is_missing() -> None:
    scene = make_scene()
    Annotation.objects.filter(rater__kind=RaterKind.PERSON).delete()
    client = Client()
    client.force_login(make_member(scene.project, Role.REVIEWER).user)
    page = client.get("/p/sky/judges/costs/").content.decode()
    assert "No judge and person have rated the same answers" in page
    assert "<picture>" not in page
    assert client.get("/p/sky/judges/costs.svg?criterion=overall").status_code == 404


@pytest.mark.database
@pytest.mark.one_database
def test_a_project_without_anything_has_a_page() -> None:
    project = make_project("bare")
    client = Client()
    client.force_login(make_member(project, Role.REVIEWER).user)
    assert "No judge is here yet." in client.get("/p/bare/judges/costs/").content.decode()
