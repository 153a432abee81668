import dataclasses

import pytest

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.showing.blinding import BlindGeneration, BlindTask, blind_task
from annotations.domain.showing.masking import HIDDEN
from annotations.domain.showing.presentation import draw_order
from annotations.models import Assignment, Rater
from tests.factories.ledger import (
    make_generation,
    make_item,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_single_rubric,
    make_single_task,
    make_system,
    make_task,
)


def test_the_records_have_no_place_for_a_system() -> None:
    fields = {field.name for record in (BlindTask, BlindGeneration) for field in dataclasses.fields(record)}
    assert not {name for name in fields if "system" in name or "order" in name or "family" in name}


def lease(rater: Rater) -> Assignment:
    assignment = claim_assignment(rater=rater)
    assert assignment is not None
    return assignment


@pytest.mark.database
def test_raters_see_the_same_texts_in_their_own_order() -> None:
    project = make_project()
    systems = make_system(project, "apex-9", family="Borealis"), make_system(project, "zenith-1")
    task = make_pair_task(
        project,
        make_pair_rubric(project),
        systems=systems,
        texts=("I am apex-9 by Borealis.", "Not Zenith 1 here."),
        overlap=12,
    )
    canonical = [f"I am {HIDDEN} by {HIDDEN}.", f"Not {HIDDEN} here."]
    seen = set()
    for _ in range(12):
        rater = make_person(project)
        blinded = blind_task(assignment=lease(rater))
        order = draw_order(task=task, rater=rater, size=2)
        seen.add(order)
        assert [generation.label for generation in blinded.generations] == ["A", "B"]
        assert [generation.text for generation in blinded.generations] == [canonical[i] for i in order]
    assert seen == {(0, 1), (1, 0)}


@pytest.mark.database
def test_a_conversation_ends_with_the_rated_turn() -> None:
    project = make_project()
    item = make_item(project, None, turns=["one?", "two?", "three?"], reference=["r1", "r2", "r3"])
    generation = make_generation(item, make_system(project), None, turns=["1", "2", "3"])
    rubric = make_single_rubric(project, ["quality"])
    make_task(item, rubric, [generation], turn=2)
    blinded = blind_task(assignment=lease(make_person(project)))
    assert blinded.turns == ("one?", "two?")
    assert blinded.generations == (BlindGeneration("A", "2", ("1", "2")),)
    assert blinded.reference == ""


@pytest.mark.database
def test_the_reference_is_shown_only_where_the_rubric_says_so() -> None:
    project = make_project()
    rubric = make_single_rubric(project, ["quality"])
    rubric.criteria.update(options={"show_reference": True})
    make_single_task(project, rubric, item=make_item(project, reference="42"))
    assert blind_task(assignment=lease(make_person(project))).reference == "42"
