"""A constitution at work against a fake provider."""

import json
from typing import Any  # a request's JSON

import pytest
from django.test import Client

from annotations.models import Annotation, Rating, Role, TaskKind
from evalplatform.common.errors import Invalid
from judges.engine.planning.plan import plan_run
from judges.management.commands.judge import describe_progress
from judges.queries.progress import read_progress
from judges.queries.revisions import CriterionEffect, PrincipleEffect
from tests.factories.judging import make_field, make_judge, work
from tests.factories.ledger import make_member, make_project
from tests.fakes.provider import FakeProvider

KIND = {"key": "kind", "text": {"en": "The answer is kind.", "ru": "Ответ доброжелателен."}}
BRIEF = {"key": "brief", "text": {"en": "The answer is brief."}}
STEPS = ["principles", "critique", "revision", "second"]


def read_user(request: dict[str, Any]) -> str:
    return str(request["messages"][1]["content"])


@pytest.mark.database(transaction=True)
def test_principles_critique_revision_and_the_second_verdict() -> None:
    field = make_field(TaskKind.SINGLE, 2)
    # One call at a time: both first verdicts, then critiques, revisions and second verdicts.
    with FakeProvider(faults=["two", "fine"]) as fake:
        judge = make_judge(field.project, fake.url, "single", principles=[KIND, BRIEF], calls_in_flight=1)
        run = plan_run(project=field.project, judge=judge)
        work(run)
    assert sorted(run.attempts.values_list("step", "state")) == sorted(
        [(step, "done" if step == "second" else "said") for step in STEPS] * 2
    )
    assert Annotation.objects.count() == 2
    clarity = Rating.objects.filter(criterion__key="clarity").order_by("pk")
    assert sorted(clarity.values_list("number", "meta__effect")) == [(2.0, 1.0), (3.0, 0.0)]
    progress = read_progress(run)
    assert (progress.done, progress.total, progress.calls) == (2, 2, 8)
    assert progress.revision is not None
    # Student's t of one degree of freedom is 12.7062 at 0.975.
    told = "  revision, clarity: 2.500 to 3.000 (+0.500, 95% -5.853 to +6.853, n 2)"
    assert told in describe_progress(progress)
    clarity_effect = progress.revision.criteria["clarity"]
    assert clarity_effect == CriterionEffect(2, 2.5, 3.0, 0.5, 0.5, clarity_effect.low, clarity_effect.high)
    assert (clarity_effect.low, clarity_effect.high) == pytest.approx((-5.8531, 6.8531), abs=1e-4)
    client = Client()
    client.force_login(make_member(field.project, Role.RESEARCHER).user)
    address = f"/p/{field.project.slug}/runs/{run.public_id}/"
    page = client.get(address).content.decode()
    assert '<td class="number whole">-5.85 … 6.85</td>' in page
    assert (
        "What revisions came to" not in client.get(address, headers={"HX-Request": "true"}).content.decode()
    )
    # The fake takes the middle of three verdicts, and spoils the first reply's.
    assert progress.revision.principles == {
        "brief": PrincipleEffect(1, 0, 0),
        "kind": PrincipleEffect(1, 0, 0),
    }


@pytest.mark.database(transaction=True)
def test_each_call_is_shown_what_it_builds_on_and_fenced_by_a_mark_of_its_own() -> None:
    field = make_field(TaskKind.SINGLE, 1)
    with FakeProvider() as fake:
        judge = make_judge(field.project, fake.url, "single", principles=[KIND], calls_in_flight=1)
        work(plan_run(project=field.project, judge=judge))
    first, critique, revision, second = map(read_user, fake.requests)
    assert ["kind: The answer is kind." in text for text in (first, critique, revision, second)] == [True] * 4
    assert ["[[Answer 0.]]" in text for text in (first, critique, revision, second)] == [True] * 3 + [False]
    assert "kind: broken. Because it says more." in critique
    assert "critique>>\nBecause it says more.\n<</" in revision
    assert "answer>>\nBecause it says more.\n<</" in second
    marks = {text.split("<<", 1)[1].split(" ", 1)[0] for text in (first, critique, revision, second)}
    assert len(marks) == 4
    schema = json.dumps(fake.requests[3]["response_format"]["json_schema"]["schema"])
    assert ["not_applicable" in schema, "correctness" in schema] == [True, True]


@pytest.mark.database(transaction=True)
@pytest.mark.parametrize(
    ("fault", "absent", "calls"), [("refusal", "refused", 1), ("unparsable", "unparsable", 1)]
)
def test_what_was_not_rated_is_not_revised(fault: str, absent: str, calls: int) -> None:
    field = make_field(TaskKind.SINGLE, 1)
    with FakeProvider(always=fault) as fake:
        run = plan_run(
            project=field.project, judge=make_judge(field.project, fake.url, "single", principles=[KIND])
        )
        work(run)
    progress = read_progress(run)
    assert (progress.absent, progress.calls, progress.done) == ({absent: 2}, calls, 1)


@pytest.mark.database
@pytest.mark.parametrize(
    "principles",
    [
        [],
        "kind",
        [KIND, KIND],
        [KIND] * 21,
        [{"key": "Kind", "text": {"en": "x"}}],
        [{"key": "kind", "text": {}}],
        [{"key": "kind", "text": {"en": " "}}],
        [{"key": "kind", "text": {"en": "x" * 2001}}],
        [{"key": "kind"}],
        [1],
    ],
)
def test_a_constitution_that_is_none_is_refused(principles: Any) -> None:
    with pytest.raises(Invalid) as caught:
        make_judge(make_project(), "http://127.0.0.1:9/v1", "single", principles=principles)
    assert {fault.field for fault in caught.value.faults} == {"principles"}


@pytest.mark.database
@pytest.mark.parametrize(
    ("protocol", "other"),
    [
        ("pair", {}),
        ("single", {"samples": 3}),
        ("single", {"repair": True}),
        ("single", {"one_call_per_criterion": True}),
    ],
)
def test_what_does_not_go_with_principles_is_refused(protocol: str, other: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        make_judge(make_project(), "http://127.0.0.1:9/v1", protocol, principles=[KIND], **other)
