"""Which values an answer may hold, and where each kind of them is kept."""

from typing import Any

import pytest

from annotations.domain.queue.leases import skip_assignment
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Annotation, Project, Rater, Slot, SlotState
from evalplatform.common.errors import Invalid
from tests.annotations.domain.submitting.test_annotate import claim, lease_pair, submit
from tests.factories.ledger import (
    make_criterion,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_rubric,
    make_single_rubric,
    make_single_task,
)

pytestmark = pytest.mark.database


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.fixture
def rater(project: Project) -> Rater:
    return make_person(project)


@pytest.mark.parametrize(
    ("ratings", "fields"),
    [
        ({}, ["ratings.correctness", "ratings.clarity"]),
        ({"correctness": 3}, ["ratings.clarity"]),
        ({"correctness": 3, "clarity": 6}, ["ratings.clarity"]),
        ({"correctness": 3, "clarity": 2.5}, ["ratings.clarity"]),
        ({"correctness": 3, "clarity": "4"}, ["ratings.clarity"]),
        ({"correctness": True, "clarity": 4}, ["ratings.correctness"]),
        ({"correctness": float("nan"), "clarity": 4}, ["ratings.correctness"]),
        ({"correctness": 3, "clarity": 4, "beauty": 5}, ["ratings.beauty"]),
        ({"correctness": {"value": 3, "absent": "abstained"}, "clarity": 4}, ["ratings.correctness"]),
        ({"correctness": {"absent": "refused"}, "clarity": 4}, ["ratings.correctness"]),
        ({"correctness": {"value": 3, "confidence": 2}, "clarity": 4}, ["ratings.correctness"]),
        ({"correctness": {"value": 3, "rationale": "a\x00"}, "clarity": 4}, ["ratings.correctness"]),
        ({"correctness": {"value": 3, "why": "x"}, "clarity": 4}, ["ratings.correctness"]),
        ({"correctness": [3], "clarity": 4}, ["ratings.correctness"]),
    ],
)
def test_illegal_ratings_are_refused_with_their_places(
    project: Project, rater: Rater, ratings: dict[str, Any], fields: list[str]
) -> None:
    make_single_task(project, make_single_rubric(project))
    with pytest.raises(Invalid) as caught:
        record_annotation(assignment=claim(rater), ratings=ratings, seconds=1, client_key="k")
    assert [fault.field for fault in caught.value.faults] == fields
    assert not Annotation.objects.exists()


@pytest.mark.parametrize(
    ("listed", "legal"),
    [
        ((), {"first", "second", "tie"}),
        (("first", "second"), {"first", "second"}),
        (
            ("first", "second", "tie", "both_good", "both_bad"),
            {"first", "second", "tie", "both_good", "both_bad"},
        ),
    ],
)
def test_only_listed_preferences_are_legal(
    project: Project, listed: tuple[str, ...], legal: set[str]
) -> None:
    rubric = make_pair_rubric(project, listed)
    accepted = set()
    for code in ("first", "second", "tie", "both_good", "both_bad", "inconsistent"):
        make_pair_task(project, rubric)
        rater = make_person(project)
        lease = claim(rater)
        try:
            submit(lease, code)
        except Invalid:
            skip_assignment(assignment=lease, reason="not legal")
            Slot.objects.filter(state=SlotState.FREE).update(state=SlotState.WITHDRAWN)
        else:
            accepted.add(code)
    assert accepted == legal


def test_every_kind_of_value_lands_in_its_own_column(project: Project, rater: Rater) -> None:
    rubric = make_rubric(project, kind="single")  # type: ignore[arg-type]  # the column's own word
    make_criterion(rubric, "score", level="ratio", minimum=0, maximum=1, fractions=True)  # type: ignore[arg-type]  # as above
    make_criterion(rubric, "safe", level="nominal", values=[{"value": "yes"}, {"value": "no"}])  # type: ignore[arg-type]  # as above
    make_criterion(rubric, "why", level="text", required=False)  # type: ignore[arg-type]  # as above
    make_criterion(rubric, "errors", level="spans", required=False)  # type: ignore[arg-type]  # as above
    make_criterion(rubric, "tone", level="text", required=False)  # type: ignore[arg-type]  # as above
    make_single_task(project, rubric)
    ratings = {
        "score": {"value": 0.25, "confidence": 0.5, "rationale": " half "},
        "safe": {"absent": "not_applicable"},
        "why": "so",
        "errors": [{"start": 0, "end": 3, "category": "style"}],
        "tone": "",
    }
    annotation = record_annotation(
        assignment=claim(rater), ratings=ratings, seconds=None, client_key="k"
    ).annotation
    stored = {
        row.criterion.key: (row.number, row.code, row.text, row.spans, row.absent)
        for row in annotation.ratings.select_related("criterion")
    }
    assert stored == {
        "score": (0.25, None, None, None, None),
        "safe": (None, None, None, None, "not_applicable"),
        "why": (None, None, "so", None, None),
        "errors": (None, None, None, [{"start": 0, "end": 3, "category": "style", "text": "An "}], None),
    }
    assert annotation.ratings.get(criterion__key="score").rationale == "half"
    assert annotation.shown_order == ""


@pytest.mark.parametrize("seconds", [-1, 86_401, float("nan"), float("inf")])
def test_impossible_times_are_refused(project: Project, rater: Rater, seconds: float) -> None:
    lease = lease_pair(project, rater)
    with pytest.raises(Invalid):
        record_annotation(assignment=lease, ratings={"overall": "tie"}, seconds=seconds, client_key="k")


@pytest.mark.parametrize("key", ["", "x" * 65, "a\x00b"])
def test_a_submission_needs_a_name(project: Project, rater: Rater, key: str) -> None:
    lease = lease_pair(project, rater)
    with pytest.raises(Invalid):
        record_annotation(assignment=lease, ratings={"overall": "tie"}, seconds=1, client_key=key)
