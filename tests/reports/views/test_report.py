import json
import re

import pytest
from django.test import Client

from annotations.models import SPECIMEN, Level, Project, Role, System, TaskKind
from evalplatform.reports.pictures.gallery import NAMES
from tests.factories.ledger import (
    make_criterion,
    make_member,
    make_project,
    make_rubric,
    make_single_task,
    make_system,
    make_user,
)
from tests.factories.ratings import make_rater, rate

pytestmark = [pytest.mark.database, pytest.mark.one_database]
PAGE = "/p/rated/report/"


@pytest.fixture
def researcher(rated: Project, client: Client) -> Client:
    client.force_login(make_member(rated, Role.RESEARCHER).user)
    return client


@pytest.mark.parametrize(
    ("role", "status"), [(Role.RESEARCHER, 200), (Role.REVIEWER, 200), (Role.RATER, 403)]
)
@pytest.mark.parametrize("place", ["", "results.json", "pictures/leaderboard.svg?criterion=overall"])
def test_raters_see_no_part_of_the_report(
    rated: Project, client: Client, role: Role, status: int, place: str
) -> None:
    client.force_login(make_member(rated, role).user)
    assert client.get(PAGE + place).status_code == status


@pytest.mark.parametrize("place", ["", "results.json", "pictures/leaderboard.svg?criterion=overall"])
def test_strangers_find_nothing_and_the_unknown_sign_in_first(
    rated: Project, client: Client, place: str
) -> None:
    assert client.get(PAGE + place).status_code == 302
    client.force_login(make_user())
    assert client.get(PAGE + place).status_code == 404


def test_findings_come_first_in_words(researcher: Client) -> None:
    page = researcher.get(PAGE).content.decode()
    words = re.sub(r"<[^>]+>", "", page.split('class="card findings"')[1])
    assert words.split(">", 1)[1].strip().startswith("People agree with each other on")
    assert "Judge gpt agrees with people on" in words
    assert "Its verdict changes with the order of the answers on 25\xa0% of 8 verdicts." in words


def test_every_picture_has_a_table_a_dark_one_and_four_downloads(researcher: Client) -> None:
    page = researcher.get(PAGE).content.decode()
    for name in NAMES:
        picture = page.split(f'id="{name}"')[1].split("</figure>")[0]
        assert "theme=dark" in picture
        assert "<table>" in picture
        assert [kind for kind in ("svg", "png", "json", "csv") if f"{name}.{kind}" in picture] == [
            "svg", "png", "json", "csv",
        ]  # fmt: skip


def test_nothing_in_the_page_breaks_the_policy_on_styles_and_scripts(researcher: Client) -> None:
    page = researcher.get(PAGE).content.decode()
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=", page)


@pytest.mark.parametrize(
    ("kind", "content_type", "start"),
    [
        ("svg", "image/svg+xml", b"<svg"),
        ("png", "image/png", b"\x89PNG"),
        ("json", "application/json", b"{"),
        ("csv", "text/csv; charset=utf-8", b"system,raters,estimate,low,high,n,tasks\n"),
    ],
)
def test_a_picture_can_be_had_in_every_kind(
    researcher: Client, kind: str, content_type: str, start: bytes
) -> None:
    response = researcher.get(f"{PAGE}pictures/leaderboard.{kind}?criterion=overall")
    assert response["Content-Type"] == content_type
    assert response.content.startswith(start)


@pytest.mark.parametrize(
    "place",
    [
        "leaderboard.pdf?criterion=overall",
        "map.svg?criterion=overall",
        "forest.svg",
        "forest.svg?criterion=x",
    ],
)
def test_other_pictures_are_missing(researcher: Client, place: str) -> None:
    assert researcher.get(f"{PAGE}pictures/{place}").status_code == 404


def test_light_and_dark_differ_in_colours_alone(researcher: Client) -> None:
    light, dark = (
        researcher.get(f"{PAGE}pictures/forest.svg?criterion=overall&theme={theme}").content.decode()
        for theme in ("light", "dark")
    )
    assert light != dark
    assert re.findall(r"<text[^>]*>([^<]*)", light) == re.findall(r"<text[^>]*>([^<]*)", dark)


def test_a_systems_name_is_text_wherever_it_stands(rated: Project, researcher: Client) -> None:
    name = '=<img src=x onerror="alert(1)">'
    System.objects.filter(project=rated, name="beta").update(name=name)
    page = researcher.get(PAGE).content.decode()
    drawn = researcher.get(f"{PAGE}pictures/leaderboard.svg?criterion=overall").content.decode()
    table = researcher.get(f"{PAGE}pictures/leaderboard.csv?criterion=overall").content.decode()
    assert "<img src=x" not in page + drawn
    assert "\n\"'=<img" in table


def test_results_can_be_taken_away(researcher: Client) -> None:
    headline = json.loads(researcher.get(PAGE + "results.json").content)["results"]
    everything = json.loads(researcher.get(PAGE + "results.json?all=1").content)["results"]
    assert 0 < len(headline) < len(everything)


def test_the_page_speaks_russian(researcher: Client) -> None:
    page = researcher.get(PAGE, headers={"Accept-Language": "ru"}).content.decode()
    assert "Отчёт" in page
    assert "People agree" not in page


def test_an_empty_project_says_what_is_missing(client: Client) -> None:
    project = make_project("empty")
    client.force_login(make_member(project, Role.RESEARCHER).user)
    assert "Nothing to report yet" in client.get("/p/empty/report/").content.decode()


def test_data_without_a_figure_are_not_passed_over(client: Client) -> None:
    project = make_project("marked")
    rubric = make_rubric(project, TaskKind.SINGLE)
    texts, scores = make_criterion(rubric, "remarks", Level.TEXT), make_criterion(rubric, "fluency")
    rater = make_rater(project, "ann")
    for _ in range(3):
        task = make_single_task(project, rubric, system=make_system(project))
        rate(task, rater, "a remark", criterion=texts)
        rate(task, rater, None, criterion=scores, absent="abstained", repeat=1)
    client.force_login(make_member(project, Role.RESEARCHER).user)
    page = client.get("/p/marked/report/").content.decode()
    assert "3 ratings cannot be compared yet (free text)." in page
    assert "3 ratings cannot be compared yet (no value)." in page


def test_the_overall_judgement_is_shown_first(client: Client) -> None:
    project = make_project("several")
    rubric = make_rubric(project, TaskKind.SINGLE)
    for key in ("accuracy", "overall quality"):
        criterion = make_criterion(rubric, key)
        rate(make_single_task(project, rubric, system=make_system(project)), make_rater(project, key), 3.0,
             criterion=criterion)  # fmt: skip
    client.force_login(make_member(project, Role.RESEARCHER).user)
    page = client.get("/p/several/report/").content.decode()
    assert re.search(r'aria-current="page"[^>]*>Overall quality<', page)


def test_an_unknown_criterion_is_missing(researcher: Client) -> None:
    assert researcher.get(f"{PAGE}?criterion=elegance").status_code == 404


def test_a_specimen_wears_its_badge_beside_its_name_and_its_sentences(
    rated: Project, researcher: Client
) -> None:
    badge = '<span class="badge warn">weak specimen</span>'
    assert badge not in researcher.get(PAGE).content.decode()
    rated.raters.filter(name="gpt").update(attributes={SPECIMEN: True})
    page = researcher.get(PAGE).content.decode()
    assert f"<td>judge gpt {badge}</td>" in page
    assert "<td>people</td>" in page
    assert f"<p>{badge} Judge gpt agrees with people on" in page
    assert f"<p>{badge} Judge gpt is a weak specimen: " in page
    page = researcher.get(PAGE, headers={"Accept-Language": "ru"}).content.decode()
    assert '<span class="badge warn">слабый образец</span> Судья gpt — слабый образец: он показывает' in page
