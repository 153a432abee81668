"""Which figures apply is found in the data."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from annotations.models import Level, Presentation, Project, RaterKind, TaskKind
from evalplatform.reports.rows import Row
from evalplatform.reports.snapshot import Wanted, take_snapshot
from tests.factories.ledger import make_criterion, make_project, make_rubric, make_single_task, make_system
from tests.factories.ratings import make_rater, rate

pytestmark = pytest.mark.database


def report(project: Project, *, is_full: bool = True) -> tuple[Row, ...]:
    cache.clear()
    return take_snapshot(project=project, wanted=Wanted(is_full=is_full)).rows


def make_scores(
    level: Level, values: Iterator[float | str], *, raters: tuple[str, ...] = ("ann", "bob")
) -> Project:
    project = make_project()
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "quality", level)
    people = [make_rater(project, name) for name in raters]
    system = make_system(project, "alpha")
    for _ in range(6):
        task = make_single_task(project, rubric, system=system)
        for person in people:
            rate(task, person, next(values))
    return project


def levels(rows: tuple[Row, ...]) -> set[str | None]:
    return {row.level for row in rows if row.statistic == "krippendorff_alpha"}


@pytest.mark.parametrize(
    ("level", "headline", "everything"),
    [
        (
            Level.UNSTATED,
            {"nominal", "ordinal", "interval", "ratio"},
            {"nominal", "ordinal", "interval", "ratio"},
        ),
        (Level.ORDINAL, {"ordinal"}, {"nominal", "ordinal", "interval"}),
        (Level.RATIO, {"ratio"}, {"nominal", "ordinal", "interval", "ratio"}),
    ],
)
def test_alpha_is_at_the_stated_level_or_at_every_one(
    level: Level, headline: set[str], everything: set[str]
) -> None:
    project = make_scores(level, iter([1.0, 2.0, 4.0] * 4))
    assert levels(report(project, is_full=False)) == headline
    assert levels(report(project)) == everything


def test_words_are_nominal_whatever_is_left_unstated() -> None:
    assert levels(report(make_scores(Level.UNSTATED, iter(["good", "bad", "good"] * 4)))) == {"nominal"}


@pytest.mark.parametrize("level", [Level.TEXT, Level.SPANS])
def test_texts_and_spans_have_no_figures_yet(level: Level) -> None:
    assert report(make_scores(level, iter(["a text", "another"] * 6))) == ()


def test_one_person_alone_has_no_agreement_but_gives_scores() -> None:
    rows = report(make_scores(Level.ORDINAL, iter([1.0, 2.0, 4.0] * 4), raters=("ann",)))
    assert {row.statistic for row in rows} == {"mean_score"}


def test_mean_scores_name_their_system() -> None:
    rows = report(make_scores(Level.INTERVAL, iter([1.0, 2.0, 4.0] * 4)))
    (score,) = [row for row in rows if row.statistic == "mean_score" and row.inference == "these_raters"]
    assert (score.system, score.raters, score.n, score.n_unit) == ("alpha", "people", 12, "ratings")
    assert score.estimate == pytest.approx(28 / 12)


def test_turns_and_attributes_of_items_become_slices(rated: Project) -> None:
    slices = {tuple(row.slice.items()) for row in report(rated)}
    assert slices == {(), (("turn", 1),), (("turn", 2),), (("subject", "law"),), (("subject", "maths"),)}
    headline = {tuple(row.slice.items()) for row in report(rated, is_full=False)}
    assert headline == {(), (("turn", 1),), (("turn", 2),)}


def test_every_group_stands_beside_people_and_one_that_repeats_them_does_not(rated: Project) -> None:
    assert {row.raters for row in report(rated) if row.against is None} == {
        "people", "people:expert", "people:crowd", "simulated", "judge:gpt",
    }  # fmt: skip
    for rater in rated.raters.filter(name="cleo"):
        rater.annotations.all().delete()
    assert "people:expert" not in {row.raters for row in report(rated)}


def test_people_are_given_both_inferences_and_judges_one(rated: Project) -> None:
    by_statistic: dict[tuple[str, str, str | None], set[str | None]] = {}
    for row in report(rated):
        by_statistic.setdefault((row.statistic, row.raters, row.against), set()).add(row.inference)
    both = {"these_raters", "rater_population"}
    assert by_statistic["percent_agreement", "people", None] == both
    assert by_statistic["percent_agreement", "judge:gpt", "people"] == both
    assert by_statistic["win_rate", "people", None] == both
    assert by_statistic["win_rate", "judge:gpt", None] == {"these_raters"}


def test_fewer_than_five_people_carry_no_statement_about_others(rated: Project) -> None:
    found = {
        row.undefined
        for row in report(rated)
        if (row.statistic, row.inference) == ("percent_agreement", "rater_population")
        and row.against in (None, "people")
        and row.raters in ("people", "judge:gpt")
    }
    assert found == {"too_few_raters"}


def test_a_judge_in_both_orders_is_held_against_people_under_three_rules(rated: Project) -> None:
    rules = {
        row.rule: row
        for row in report(rated)
        if (row.statistic, row.raters, row.against) == ("percent_agreement", "judge:gpt", "people")
        and row.inference == "these_raters"
        and not row.slice
    }
    assert set(rules) == {"tie", "dropped", "disagree"}
    assert (rules["tie"].n, rules["dropped"].n, rules["disagree"].n) == (24, 18, 24)


def test_consistency_and_inconsistency_of_a_judge_are_two_sides_of_one(rated: Project) -> None:
    whole = {row.statistic: row for row in report(rated) if not row.slice and row.against is None}
    assert whole["inconsistency_rate"].estimate == 0.25
    assert whole["position_consistency"].estimate == 0.75


def test_a_judge_of_one_order_has_no_consistency(rated: Project) -> None:
    other = make_rater(rated, "plain", RaterKind.JUDGE)
    for task in rated.tasks.all():
        rate(task, other, "first", order="0,1", presentation=Presentation.UNKNOWN)
    of_other = {row.statistic for row in report(rated) if row.raters == "judge:plain" and row.against is None}
    assert of_other == {"win_rate", "tie_rate"}


def test_a_judge_that_gave_no_verdict_at_all_is_not_passed_over(rated: Project) -> None:
    mute = make_rater(rated, "mute", RaterKind.JUDGE)
    for task in rated.tasks.all():
        rate(task, mute, None, absent="refused")
    (row,) = [row for row in report(rated, is_full=False) if row.raters == "judge:mute" and not row.slice]
    assert (row.statistic, row.n, row.estimate, row.undefined) == ("tie_rate", 0, None, "no_pairable_units")
    assert row.excluded == {"refused": 8}


def test_absent_ratings_are_counted_in_the_figure(rated: Project) -> None:
    extra = make_rater(rated, "dora", group="crowd")
    rate(rated.tasks.all()[0], extra, None, absent="abstained")
    (row,) = [
        row
        for row in report(rated)
        if (row.statistic, row.raters, row.against) == ("percent_agreement", "people", None)
        and row.inference == "these_raters"
        and not row.slice
    ]
    assert row.excluded == {"abstained": 1}
