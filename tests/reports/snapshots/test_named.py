"""Tasks in whose answers a name was masked are told from the others, in the full report alone."""

import pytest
from django.db.models import QuerySet

from annotations.models import Generation, Project
from evalplatform.common.hashing import hash_content
from evalplatform.reports.rows import Row
from evalplatform.reports.snapshots.named import NAMED
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from tests.factories.ledger import make_project
from tests.factories.rated import fill_project

pytestmark = pytest.mark.database


@pytest.fixture
def project() -> Project:
    """Eight tasks; in three of them an answer says who wrote it."""
    project = fill_project(make_project("sky"))
    for key, text in (("item-0", "I am ALPHA."), ("item-1", "As beta I think"), ("item-4", "_Alpha_ here.")):
        change_text(Generation.objects.filter(item__key=key).order_by("pk")[:1], text)
    return project


def change_text(generations: QuerySet[Generation], text: str) -> None:
    """With the hash by which a report knows what was rated."""
    for generation in generations:
        Generation.objects.filter(pk=generation.pk).update(text=text, content_hash=hash_content([text]))


def find(project: Project, wanted: Wanted, statistic: str = "percent_agreement") -> dict[object, Row]:
    """Rows of agreement among all people, by what their slice says of names."""
    rows = take_snapshot(project=project, wanted=wanted).rows
    return {
        row.slice.get(NAMED): row
        for row in rows
        if (row.statistic, row.raters, row.inference) == (statistic, "people", "these_raters")
        and set(row.slice) <= {NAMED}
    }


def test_the_full_report_has_both_parts(project: Project) -> None:
    found = find(project, Wanted(is_full=True))
    assert {name: row.n for name, row in found.items()} == {None: 24, True: 9, False: 15}


def test_one_part_can_be_asked_for(project: Project) -> None:
    found = find(project, Wanted(is_full=True, slice={NAMED: True}))
    assert {name: row.n for name, row in found.items()} == {True: 9}


def test_without_names_there_are_no_parts_and_the_headline_reads_no_texts(project: Project) -> None:
    assert set(find(project, Wanted())) == {None}
    change_text(Generation.objects.filter(project=project), "Nothing is said of anybody.")
    assert set(find(project, Wanted(is_full=True))) == {None}


def test_inputs_are_hashed_as_before(project: Project) -> None:
    short, full = (take_snapshot(project=project, wanted=Wanted(is_full=each)) for each in (False, True))
    assert short.inputs_hash == full.inputs_hash
