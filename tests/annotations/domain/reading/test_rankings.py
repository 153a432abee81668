"""Rankings of several answers: planned, dealt, given as shown, stored canonically, exported as they came."""

from pathlib import Path
from typing import Any  # answers and policies are JSON

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.domain.asking.pairing import Pairing
from annotations.domain.planning.plan_tasks import plan_tasks
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.reading.shown_answers import show_ratings
from annotations.domain.reading.spans import ShownTexts
from annotations.domain.showing.blinding import blind_task
from annotations.domain.showing.presentation import draw_order, pick_order
from annotations.domain.studies.export_study import export_study
from annotations.domain.studies.import_study import import_study
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Assignment, Criterion, Rating, Task, TaskKind
from evalplatform.agreement import AgreementError
from evalplatform.agreement.orderings import parse_ranking, spell_ranking
from evalplatform.common.errors import Conflict, Invalid
from tests.factories.ledger import (
    make_generation,
    make_item,
    make_person,
    make_project,
    make_ranking_rubric,
    make_ranking_task,
    make_system,
)
from tests.factories.studies import generation, read_lines, read_manifest, write_study

NAMES = ("alpha", "beta", "gamma", "delta", "epsilon")


def make_lease(size: int = 4, **fields: Any) -> Assignment:
    """A ranking of `size` answers, dealt to a person."""
    project = make_project(**fields)
    systems = [make_system(project, name) for name in sorted(NAMES)[:size]]
    make_ranking_task(project, make_ranking_rubric(project), systems=systems)
    assignment = claim_assignment(rater=make_person(project))
    assert assignment is not None
    return assignment


def submit(assignment: Assignment, value: Any, key: str = "one") -> Rating:
    submission = record_annotation(
        assignment=assignment, ratings={"overall": value}, seconds=9.0, client_key=key
    )
    return submission.annotation.ratings.get()


def order_of(assignment: Assignment) -> tuple[int, ...]:
    return draw_order(task=assignment.task, rater=assignment.rater, size=4)


@pytest.mark.database
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_ranking_as_shown_is_stored_against_the_canonical_order(seed: int) -> None:
    assignment = make_lease(seed=seed)
    order = order_of(assignment)
    shown = [answer.text for answer in blind_task(assignment=assignment).generations]
    assert shown == [f"Answer {position}." for position in order]

    rating = submit(assignment, "3>1=4>2")

    best, second, third, last = (order[place] + 1 for place in (2, 0, 3, 1))
    low, high = sorted((second, third))
    assert rating.code == f"{best}>{low}={high}>{last}"
    assert rating.annotation.shown_order == ",".join(map(str, order))
    texts = ShownTexts(assignment.task)
    told = show_ratings([rating], order=order, texts=texts)["overall"]["value"]
    assert told == "3>1=4>2"


@pytest.mark.database
@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("1>2>3", "answer 4 is missing"),
        ("1>2>3>3", "answer 3 stands there more than once"),
        ("first", "a ranking is written as in 2>1=3=4, from best to worst"),
        ([2, 1, 3, 4], "a ranking is a text such as 2>1=3"),
        (1, "a ranking is a text such as 2>1=3"),
        (None, "a rating is needed"),
    ],
)
def test_what_is_no_ranking_of_all_answers_is_refused(value: Any, fault: str) -> None:
    assignment = make_lease()
    with pytest.raises(Invalid) as caught:
        submit(assignment, value)
    assert [(each.field, each.message) for each in caught.value.faults] == [("ratings.overall", fault)]


@pytest.mark.database
def test_the_same_ranking_in_other_words_is_the_same_answer() -> None:
    assignment = make_lease()
    first = submit(assignment, "2=1>3>4", key="one")
    assert submit(assignment, "1=2>3>4", key="two") == first
    with pytest.raises(Conflict) as caught:
        submit(assignment, "1>2>3>4", key="three")
    assert caught.value.extra["stored"]["ratings"]["overall"]["value"] == "1=2>3>4"
    assert Rating.objects.count() == 1


def test_orders_are_those_of_the_dictionary() -> None:
    assert [pick_order(3, number) for number in range(6)] == [
        (0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0),
    ]  # fmt: skip


def plan(pairing: dict[str, Any], systems: int = 5) -> list[tuple[str, ...]]:
    project = make_project(pairing=pairing)
    item = make_item(project, key="one")
    for number in range(systems):
        make_generation(item, make_system(project, f"s{number:02}"))
    make_ranking_rubric(project)
    assert plan_tasks(project=project) == Task.objects.count()
    assert plan_tasks(project=project) == 0
    return sorted(
        tuple(place.generation.system.name for place in task.positions.all())
        for task in Task.objects.filter(kind=TaskKind.RANKING)
    )


@pytest.mark.database
@pytest.mark.parametrize(
    ("pairing", "systems", "sizes"),
    [
        ({}, 5, [5]), ({}, 2, []), ({}, 12, [8]), ({"k": 4}, 5, [4]), ({"k": 4}, 3, []),
        ({"policy": "against", "system": "s03", "k": 3}, 5, [3]),
        ({"policy": "against", "system": "none", "k": 3}, 5, []),
        ({"policy": "sampled", "n": 3, "k": 3}, 9, [3, 3, 3]),
        ({"policy": "sampled", "n": 3}, 5, [5]),
    ],
)  # fmt: skip
def test_a_policy_says_how_many_answers_are_ranked_together(
    pairing: dict[str, Any], systems: int, sizes: list[int]
) -> None:
    planned = plan(pairing, systems)
    assert [len(names) for names in planned] == sizes
    assert len(set(planned)) == len(planned)
    assert all(list(names) == sorted(names) for names in planned)
    if pairing.get("policy") == "against":
        assert all("s03" in names for names in planned)


def test_a_draw_depends_on_its_seed_and_its_item_alone() -> None:
    systems = [f"s{number}" for number in range(9)]
    chosen = [
        Pairing(k=4, seed=seed).choose_rankings(item, systems) for seed in (1, 2) for item in ("a", "b")
    ]
    assert len({names for [names] in chosen}) == 4
    assert Pairing(k=4, seed=1).choose_rankings("a", systems[::-1]) == chosen[0]


RANKING: dict[str, Any] = {"name": "overall", "task": "ranking"}


def line(value: Any, systems: tuple[str, ...] = ("alpha", "beta", "gamma"), **more: Any) -> dict[str, Any]:
    return {
        "item_id": "i1", "rater": "ann", "rater_kind": "human", "task": "ranking", "criterion": "overall",
        "systems": list(systems), "value": value, **more,
    }  # fmt: skip


def write_rankings(folder: Path, *ratings: dict[str, Any], **manifest: Any) -> Path:
    return write_study(
        folder,
        criteria=[RANKING],
        generations=[generation(system=name) for name in NAMES],
        ratings=ratings,
        layout={"order": {"human": "shown"}},
        **manifest,
    )


@pytest.mark.database
def test_a_study_of_rankings_comes_out_as_it_went_in(tmp_path: Path) -> None:
    folder = write_rankings(
        tmp_path / "in",
        line("3>1=2", systems=("gamma", "alpha", "beta"), seconds=4.0, rationale="clear"),
        line("2 > 3=1"),
        line("1>2>3>4>5", systems=NAMES, rater="bob"),
        line(None, rater="bob", absent="not_applicable"),
        line("1=2=3", rater="gpt", rater_kind="llm", meta={"orders": "two"}),
        pairing={"policy": "sampled", "n": 2, "k": 3},
    )
    project = import_study(folder=folder, slug="study").project
    export_study(project=project, folder=tmp_path / "out")

    for part in ("items", "generations", "ratings"):
        assert read_lines(tmp_path / "out", part) == read_lines(folder, part)
    assert read_manifest(tmp_path / "out")["criteria"] == [RANKING]
    stored = Rating.objects.filter(annotation__rater__name="ann", annotation__seconds=4.0).get()
    # Shown were gamma, alpha, beta; beta was best, then gamma and alpha alike.
    assert (stored.code, stored.annotation.shown_order) == ("2>1=3", "2,0,1")


@pytest.mark.database
@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (line("1>2"), "value"), (line("first"), "value"), (line(3), "value"),
        (line("1>2", systems=("alpha", "beta")), "systems"),
        (line("1>2>3", systems=("alpha", "beta", "beta")), "systems"),
        (line("1>2>3", systems=("alpha",) * 9), "systems"),
    ],
)  # fmt: skip
def test_a_line_that_ranks_nothing_is_refused_by_its_field(
    bad: dict[str, Any], field: str, tmp_path: Path
) -> None:
    with pytest.raises(Invalid) as caught:
        import_study(folder=write_rankings(tmp_path / "in", bad), slug="study")
    assert [fault.field for fault in caught.value.faults] == [field]


@pytest.mark.database
def test_what_was_ranked_here_is_exported_as_it_was_shown(tmp_path: Path) -> None:
    assignment = make_lease()
    submit(assignment, "3>1=4>2")
    export_study(project=assignment.project, folder=tmp_path / "out")

    [exported] = read_lines(tmp_path / "out", "ratings").elements()
    assert '"value":"3>1=4>2"' in str(exported).replace('": "', '":"')
    again = import_study(folder=tmp_path / "out", slug="again").project
    assert Rating.objects.get(project=again).code == Rating.objects.get(project=assignment.project).code
    assert Criterion.objects.get(project=again).is_ranking


@given(st.text(alphabet="123456789>= ,<", max_size=12))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        ranking = parse_ranking(text, 3)
    except AgreementError:
        return
    assert parse_ranking(spell_ranking(ranking), 3) == ranking
