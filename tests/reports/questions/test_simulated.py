"""Simulated raters enter no figure called people: in data, JSON, page and terminal."""

import pytest
from django.core.cache import cache
from django.test import Client

from annotations.models import Project, Role
from annotations.queries.rating_table import build_rating_table
from evalplatform.reports.rows import Row
from evalplatform.reports.snapshots.snapshot import Snapshot, Wanted, take_snapshot
from evalplatform.reports.words.console import print_headline
from tests.factories.ledger import make_member

pytestmark = pytest.mark.database


def snapshot(project: Project) -> Snapshot:
    cache.clear()
    return take_snapshot(project=project, wanted=Wanted(is_full=True))


def of_people(found: Snapshot) -> list[Row]:
    """Figures that name people on either side and simulated raters on neither."""
    named = [(row, f"{row.raters} {row.against}") for row in found.rows]
    return [row for row, names in named if "people" in names and "simulated" not in names]


def test_without_the_simulated_raters_every_figure_of_people_is_the_same(rated: Project) -> None:
    """The proof in the data: they are deleted, and no figure of people moves."""
    before = of_people(snapshot(rated))
    for rater in rated.raters.filter(origin="simulated"):
        rater.annotations.all().delete()
        rater.delete()
    assert before
    assert of_people(snapshot(rated)) == before


def test_they_are_in_no_table_of_people(rated: Project) -> None:
    table = build_rating_table(project=rated, criterion="overall", raters=["people"])
    assert table.raters == ("person:ann", "person:bob", "person:cleo")


def test_in_json_they_stand_under_their_own_name(rated: Project) -> None:
    found = snapshot(rated)
    apart = [row for row in found.rows if row.raters == "simulated" and row.against is None]
    assert {row.statistic for row in apart} >= {"percent_agreement", "win_rate", "tie_rate"}
    assert max(row.n for row in apart if row.statistic == "tie_rate") == 16


def test_the_page_says_loudly_who_is_simulated(rated: Project, client: Client) -> None:
    client.force_login(make_member(rated, Role.RESEARCHER).user)
    page = client.get(f"/p/{rated.slug}/report/").content.decode()
    assert "SIMULATED data." in page
    assert "SIMULATED raters agree with each other" in page
    people = page.split("People agree with each other")[1].split("</p>")[0]
    assert "SIMULATED" not in people


def test_a_project_of_simulated_raters_alone_says_nothing_of_people(rated: Project, client: Client) -> None:
    for rater in rated.raters.filter(kind="person").exclude(origin="simulated"):
        rater.annotations.all().delete()
    found = snapshot(rated)
    assert of_people(found) == []
    assert "People" not in print_headline(found, width=120)
    client.force_login(make_member(rated, Role.RESEARCHER).user)
    assert "People agree" not in client.get(f"/p/{rated.slug}/report/").content.decode()


def test_the_terminal_says_it_too(rated: Project) -> None:
    assert "SIMULATED: SIMULATED raters agree" in print_headline(snapshot(rated), width=120)
