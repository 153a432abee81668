"""`--all` holds what a project's data allow, each figure equal to what the statistics give for its table."""

import pytest
from django.core.cache import cache

from annotations.models import Level, Project, RaterKind, TaskKind
from annotations.queries.rating_table import build_rating_table
from evalplatform.agreement import fleiss_kappa, intraclass_correlation, variance_components
from evalplatform.agreement.against_people import numbers_against_people, same_target
from evalplatform.reports.rows import Row
from evalplatform.reports.snapshots.inputs import read_inputs
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from tests.factories.ledger import (
    make_criterion,
    make_pair_rubric,
    make_pair_task,
    make_project,
    make_rubric,
    make_single_task,
    make_system,
)
from tests.factories.ratings import make_rater, rate

pytestmark = [pytest.mark.database, pytest.mark.one_database]

KAPPAS = {"fleiss_kappa", "conger_kappa", "brennan_prediger", "gwet_ac1"}
TARGET = {f"same_target_{name}" for name in ("judge", "people", "difference", "relative_to_people")}
NUMBERS = {"pearson_with_mean", "spearman_with_mean", "mean_absolute_error_with_mean"}


def report(project: Project, *, is_full: bool = True) -> dict[tuple[str, str, str | None, str | None], Row]:
    """Rows about other items, by statistic, raters, level and system."""
    cache.clear()
    rows = take_snapshot(project=project, wanted=Wanted(is_full=is_full)).rows
    return {
        (row.statistic, row.raters, row.level, row.system): row
        for row in rows
        if row.inference == "these_raters" and not row.slice
    }


def statistics(rows: dict[tuple[str, str, str | None, str | None], Row], raters: str) -> set[str]:
    return {statistic for statistic, held, _, _ in rows if held == raters}


@pytest.fixture
def scores(db: None) -> Project:
    """Three persons and a judge on two systems' outputs."""
    project = make_project()
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "quality", Level.INTERVAL)
    raters = [make_rater(project, name) for name in ("ann", "bob", "eve")]
    raters.append(make_rater(project, "plain", kind=RaterKind.JUDGE))
    systems = [make_system(project, name) for name in ("alpha", "beta")]
    for number in range(12):
        task = make_single_task(project, rubric, system=systems[number % 2])
        for place, rater in enumerate(raters):
            rate(task, rater, float(1 + (number * 3 + place * number % 5) % 5))
    return project


def test_scores_have_kappas_correlations_and_components(scores: Project) -> None:
    rows = report(scores)
    found = statistics(rows, "people")
    components = {f"variance_component:{source}" for source in ("item", "system", "rater", "residual")}
    assert KAPPAS | {"gwet_ac2", "kendall_w", "ICC(3,1)"} <= found
    assert {each for each in found if each.startswith("variance")} >= components - {"variance_component:item"}
    assert NUMBERS | {"system_kendall_tau_b"} <= statistics(rows, "judge:plain")


def test_figures_are_those_of_the_statistics(scores: Project) -> None:
    rows = report(scores)
    table = build_rating_table(project=scores, criterion="quality")
    [judge] = [name for name in table.raters if "plain" in name]
    people = [name for name in table.raters if name != judge]
    persons = table.subset(raters=people)
    for statistic, level, found in (
        ("fleiss_kappa", "interval", fleiss_kappa(persons, weights="quadratic")),
        ("ICC(3,1)", "interval", intraclass_correlation(persons, "ICC(3,1)")),
    ):
        row = rows[statistic, "people", level, None]
        assert (row.estimate, row.low, row.n) == (found.estimate, found.low, found.n)
    row = rows["pearson_with_mean", "judge:plain", "interval", None]
    against = numbers_against_people(table, judge, people, "pearson")
    assert (row.estimate, row.low, row.against) == (against.estimate, against.low, "people")
    inputs = read_inputs(project=scores)
    ratings = inputs.sort_out(inputs.criteria[0])
    by_unit = {unit: ratings.tasks[unit].systems[0] for unit in table.units.tolist()}
    components = variance_components(persons, systems=by_unit).components
    for source in ("rater", "system", "residual"):
        component = rows[f"variance_component:{source}", "people", "interval", None]
        assert (component.estimate, component.low) == (components[source].estimate, components[source].low)


def test_the_headline_is_as_short_as_before(scores: Project) -> None:
    assert not statistics(report(scores, is_full=False), "people") & (KAPPAS | {"ICC(3,1)", "kendall_w"})


def test_preferences_have_strengths_and_a_judge_the_same_target(db: None) -> None:
    project = make_project()
    rubric = make_pair_rubric(project)
    people = [make_rater(project, name) for name in ("ann", "bob", "eve")]
    judge = make_rater(project, "plain", kind=RaterKind.JUDGE)
    systems = [make_system(project, name) for name in ("alpha", "beta")]
    for number in range(10):
        task = make_pair_task(project, rubric, systems=systems)
        for place, rater in enumerate([*people, judge]):
            rate(task, rater, "first" if (number + place) % 3 else "second")
    rows = report(project)
    assert statistics(rows, "judge:plain") >= TARGET
    assert statistics(rows, "people") >= KAPPAS
    assert not {"gwet_ac2", "kendall_w"} & statistics(rows, "people")
    table = build_rating_table(project=project, criterion="overall")
    [name] = [rater for rater in table.raters if "plain" in rater]
    found = same_target(table, name, [rater for rater in table.raters if rater != name])
    row = rows["same_target_difference", "judge:plain", None, None]
    assert (row.estimate, row.n) == (found.difference.estimate, found.difference.n)
    strengths = [
        row
        for (statistic, raters, _, _), row in rows.items()
        if (statistic, raters) == ("bradley_terry", "people")
    ]
    assert len(strengths) == 2
    assert sum(row.estimate or 0 for row in strengths) == pytest.approx(0)


def test_labels_have_the_same_target_and_no_numbers(db: None) -> None:
    project = make_project()
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "safe", Level.NOMINAL)
    raters = [make_rater(project, name) for name in ("ann", "bob")]
    raters.append(make_rater(project, "plain", kind=RaterKind.JUDGE))
    system = make_system(project, "alpha")
    for number in range(8):
        task = make_single_task(project, rubric, system=system)
        for place, rater in enumerate(raters):
            rate(task, rater, "yes" if (number + place) % 4 else "no")
    rows = report(project)
    assert statistics(rows, "judge:plain") >= TARGET
    assert not NUMBERS & statistics(rows, "judge:plain")
    assert not {"ICC(1,1)", "bradley_terry", "kendall_w"} & statistics(rows, "people")
