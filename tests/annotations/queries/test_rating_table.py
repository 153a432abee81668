from datetime import UTC, datetime
from typing import Any  # whatever a rating may be given

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import (
    Absent,
    Annotation,
    Level,
    Origin,
    Phase,
    Presentation,
    Project,
    RaterKind,
    Task,
)
from annotations.queries.rater_groups import list_raters
from annotations.queries.rating_rows import read_ratings, read_tasks
from annotations.queries.rating_set import sort_out_ratings
from annotations.queries.rating_table import build_rating_table, get_criterion
from evalplatform.agreement import RatingTable
from evalplatform.common.errors import Missing
from tests.factories.ledger import (
    make_criterion,
    make_generation,
    make_item,
    make_pair_rubric,
    make_pair_task,
    make_project,
    make_rubric,
    make_single_rubric,
    make_single_task,
    make_system,
    make_task,
    scale,
)
from tests.factories.ratings import make_rater, rate

pytestmark = pytest.mark.database
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def project() -> Project:
    return make_project()


def make_pairs(project: Project, number: int = 1) -> list[Task]:
    rubric = make_pair_rubric(project)
    systems = (make_system(project, "alpha"), make_system(project, "beta"))
    return [make_pair_task(project, rubric, systems=systems) for _ in range(number)]


def values(table: RatingTable) -> list[tuple[str, object]]:
    """Who said what, in no order of its own."""
    return sorted(
        (table.raters[rater], table.categories[value])
        for rater, value in zip(table.rater.tolist(), table.value.tolist(), strict=True)
    )


def test_every_rating_of_every_rater_is_a_row_with_its_task_as_unit_and_its_item_as_cluster(
    project: Project,
) -> None:
    first, second = make_pairs(project, 2)
    ann, judge = make_rater(project, "ann"), make_rater(project, "gpt", RaterKind.JUDGE)
    for task in (first, second):
        rate(task, ann, "first")
        rate(task, judge, "tie")
    table = build_rating_table(project=project, criterion="overall")
    assert values(table) == [("judge:gpt", "tie")] * 2 + [("person:ann", "first")] * 2
    assert sorted(table.clusters.tolist()) == sorted([first.item.key, second.item.key])
    assert dict(zip(table.raters, table.kinds, strict=True)) == {"judge:gpt": "fixed", "person:ann": "person"}


def test_named_sets_of_raters_and_turns_and_slices_are_cut_out(project: Project) -> None:
    rubric = make_single_rubric(project, keys=("clarity",))
    expert, crowd = make_rater(project, "e", group="expert"), make_rater(project, "c", group="crowd")
    for turn, subject in ((1, "maths"), (2, "law")):
        item = make_item(project, attributes={"subject": subject})
        task = make_task(item, rubric, [make_generation(item, make_system(project))], turn=turn)
        rate(task, expert, float(turn))
        rate(task, crowd, 5.0)

    def cut(**wanted: object) -> list[tuple[str, object]]:
        return values(build_rating_table(project=project, criterion="clarity", **wanted))  # type: ignore[arg-type]  # as given below

    assert cut(raters=["people:expert"]) == [("person:e", 1.0), ("person:e", 2.0)]
    assert cut(raters=["people"], turn=2) == [("person:c", 5.0), ("person:e", 2.0)]
    assert cut(raters=["people:expert"], slice={"subject": "maths"}) == [("person:e", 1.0)]
    with pytest.raises(Missing, match="people:author"):
        cut(raters=["people:author"])


def test_simulated_raters_are_never_among_people(project: Project) -> None:
    (task,) = make_pairs(project)
    rate(task, make_rater(project, "ann"), "first")
    rate(task, make_rater(project, "sim", origin=Origin.SIMULATED, group="expert"), "second")
    people = build_rating_table(project=project, criterion="overall", raters=["people"])
    simulated = build_rating_table(project=project, criterion="overall", raters=["simulated"])
    assert (values(people), values(simulated)) == ([("person:ann", "first")], [("person:sim", "second")])
    with pytest.raises(Missing):
        build_rating_table(project=project, criterion="overall", raters=["people:expert"])


def test_absent_ratings_are_counted_by_reason(project: Project) -> None:
    first, second = make_pairs(project, 2)
    ann = make_rater(project, "ann")
    rate(first, ann, None, absent=Absent.ABSTAINED)
    rate(second, ann, "first")
    rate(second, make_rater(project, "gpt", RaterKind.JUDGE), None, absent=Absent.UNPARSABLE)
    everybody = build_rating_table(project=project, criterion="overall")
    people = build_rating_table(project=project, criterion="overall", raters=["people"])
    assert (values(everybody), everybody.excluded) == (
        [("person:ann", "first")],
        {"abstained": 1, "unparsable": 1},
    )
    assert people.excluded == {"abstained": 1}


def test_a_revised_answer_leaves_the_first_one_standing(project: Project) -> None:
    (task,) = make_pairs(project)
    ann = make_rater(project, "ann")
    first = rate(task, ann, "first")
    rate(task, ann, "second", phase=Phase.REVISED, supersedes=first)
    table = build_rating_table(project=project, criterion="overall")
    both = build_rating_table(project=project, criterion="overall", phases=(Phase.INDEPENDENT, Phase.REVISED))
    assert (values(table), table.excluded) == ([("person:ann", "first")], {"revised": 1})
    assert (values(both), both.excluded) == ([("person:ann", "second")], {"superseded": 1})


def test_an_undone_answer_gives_way_to_the_one_that_replaced_it(project: Project) -> None:
    (task,) = make_pairs(project)
    ann = make_rater(project, "ann")
    undone = rate(task, ann, "first", retracted_at=NOW)
    rate(task, ann, "tie", supersedes=undone)
    table = build_rating_table(project=project, criterion="overall")
    assert (values(table), table.excluded) == ([("person:ann", "tie")], {"retracted": 1})


def test_a_withdrawn_answer_counts_in_no_version(project: Project) -> None:
    (task,) = make_pairs(project)
    ann = make_rater(project, "ann")
    first = rate(task, ann, "first")
    rate(task, ann, "second", phase=Phase.REVISED, supersedes=first, retracted_at=NOW)
    table = build_rating_table(project=project, criterion="overall")
    assert (values(table), table.excluded) == ([], {"retracted": 2})


def test_surplus_answers_are_counted_apart(project: Project) -> None:
    (task,) = make_pairs(project)
    rate(task, make_rater(project, "ann"), "first", phase=Phase.SURPLUS)
    table = build_rating_table(project=project, criterion="overall")
    assert (values(table), table.excluded) == ([], {"surplus": 1})


@pytest.mark.parametrize(
    ("forward", "swapped", "merged"),
    [("first", "first", "first"), ("first", "second", "inconsistent"), ("tie", "tie", "tie")],
)
def test_a_judges_two_orders_are_one_verdict(
    project: Project, forward: str, swapped: str, merged: str
) -> None:
    (task,) = make_pairs(project)
    judge = make_rater(project, "gpt", RaterKind.JUDGE)
    rate(task, judge, forward, order="0,1", presentation=Presentation.SHOWN)
    rate(task, judge, swapped, order="1,0", presentation=Presentation.SHOWN)
    assert values(build_rating_table(project=project, criterion="overall")) == [("judge:gpt", merged)]


def test_half_a_verdict_does_not_count(project: Project) -> None:
    whole, unreadable, half = make_pairs(project, 3)
    judge = make_rater(project, "gpt", RaterKind.JUDGE)
    for order in ("0,1", "1,0"):
        rate(whole, judge, "first", order=order, presentation=Presentation.SHOWN)
    rate(unreadable, judge, "first", order="0,1", presentation=Presentation.SHOWN)
    rate(unreadable, judge, None, order="1,0", presentation=Presentation.SHOWN, absent=Absent.REFUSED)
    rate(half, judge, "second", order="0,1", presentation=Presentation.SHOWN)
    table = build_rating_table(project=project, criterion="overall")
    assert (values(table), table.excluded) == (
        [("judge:gpt", "first")],
        {"other_order_missing": 2, "refused": 1},
    )


def test_a_person_who_saw_both_orders_gave_two_ratings(project: Project) -> None:
    (task,) = make_pairs(project)
    ann = make_rater(project, "ann")
    for order, value in (("0,1", "first"), ("1,0", "second")):
        rate(task, ann, value, order=order, presentation=Presentation.SHOWN)
    table = build_rating_table(project=project, criterion="overall")
    assert values(table) == [("person:ann", "first"), ("person:ann", "second")]


def test_words_on_an_ordered_scale_keep_its_order(project: Project) -> None:
    rubric = make_rubric(project, "single")  # type: ignore[arg-type]  # a choice by its value
    make_criterion(rubric, "quality", Level.ORDINAL, values=scale("poor", "fair", "good"))
    task = make_single_task(project, rubric)
    rate(task, make_rater(project, "ann"), "good")
    rate(task, make_rater(project, "bob"), "excellent")
    table = build_rating_table(project=project, criterion="quality")
    assert (table.categories, table.excluded) == (("poor", "fair", "good"), {"out_of_scale": 1})


def test_one_key_used_for_two_things_is_two_criteria(project: Project) -> None:
    make_criterion(make_rubric(project, key="a"), "quality", Level.NOMINAL)
    make_criterion(make_rubric(project, key="b"), "quality", Level.INTERVAL)
    with pytest.raises(Missing, match="a:quality:nominal, b:quality:interval"):
        build_rating_table(project=project, criterion="quality")


def test_units_are_named_by_content_and_not_by_database_ids(project: Project) -> None:
    (task,) = make_pairs(project)
    rate(task, make_rater(project, "ann"), "first")
    (unit,) = build_rating_table(project=project, criterion="overall").units.tolist()
    assert unit.split("\x1f") == [task.item.key, "pair", "", task.rubric.key, "1", "", "alpha", "beta"]


def test_the_number_of_queries_does_not_grow_with_the_ratings(project: Project) -> None:
    tasks = make_pairs(project, 6)
    ann = make_rater(project, "ann")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            build_rating_table(project=project, criterion="overall")
        return len(queries)

    rate(tasks[0], ann, "first")
    few = count()
    for task in tasks[1:]:
        rate(task, ann, "first")
    assert count() == few


def test_a_verdict_out_of_play_does_not_take_the_place_of_a_good_one(project: Project) -> None:
    retracted, superseded, late = make_pairs(project, 3)
    judge = make_rater(project, "gpt", RaterKind.JUDGE)

    def judge_swapped(task: Task, value: str | None, **more: Any) -> Annotation:
        return rate(task, judge, value, order="1,0", presentation=Presentation.SHOWN, **more)

    for task in (retracted, superseded, late):
        rate(task, judge, "first", order="0,1", presentation=Presentation.SHOWN)
    judge_swapped(retracted, None, absent=Absent.UNPARSABLE, retracted_at=NOW)
    judge_swapped(retracted, "first")
    failed = judge_swapped(superseded, None, absent=Absent.UNPARSABLE)
    judge_swapped(superseded, "first", supersedes=failed)
    good = judge_swapped(late, "first")
    judge_swapped(late, None, absent=Absent.REFUSED, phase=Phase.REVISED, supersedes=good)
    table = build_rating_table(project=project, criterion="overall")
    assert (values(table), table.excluded) == (
        [("judge:gpt", "first")] * 3,
        {"retracted": 1, "superseded": 1, "revised": 1},
    )


def test_rubrics_that_use_the_same_key_are_not_pooled(project: Project) -> None:
    for name, value in (("a", 1.0), ("b", 5.0)):
        rubric = make_rubric(project, key=name)
        make_criterion(rubric, "quality", Level.INTERVAL)
        rate(make_single_task(project, rubric), make_rater(project, f"{name}nn"), value)
    with pytest.raises(Missing, match="a:quality:interval, b:quality:interval"):
        build_rating_table(project=project, criterion="quality")
    table = build_rating_table(project=project, criterion="b:quality:interval")
    assert values(table) == [("person:bnn", 5.0)]


def test_true_and_one_are_two_slices(project: Project) -> None:
    rubric = make_single_rubric(project, keys=("clarity",))
    ann = make_rater(project, "ann")
    for value, score in ((True, 2.0), (1, 3.0), ("1", 4.0)):
        item = make_item(project, attributes={"mark": value})
        rate(make_task(item, rubric, [make_generation(item, make_system(project))]), ann, score)
    asked = get_criterion(project=project, name="clarity")
    held = sort_out_ratings(
        read_ratings(project=project, criteria=asked.ids),
        criterion=asked,
        raters=list_raters(project=project),
        tasks=read_tasks(project=project),
    )
    cuts = [values(held.cut_table({"person:ann"}, slice={"mark": value})) for value in (1, True, "1")]
    assert cuts == [[("person:ann", 3.0)], [("person:ann", 2.0)], [("person:ann", 4.0)]]
