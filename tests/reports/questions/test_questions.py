"""Which figures apply is found in the data."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from annotations.models import Level, Presentation, Project, RaterKind, TaskKind
from evalplatform.agreement import AgreementError
from evalplatform.reports.rows import Row
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from tests.factories.ledger import make_criterion, make_project, make_rubric, make_single_task, make_system
from tests.factories.ratings import make_rater, rate

pytestmark = [pytest.mark.database, pytest.mark.one_database]


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


def find(rows: tuple[Row, ...], statistic: str, **wanted: object) -> list[Row]:
    """The rows of a statistic that hold what is wanted, about other items."""
    asked = {"inference": "these_raters", "slice": {}, **wanted}
    held = [row for row in rows if row.statistic == statistic]
    return [row for row in held if all(getattr(row, name) == value for name, value in asked.items())]


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


@pytest.mark.parametrize(
    ("level", "headline"),
    [(Level.UNSTATED, {"nominal", "ordinal", "interval"}), (Level.RATIO, {"interval"})],
)
def test_a_negative_number_has_no_ratio(level: Level, headline: set[str]) -> None:
    project = make_scores(level, iter([-1.0, 0.0, 2.0] * 4))
    assert levels(report(project, is_full=False)) == headline
    rows = report(project)
    assert levels(rows) == {"nominal", "ordinal", "interval"}
    assert "not_answerable" not in {row.undefined for row in rows}


@pytest.mark.parametrize("level", [Level.ORDINAL, Level.INTERVAL, Level.RATIO])
def test_words_in_an_order_are_ordinal_at_most(level: Level) -> None:
    project = make_scores(level, iter(["low", "high", "low"] * 4))
    assert levels(report(project)) == set()  # no order was stated: none of the words has a place
    project.criteria.update(values=[{"value": "low"}, {"value": "high"}])
    assert levels(report(project)) == {"ordinal"}


def test_what_the_statistics_refuse_is_undefined_and_takes_nothing_down(
    rated: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise AgreementError("no")

    monkeypatch.setattr("evalplatform.reports.questions.people.percent_agreement", refuse)
    rows = report(rated)
    (row,) = find(rows, "percent_agreement", raters="people", against=None)
    assert (row.estimate, row.undefined) == (None, "not_answerable")
    assert find(rows, "win_rate", raters="people", against=None)[0].estimate is not None


def test_numbers_that_name_categories_have_rates_and_no_mean() -> None:
    project = make_scores(Level.NOMINAL, iter([1.0, 1.0, 2.0, 2.0, 1.0, 2.0] * 2))
    rows = report(project)
    assert find(rows, "mean_score") == []
    assert levels(rows) == {"nominal"}
    assert [(row.statistic, row.system, row.estimate, row.n) for row in rows if "value_rate" in row.statistic
            and row.inference == "these_raters"] == [
        ("value_rate:1", "alpha", 0.5, 12), ("value_rate:2", "alpha", 0.5, 12),
    ]  # fmt: skip


def test_a_judge_of_numbers_is_held_against_people_by_alpha() -> None:
    """A judge that is always near is better than one that is sometimes equal; equality says the reverse."""
    project = make_scores(Level.INTERVAL, iter([1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0, 5.0, 5.0, 1.0, 1.0]))
    near, wild = (make_rater(project, name, RaterKind.JUDGE) for name in ("near", "wild"))
    for task, close, far in zip(
        project.tasks.order_by("pk"), (1, 2, 3, 4, 5, 1), (1, 5, 3, 1, 5, 5), strict=True
    ):
        rate(task, near, close + 0.1)
        rate(task, wild, float(far))
    rows = report(project)
    alphas = {row.raters: row for row in find(rows, "krippendorff_alpha", against="people", level="interval")}
    equal = {row.raters: row.estimate for row in find(rows, "percent_agreement", against="people")}
    assert (alphas["judge:near"].estimate or 0) > 0.99 > (alphas["judge:wild"].estimate or 0)
    assert (alphas["judge:near"].n, alphas["judge:near"].n_unit) == (6, "units")
    assert equal == {"judge:near": 0.0, "judge:wild": 0.5}
    headline = report(project, is_full=False)
    assert find(headline, "percent_agreement", against="people") == []
    assert len(find(headline, "krippendorff_alpha", against="people")) == 2
    assert len(find(headline, "krippendorff_alpha", raters="judge:near", against="judge:wild")) == 1


def test_words_are_nominal_whatever_is_left_unstated() -> None:
    assert levels(report(make_scores(Level.UNSTATED, iter(["good", "bad", "good"] * 4)))) == {"nominal"}


def test_texts_have_no_figures_yet() -> None:
    assert report(make_scores(Level.TEXT, iter(["a text", "another"] * 6))) == ()


def test_one_person_alone_has_no_agreement_but_gives_scores() -> None:
    rows = report(make_scores(Level.ORDINAL, iter([1.0, 2.0, 4.0] * 4), raters=("ann",)))
    assert {row.statistic for row in rows} == {"mean_score"}


def test_mean_scores_name_their_system() -> None:
    rows = report(make_scores(Level.INTERVAL, iter([1.0, 2.0, 4.0] * 4)))
    (score,) = find(rows, "mean_score")
    assert (score.system, score.raters, score.n, score.n_unit) == ("alpha", "people", 12, "ratings")
    assert score.estimate == pytest.approx(28 / 12)


def test_turns_and_attributes_of_items_become_slices(rated: Project) -> None:
    slices = {tuple(row.slice.items()) for row in report(rated)}
    assert slices == {(), (("turn", 1),), (("turn", 2),), (("subject", "law"),), (("subject", "maths"),)}
    headline = {tuple(row.slice.items()) for row in report(rated, is_full=False)}
    assert headline == {(), (("turn", 1),), (("turn", 2),)}


def test_one_item_is_no_slice_and_types_are_told_apart() -> None:
    project = make_scores(Level.ORDINAL, iter([1.0, 2.0, 4.0] * 4))
    values = (True, True, 1, 1, "1", "1")
    for number, (item, value) in enumerate(zip(project.items.order_by("pk"), values, strict=True)):
        item.attributes = {"kind": value, "title": f"story {number // 5}", "each": number}
        item.save()
    rows = report(project)
    ids = [row.id for row in rows]
    assert len(ids) == len(set(ids))
    slices = {(key, type(value).__name__, value) for row in rows for key, value in row.slice.items()}
    assert slices == {("kind", "bool", True), ("kind", "int", 1), ("kind", "str", "1")}
    assert {row.n for row in find(rows, "mean_score", slice={"kind": 1})} == {4}


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


def test_what_the_place_of_an_answer_does_is_counted(rated: Project) -> None:
    """Of eight pairs, two are won by the answer shown first in both orders."""
    found = {row.statistic: row for row in report(rated) if row.raters == "judge:gpt" and not row.slice}
    assert {name: (found[name].estimate, found[name].n, found[name].n_unit) for name in (
        "primacy", "recency", "first_share", "order_fairness_p"
    )} == {
        "primacy": (0.25, 8, "units"), "recency": (0.0, 8, "units"),
        "first_share": (10 / 16, 16, "verdicts"), "order_fairness_p": (0.5, 2, "units"),
    }  # fmt: skip
    assert found["order_fairness_p"].undefined == "no_interval"


def test_a_judge_of_one_order_has_no_consistency(rated: Project) -> None:
    other = make_rater(rated, "plain", RaterKind.JUDGE)
    for task in rated.tasks.all():
        rate(task, other, "first", order="0,1", presentation=Presentation.UNKNOWN)
    of_other = {row.statistic for row in report(rated) if row.raters == "judge:plain" and row.against is None}
    assert of_other >= {"win_rate", "tie_rate", "bradley_terry"}
    assert not of_other & {"position_consistency", "first_share", "primacy", "recency", "inconsistency_rate"}


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
