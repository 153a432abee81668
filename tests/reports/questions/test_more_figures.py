"""`--all` also holds bias, confidence, marks, ranks and raters one by one, as the statistics give them."""

from typing import Any

import pytest
from django.core.cache import cache

from annotations.models import Annotation, Level, Presentation, Project, RaterKind, Rating, TaskKind
from annotations.queries.rating_table import build_rating_table
from evalplatform.agreement.bias import scale_use, verbosity_bias
from evalplatform.agreement.confidence import brier_score
from evalplatform.agreement.consensus import rater_ability
from evalplatform.reports.rows import Row
from evalplatform.reports.snapshots.inputs import read_inputs
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from tests.factories.ledger import (
    make_criterion,
    make_item,
    make_pair_rubric,
    make_pair_task,
    make_project,
    make_rubric,
    make_single_task,
    make_system,
)
from tests.factories.ratings import make_rater, rate

pytestmark = [pytest.mark.database, pytest.mark.one_database]

PEOPLE = ("ann", "bob", "eve")


def report(project: Project) -> tuple[Row, ...]:
    cache.clear()
    return take_snapshot(project=project, wanted=Wanted(is_full=True)).rows


def find(rows: tuple[Row, ...], statistic: str, **fields: Any) -> Row:
    """The one row of that description."""
    [row] = [
        row
        for row in rows
        if row.statistic == statistic
        and row.inference == "these_raters"
        and all(getattr(row, name) == value for name, value in fields.items())
    ]
    return row


def add(annotation: Annotation, **fields: Any) -> None:
    Rating.objects.filter(annotation=annotation).update(**fields)


@pytest.fixture
def pairs(db: None) -> Project:
    """Three persons and a judge that says how sure it is, on pairs of unequal length."""
    project = make_project()
    rubric = make_pair_rubric(project)
    people = [make_rater(project, name) for name in PEOPLE]
    judge = make_rater(project, "plain", RaterKind.JUDGE)
    systems = [make_system(project, name) for name in ("alpha", "beta")]
    for number in range(12):
        task = make_pair_task(project, rubric, systems=systems)
        for place, generation in enumerate(task.generations.order_by("system__name")):
            generation.text = "word " * (10 + 20 * ((number + place) % 2))
            generation.save()
        for place, rater in enumerate(people):
            order = "0,1" if (number + place) % 2 else "1,0"
            verdict = "first" if (number + place) % 3 else "second"
            verdict = "both_bad" if (number, place) == (0, 0) else verdict
            rate(task, rater, verdict, order=order, presentation=Presentation.SHOWN)
        given = rate(task, judge, "first" if number % 2 else "second")
        add(given, confidence=0.5 + 0.04 * number)
    return project


def test_preferences_have_bias_confidence_and_ranks(pairs: Project) -> None:
    rows = report(pairs)
    table = build_rating_table(project=pairs, criterion="overall")
    inputs = read_inputs(project=pairs)
    ratings = inputs.sort_out(inputs.criteria[0])
    lengths = {}
    for task in ratings.unit_tasks:
        one, other = inputs.answers.describe(task) or ()
        lengths[task.unit] = (one["length"], other["length"])
    people = [f"person:{name}" for name in PEOPLE]
    bias = verbosity_bias(table, "judge:plain", people, lengths).difference
    row = find(rows, "longer_preferred_difference", raters="judge:plain")
    assert (row.estimate, row.low, row.n) == (bias.estimate, bias.low, bias.n)
    ability = rater_ability(table.subset(raters=people))
    for name in people:
        assert find(rows, "ability", raters=name, against="people").estimate == ability[name].estimate
    stated, outcomes = [], []
    for number in range(12):
        votes = ["first" if (number + place) % 3 else "second" for place in range(3)]
        votes[0] = votes[0] if number else "tie"
        stated.append(0.5 + 0.04 * number)
        outcomes.append(int(max(set(votes), key=votes.count) == ("first" if number % 2 else "second")))
    row = find(rows, "brier_score", raters="judge:plain", against="people")
    assert row.estimate == pytest.approx(brier_score(stated, outcomes, inference=None).score.estimate)
    assert row.n == 12
    agreed = [row.statistic for row in rows if row.statistic.startswith("category_agreement")]
    assert agreed == [f"category_agreement:{value}" for value in ("first", "second", "tie")]
    ranks = [find(rows, end, raters="people", system="alpha").estimate for end in ("rank_best", "rank_worst")]
    assert ranks[0] in (1.0, 2.0)
    assert ranks[1] in (1.0, 2.0)
    lead = find(rows, "lead_over:beta", raters="people", system="alpha")
    won = find(rows, "win_rate", raters="people", system="alpha").estimate
    assert won is not None
    assert lead.estimate == pytest.approx(2 * won - 1)


def test_scores_have_leniency_designs_and_corrected_means(db: None) -> None:
    project = make_project()
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "quality", Level.INTERVAL)
    raters = [make_rater(project, name) for name in PEOPLE]
    raters.append(make_rater(project, "plain", RaterKind.JUDGE))
    systems = [make_system(project, name) for name in ("alpha", "beta")]
    for number in range(12):
        task = make_single_task(project, rubric, system=systems[number % 2])
        for place, rater in enumerate(raters):
            rate(task, rater, float(1 + (number * 3 + place * number % 5) % 5))
    rows = report(project)
    table = build_rating_table(project=project, criterion="quality")
    people = [f"person:{name}" for name in PEOPLE]
    found = scale_use(table, "judge:plain", people).mean.difference
    row = find(rows, "leniency", raters="judge:plain", against="people")
    assert (row.estimate, row.low) == (found.estimate, found.low)
    assert find(rows, "mean_score_corrected", system="alpha").n == 6
    more, fewer = (find(rows, f"standard_error_with_raters:{n}", raters="people").estimate for n in (5, 1))
    assert more is not None
    assert fewer is not None
    assert more < fewer


def test_marked_passages_weigh_as_errors_and_overlap(db: None) -> None:
    project = make_project()
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "errors", Level.SPANS)
    system = make_system(project, "alpha")
    ann, bob = (make_rater(project, name) for name in ("ann", "bob"))
    for number in range(6):
        task = make_single_task(project, rubric, system=system)
        for place, rater in enumerate((ann, bob)):
            mark = {"start": 5 * place, "end": 10, "category": "Accuracy", "severity": "Major"}
            test = {"start": 0, "end": 1, "category": "Accuracy", "severity": "planted"}
            marks = [mark] if number else [mark, {**mark, "severity": "Minor"}, test]
            add(rate(task, rater, "x"), code=None, spans=marks if number < 4 else [])
    rows = report(project)
    assert find(rows, "mean_error_weight", system="alpha").estimate == pytest.approx((6 + 3 * 5) / 6)
    assert find(rows, "marks_anything_agreement").estimate == 1.0
    assert find(rows, "span_f1").estimate == 1.0
    assert find(rows, "krippendorff_alpha", level="interval", slice={}).estimate == 1.0
    shared, marked = 6 + 3 * 5, (10 + 6) + 3 * (10 + 5)
    assert find(rows, "character_f1").estimate == pytest.approx(2 * shared / marked)


def test_repeats_are_held_against_each_other(db: None) -> None:
    project = make_project()
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "safe", Level.NOMINAL)
    judge = make_rater(project, "plain", RaterKind.JUDGE)
    for number in range(4):
        task = make_single_task(project, rubric, system=make_system(project, f"s{number}"))
        for repeat in range(2):
            rate(task, judge, "yes" if number or repeat else "no", repeat=repeat)
    row = find(report(project), "self_consistency", raters="judge:plain")
    assert (row.estimate, row.n) == (0.875, 4)


def test_fewer_errors_are_better_and_milder_marks_more_lenient(db: None) -> None:
    project = make_project()
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "errors", Level.SPANS)
    systems = [make_system(project, name) for name in ("bad", "good")]
    raters = [make_rater(project, name) for name in PEOPLE]
    items = [make_item(project) for _ in range(6)]
    for number in range(12):
        task = make_single_task(project, rubric, system=systems[number % 2], item=items[number // 2])
        for place, rater in enumerate(raters):
            marks = [{"category": "Accuracy", "severity": "Major"}] * (
                3 - 2 * (number % 2) + (place + number // 2) % 2
            )
            add(rate(task, rater, "x"), code=None, spans=[*marks, *marks[: place == 2]])
    rows = report(project)
    lead = find(rows, "lead_over:good", raters="people", system="bad").estimate
    assert lead is not None
    assert lead < 0
    leniency = find(rows, "leniency", raters="person:eve", against="people").estimate
    assert leniency is not None
    assert leniency < 0
    assert find(rows, "krippendorff_alpha", raters="people", level="interval").estimate is not None


def test_persons_of_two_groups_are_paired_once_by_equal_ratings(db: None) -> None:
    project = make_project()
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "safe", Level.NOMINAL)
    groups = {"ann": "expert", "bob": "expert", "eve": "expert", "dan": "crowd"}
    raters = [make_rater(project, name, group=group) for name, group in groups.items()]
    for number in range(4):
        task = make_single_task(project, rubric, system=make_system(project, f"s{number}"))
        for place, rater in enumerate(raters):
            rate(task, rater, "yes" if number > place else "no")
    rows = report(project)
    pairs = [row for row in rows if row.statistic == "pair_agreement"]
    assert len(pairs) == len({row.id for row in pairs}) == 6
    assert find(rows, "pair_agreement", raters="person:ann", against="person:bob").estimate == 0.75
    assert len({row.id for row in rows}) == len(rows)


def test_a_task_that_lost_its_system_takes_no_other_figure_away(db: None) -> None:
    project = make_project()
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "quality", Level.INTERVAL)
    raters = [make_rater(project, "ann"), make_rater(project, "plain", RaterKind.JUDGE)]
    systems = [make_system(project, name) for name in ("s0", "s1")]
    tasks = [make_single_task(project, rubric, system=systems[number % 2]) for number in range(4)]
    for number, task in enumerate(tasks):
        for rater in raters:
            rate(task, rater, float(number))
    tasks[0].positions.all().delete()
    assert find(report(project), "mean_score", raters="people", against=None, system="s1").n == 2
