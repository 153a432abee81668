import pytest

from annotations.domain.checking.gold import mark_gold
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.submitting.annotate import record_annotation, revise_annotation
from annotations.models import Annotation, Rater
from annotations.queries.check_results import Share, read_check_results
from tests.factories.ledger import (
    make_generation,
    make_item,
    make_person,
    make_project,
    make_single_rubric,
    make_system,
    make_task,
    make_user,
)

pytestmark = pytest.mark.database


def answer_all(rater: Rater, *, value: int, repeated: int) -> None:
    """Say `value` of every task, and of one asked again `repeated`."""
    number = 0
    while held := claim_assignment(rater=rater):
        number += 1
        said = repeated if held.repeat else value
        record_annotation(
            assignment=held, ratings={"clarity": said}, seconds=1, client_key=str(held.public_id)
        )


def test_shares_of_each_rater_and_of_each_task() -> None:
    project = make_project(gold_share=0.05, repeat_share=0.05)
    rubric = make_single_rubric(project, ["clarity"])
    system = make_system(project)
    tasks = []
    for _ in range(130):
        item = make_item(project)
        tasks.append(make_task(item, rubric, [make_generation(item, system)], overlap=2))
    for task in tasks[:4]:
        mark_gold(task=task, ratings={"clarity": 4}, actor=make_user())
    steady, other = make_person(project), make_person(project)
    answer_all(steady, value=4, repeated=4)
    answer_all(other, value=2, repeated=3)
    results = read_check_results(project)
    found = {line.rater: line for line in results.raters}
    assert set(found) == {steady, other}
    assert found[steady].gold.hits == found[steady].gold.n
    assert found[steady].repeats.hits == found[steady].repeats.n
    assert found[other].gold.hits == found[other].repeats.hits == 0
    asked = found[steady].gold.n + found[other].gold.n
    assert asked >= 1
    assert found[steady].repeats.n + found[other].repeats.n >= 1
    assert sum(line.gold.n for line in results.tasks) == asked
    assert sum(line.gold.hits for line in results.tasks) == found[steady].gold.hits
    assert [line.task for line in results.tasks] == tasks[:4]


def test_what_was_said_first_is_read_and_only_when_asked_as_a_check() -> None:
    project = make_project(gold_share=0.1)
    rubric, system = make_single_rubric(project, ["clarity"]), make_system(project)
    tasks = []
    for _ in range(40):
        item = make_item(project)
        tasks.append(make_task(item, rubric, [make_generation(item, system)]))
    rater = make_person(project)
    early = claim_assignment(rater=rater)
    assert early is not None
    record_annotation(assignment=early, ratings={"clarity": 4}, seconds=1, client_key="early")
    for task in (early.task, *tasks[-3:]):
        mark_gold(task=task, ratings={"clarity": 4}, actor=make_user())
    answer_all(rater, value=2, repeated=2)
    checks = Annotation.objects.filter(rater=rater, phase="check")
    asked = checks.count()
    for check in list(checks):
        revise_annotation(
            annotation=check, ratings={"clarity": 4}, seconds=1, client_key=f"change {check.pk}"
        )
    [line] = read_check_results(project).raters
    assert (line.gold.hits, line.gold.n) == (0, asked)
    assert asked >= 1


def test_intervals_are_those_of_clopper_and_pearson() -> None:
    """scipy.stats.binomtest(7, 10).proportion_ci(0.95, "exact")."""
    share = Share(7, 10)
    assert [share.low, share.high] == pytest.approx([0.34754715, 0.93326044])
    assert (Share(0, 0).low, Share(0, 0).high) == (0, 1)
    assert Share(10, 10).high == 1
