"""Passages are checked against what was shown and kept against the stored text."""

from typing import Any

import pytest

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.reading.shown_answers import show_ratings
from annotations.domain.reading.spans import ShownTexts
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Assignment, Level, Rating, TaskKind
from evalplatform.common.errors import Invalid
from tests.factories.ledger import (
    make_criterion,
    make_generation,
    make_item,
    make_person,
    make_project,
    make_rubric,
    make_single_task,
    make_system,
    make_task,
)

pytestmark = pytest.mark.database

OPTIONS = {
    "categories": ["Accuracy", {"value": "Style", "labels": {"ru": "Стиль"}}],
    "severities": ["Major", "Minor"],
}


def lease(text: str = "I am apex-9, hello.", **options: Any) -> Assignment:
    project = make_project()
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "errors", Level.SPANS, options={**OPTIONS, **options})
    make_single_task(project, rubric, system=make_system(project, "apex-9"), text=text)
    found = claim_assignment(rater=make_person(project))
    assert found is not None
    return found


def submit(assignment: Assignment, value: Any, **beside: Any) -> Any:
    answer = {"errors": {"value": value, **beside}}
    annotation = record_annotation(
        assignment=assignment, ratings=answer, seconds=1, client_key="k"
    ).annotation
    return annotation.ratings.get()


def mark(start: Any, end: Any, **fields: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "category": "Style", "severity": "Minor", **fields}


def test_offsets_are_kept_in_the_stored_text_and_shown_in_the_masked_one() -> None:
    assignment = lease()
    shown = "I am [name hidden], hello."
    hello = shown.index("hello")

    rating = submit(assignment, [mark(hello, hello + 5), mark(7, 9)])

    kept = [(span["start"], span["end"], span["text"]) for span in rating.spans]
    assert kept == [(5, 11, "apex-9"), (13, 18, "hello")]
    back = show_ratings([rating], order=(0,), texts=ShownTexts(assignment.task))
    assert back == {"errors": {"value": [mark(5, 18), mark(hello, hello + 5)]}}


def test_nothing_wrong_is_an_answer() -> None:
    assert submit(lease(), []).spans == []


def test_offsets_count_code_points() -> None:
    assert submit(lease("\U0001f600\U0001f600x"), [mark(2, 3)]).spans[0]["text"] == "x"


@pytest.mark.parametrize(
    "value",
    [
        "x", [1], [mark(0, 0)], [mark(3, 2)], [mark(-1, 2)], [mark(0, 10**9)], [mark(0, 1.5)], [mark(True, 2)],
        [mark(0, 2, turn=1)], [mark(0, 2, turn=[])], [mark(0, 2, category="Other")], [mark(0, 2, severity=["Minor"])],
        [mark(0, 2, severity=None)], [mark(0, 2, colour="red")], [mark(0, 2), mark(0, 2)], [mark(0, 2)] * 501,
    ],
)  # fmt: skip
def test_what_is_no_passage_is_refused(value: Any) -> None:
    with pytest.raises(Invalid):
        submit(lease(), value)
    assert not Rating.objects.exists()


def test_a_passage_of_a_conversation_names_its_turn() -> None:
    project = make_project()
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "errors", Level.SPANS, options=OPTIONS)
    item = make_item(project, None, turns=["Hi?", "And?"])
    make_task(item, rubric, [make_generation(item, make_system(project), None, turns=["One.", "Two more."])])
    assignment = claim_assignment(rater=make_person(project))
    assert assignment is not None
    with pytest.raises(Invalid):
        submit(assignment, [mark(0, 3)])
    rating = submit(assignment, [mark(4, 8, turn=2), mark(0, 3, turn=1)])
    assert [(span["turn"], span["text"]) for span in rating.spans] == [(1, "One"), (2, "more")]


def test_a_rule_of_the_rubric_asks_for_a_reason() -> None:
    assignment = lease(reason={"values": ["Major"]})
    with pytest.raises(Invalid):
        submit(assignment, [mark(0, 1, severity="Major")])
    assert submit(assignment, [mark(0, 1, severity="Major")], rationale="no person").rationale == "no person"


def test_whoever_abstains_says_why_where_the_rubric_offers_it() -> None:
    assignment = lease(abstain=True)
    answer: dict[str, Any] = {"errors": {"absent": "abstained"}}
    with pytest.raises(Invalid):
        record_annotation(assignment=assignment, ratings=answer, seconds=1, client_key="k")
    answer["errors"]["rationale"] = "I do not know the field."
    record_annotation(assignment=assignment, ratings=answer, seconds=1, client_key="k")
    assert Rating.objects.get().absent == "abstained"
