import pytest
from django.core.cache import cache

from annotations.models import Criterion, Project, Rating
from evalplatform.common.errors import Conflict, Missing
from evalplatform.reports.models import Report
from evalplatform.reports.snapshots.freeze import freeze_report, recompute_report
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from tests.factories.ledger import make_project
from tests.factories.rated import fill_project

pytestmark = pytest.mark.database
EVERYTHING = Wanted(is_full=True)


def test_the_same_ledger_gives_the_same_bytes(rated: Project) -> None:
    first = take_snapshot(project=rated, wanted=EVERYTHING).to_bytes()
    cache.clear()
    assert take_snapshot(project=rated, wanted=EVERYTHING).to_bytes() == first


def test_ids_of_the_database_leave_no_trace(rated: Project) -> None:
    """The same ratings in another project, under other ids: the same hash and the same figures."""
    other = fill_project(make_project("elsewhere"))
    one, two = (take_snapshot(project=project, wanted=EVERYTHING) for project in (rated, other))
    assert one.inputs_hash == two.inputs_hash
    assert one.to_dict()["results"] == two.to_dict()["results"]


def test_one_changed_rating_changes_the_hash_and_the_figures(rated: Project) -> None:
    before = take_snapshot(project=rated)
    Rating.objects.filter(project=rated, code="tie").update(code="second")
    after = take_snapshot(project=rated)
    assert before.inputs_hash != after.inputs_hash
    assert before.rows != after.rows


def test_the_headline_is_a_part_of_all(rated: Project) -> None:
    headline = {row.id: row for row in take_snapshot(project=rated).rows}
    everything = {row.id: row for row in take_snapshot(project=rated, wanted=EVERYTHING).rows}
    assert headline.items() < everything.items()


def test_a_part_can_be_asked_for(rated: Project) -> None:
    everything = take_snapshot(project=rated, wanted=EVERYTHING).rows
    judge = take_snapshot(project=rated, wanted=Wanted(is_full=True, raters="judge:gpt")).rows
    turn = take_snapshot(project=rated, wanted=Wanted(is_full=True, slice={"turn": "1"})).rows
    assert judge == tuple(row for row in everything if "judge:gpt" in (row.raters, row.against))
    assert turn == tuple(row for row in everything if dict(row.slice) == {"turn": 1})
    assert judge
    assert turn


def test_an_unknown_criterion_is_missing(rated: Project) -> None:
    with pytest.raises(Missing, match="overall"):
        take_snapshot(project=rated, wanted=Wanted(criterion="elegance"))


def test_a_frozen_report_can_be_worked_out_again_byte_for_byte(rated: Project) -> None:
    report = freeze_report(project=rated, wanted=EVERYTHING)
    cache.clear()
    again = recompute_report(report=Report.objects.get(pk=report.pk))
    assert again.to_dict()["results"] == report.results


def test_freezing_twice_keeps_one_report(rated: Project) -> None:
    assert freeze_report(project=rated) == freeze_report(project=rated)


def test_a_report_over_a_changed_ledger_says_so(rated: Project) -> None:
    report = freeze_report(project=rated)
    Rating.objects.filter(project=rated, code="tie").update(code="second")
    with pytest.raises(Conflict, match="have changed"):
        recompute_report(report=report)


def test_a_rubric_that_was_changed_is_found_out(rated: Project) -> None:
    report = freeze_report(project=rated)
    before = report.inputs_hash
    Criterion.objects.filter(project=rated).update(question={"en": "Which is worse?"})
    assert take_snapshot(project=rated).inputs_hash != before
    for check in (lambda: recompute_report(report=report), lambda: freeze_report(project=rated)):
        with pytest.raises(Conflict, match="content hash differs"):
            check()


def test_a_project_without_ratings_has_an_empty_report(db: None) -> None:
    assert take_snapshot(project=make_project()).rows == ()


def test_the_hash_of_the_same_ledger_is_the_same_in_every_database(rated: Project) -> None:
    """Written down once; it changes only when what is hashed does."""
    assert (
        take_snapshot(project=rated).inputs_hash
        == "1adeb64d2633278f3e91870abf362f239d7ec134274339360d2cbd916e26b7cf"
    )
