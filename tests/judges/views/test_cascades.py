"""Pages of cascades: the estimate before the start, the stages, who decides, and the brakes."""

import re
from decimal import Decimal
from typing import Any  # fields of a form

import pytest
from django.test import Client

from annotations.models import Annotation, Criterion, Level, Rater, RaterKind, Role, Rubric, TaskKind
from judges.engine.cascades.stepping import step_cascade
from judges.models import Cascade, CascadeRun, Run
from judges.views.cascades import lay_out
from tests.factories.cascading import (
    Cast,
    answer_run,
    make_cast,
    make_terms,
    sure_but_of_fifths,
    sure_where_even,
)
from tests.factories.ledger import make_criterion, make_member
from tests.factories.ratings import make_rater

pytestmark = [pytest.mark.database, pytest.mark.timeout(180)]
PAGES = "/p/study/cascades/"


def sign_in(cast: Cast, role: Role = Role.RESEARCHER) -> Client:
    client = Client()
    client.force_login(make_member(cast.project, role).user)
    return client


def make_order(cast: Cast, **change: Any) -> dict[str, Any]:
    terms = make_terms()
    return {
        "name": "both",
        "cheap": str(cast.cheap.public_id),
        "dear": str(cast.dear.public_id),
        "labels_by": "people",
        "bound": terms.bound,
        "delta": terms.delta,
        "calibration_share": terms.calibration_share,
        "seed": 0,
        "places": 0,
        **change,
    }


def test_the_estimate_comes_before_the_start() -> None:
    cast = make_cast(tasks=6)
    client = sign_in(cast)
    assert 'id="start"' not in client.get(f"{PAGES}new/").content.decode()
    page = client.get(f"{PAGES}new/", make_order(cast, people_price=2)).content.decode()
    assert 'id="start"' in page
    assert "the dear judge where the cheap one is not sure" in page
    assert "nobody knows yet" in page
    assert not Cascade.objects.exists()
    answer = client.post(f"{PAGES}new/", make_order(cast))
    cascade = Cascade.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGES}{cascade.public_id}/")
    assert "both" in client.get(PAGES).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_wrong_stands_beside_its_field(method: str) -> None:
    cast = make_cast(tasks=2)
    order = make_order(cast, dear=str(cast.cheap.public_id), budget="0.5")
    answer = getattr(sign_in(cast), method)(f"{PAGES}new/", order)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'id="id_dear_error"' in page
    assert 'value="0.5"' in page
    assert not Cascade.objects.exists()


def read_choices(page: str, name: str) -> dict[str, str]:
    options = page.partition(f'<select name="{name}"')[2].partition("</select>")[0]
    return dict(re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)</option>', options))


def test_who_is_right_is_chosen_by_name_in_both_languages() -> None:
    cast = make_cast(tasks=2)
    make_rater(cast.project, "lin", group="expert")
    make_rater(cast.project, "gold", RaterKind.REFERENCE)
    client = sign_in(cast)
    page = client.get(f"{PAGES}new/").content.decode()
    wanted = {"people": "people", "people:expert": "people (expert)", "reference:gold": "reference gold"}
    assert read_choices(page, "labels_by").items() >= wanted.items()
    russian = client.get(f"{PAGES}new/", headers={"Accept-Language": "ru"}).content.decode()
    assert read_choices(russian, "labels_by")["people:expert"] == "люди (expert)"
    assert read_choices(russian, "labels_by")["reference:gold"] == "эталон gold"
    client.post(f"{PAGES}new/", make_order(cast, labels_by="reference:gold"))
    assert Cascade.objects.get().labels_by == "reference:gold"


def test_people_are_offered_before_there_are_any() -> None:
    cast = make_cast(tasks=2)
    Annotation.objects.all().delete()
    Rater.objects.filter(kind=RaterKind.PERSON).delete()
    page = sign_in(cast).get(f"{PAGES}new/").content.decode()
    assert read_choices(page, "labels_by") == {"people": "people"}


def test_criteria_are_chosen_where_there_are_several() -> None:
    cast = make_cast(tasks=2)
    client = sign_in(cast)
    assert list(read_choices(client.get(f"{PAGES}new/").content.decode(), "criterion")) == ["overall"]
    make_criterion(Rubric.objects.get(), "style", Level.PREFERENCE, labels={"en": "Style", "ru": "Стиль"})
    page = client.get(f"{PAGES}new/", headers={"Accept-Language": "ru"}).content.decode()
    choices = read_choices(page, "criterion")
    assert list(choices) == ["", "overall", "style"]
    assert (choices[""], choices["style"]) == ("выберите", "Стиль")
    wrong = client.get(f"{PAGES}new/", make_order(cast))
    assert (wrong.status_code, 'id="id_criterion_error"' in wrong.content.decode()) == (400, True)
    client.post(f"{PAGES}new/", make_order(cast, criterion="style"))
    assert Cascade.objects.get().criterion == "style"


def read_error(page: str, name: str) -> str:
    found = re.search(rf'id="id_{name}_error"[^>]*>(.*?)</ul>', page, re.DOTALL)
    return re.sub(r"<[^>]*>", "", found.group(1)).strip() if found else ""


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Choose what the cheap judge decides: "),
        ("ru", "Выберите критерий, по которому решает дешёвый судья: "),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("chosen", ["", "tone"])
def test_which_criterion_is_wanted_is_told_by_labels(
    language: str, told: str, method: str, chosen: str
) -> None:
    cast = make_cast(tasks=2)
    pairs = Rubric.objects.get()
    make_criterion(pairs, "style", Level.PREFERENCE, labels={"en": "Style", "ru": "Стиль"})
    make_criterion(pairs, "depth", Level.PREFERENCE, labels={"en": "Depth", "ru": "Глубина"})
    single = Rubric.objects.create(project=cast.project, key="one", version=1, task_kind=TaskKind.SINGLE)
    make_criterion(single, "tone", Level.NOMINAL, labels={"en": "Tone", "ru": "Тон"})
    send = getattr(sign_in(cast), method)
    answer = send(f"{PAGES}new/", make_order(cast, criterion=chosen), headers={"Accept-Language": language})
    error = read_error(answer.content.decode(), "criterion")
    assert (answer.status_code, error.startswith(told)) == (400, True)
    labels = error.removeprefix(told).split(", ")
    assert {"Style", "Depth"} <= set(labels) if language == "en" else {"Стиль", "Глубина"} <= set(labels)
    assert len(labels) == 3
    assert not Cascade.objects.exists()


def test_a_project_without_a_criterion_for_judges_says_so() -> None:
    cast = make_cast(tasks=2)
    client = sign_in(cast)
    Criterion.objects.update(level=Level.TEXT)
    told = "Judges decide none of this project&#x27;s criteria"
    assert told in client.get(f"{PAGES}new/").content.decode()
    answer = client.post(f"{PAGES}new/", make_order(cast))
    assert (answer.status_code, told in read_error(answer.content.decode(), "criterion")) == (400, True)


def test_a_judge_of_another_kind_of_task_is_told_that_it_decides_none() -> None:
    cast = make_cast(tasks=2)
    Rubric.objects.update(task_kind=TaskKind.SINGLE)
    Criterion.objects.update(level=Level.NOMINAL)
    answer = sign_in(cast).post(f"{PAGES}new/", make_order(cast), headers={"Accept-Language": "ru"})
    error = read_error(answer.content.decode(), "criterion")
    assert error == "Дешёвый судья не выносит решений ни по одному из этих критериев."


def test_the_page_tells_stages_shares_and_what_was_spared() -> None:
    cast = make_cast()
    client = sign_in(cast)
    client.post(f"{PAGES}new/", make_order(cast, people_price=2))
    run = CascadeRun.objects.get()
    path = f"{PAGES}{Cascade.objects.get().public_id}/"
    for _ in range(5):
        step_cascade(run_id=run.pk)
        for going in Run.objects.filter(stage__cascade_run=run, state="running").select_related("judge"):
            is_cheap = going.judge_id == cast.cheap.pk
            answer_run(cast, going, sure_where_even if is_cheap else sure_but_of_fifths)
    run.refresh_from_db()
    page = sign_in(cast, Role.REVIEWER).get(path).content.decode()
    russian = sign_in(cast, Role.REVIEWER).get(path, headers={"Accept-Language": "ru"}).content.decode()
    assert "с мнением «люди» расходится" in russian
    assert page.count("<progress") == 4
    cheap, dear = run.outcome["kept"]
    for tasks in (cheap, dear, run.outcome["left"]):
        assert f"{tasks} tasks, {round(100 * tasks / run.outcome['held_out'])} %" in page
    assert "cheap decides from a confidence of" in page
    assert f"<dd>{cheap + dear}</dd>" in page
    assert page.count("% less spent") == 2
    assert "hx-get" not in page
    assert "<form" not in page.split('id="cascade"')[1]


def test_a_cascade_at_work_is_asked_for_again_and_has_brakes() -> None:
    cast = make_cast(tasks=4)
    client = sign_in(cast)
    client.post(f"{PAGES}new/", make_order(cast))
    path = f"{PAGES}{Cascade.objects.get().public_id}/"
    fragment = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert 'hx-trigger="every 3s"' in fragment
    assert 'id="pause"' in fragment
    for verb, state in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        assert client.post(f"{path}{verb}/").status_code == 302
        assert CascadeRun.objects.get().state == state
    assert client.post(f"{path}pause/").status_code == 409


def test_the_parts_of_the_picture_fill_it() -> None:
    parts = lay_out(("small", "large", "people"), (5, 2, 1))
    assert [(part.start, part.width, part.percent) for part in parts] == [
        ("0.00", "62.50", 62),
        ("62.50", "25.00", 25),
        ("87.50", "12.50", 12),
    ]
    assert [part.width for part in lay_out(("a", "b", "c"), (0, 0, 0))] == ["0.00"] * 3


def test_the_budget_of_a_cascade_at_work_is_raised_on_its_page() -> None:
    cast = make_cast(tasks=6)
    client = sign_in(cast)
    client.post(f"{PAGES}new/", make_order(cast, budget=2))
    cascade = Cascade.objects.get()
    page = f"{PAGES}{cascade.public_id}/"
    assert 'id="id_amount"' in client.get(page).content.decode()
    assert 'id="id_amount"' not in sign_in(cast, Role.REVIEWER).get(page).content.decode()
    assert client.post(f"{page}budget/", {"amount": "3.5"})["Location"] == page
    assert CascadeRun.objects.get().budget == Decimal("3.5")
    wrong = client.post(f"{page}budget/", {"amount": "-1"})
    assert (wrong.status_code, 'id="id_amount_error"' in wrong.content.decode()) == (400, True)
    client.post(f"{page}cancel/")
    assert 'id="id_amount"' not in client.get(page).content.decode()
