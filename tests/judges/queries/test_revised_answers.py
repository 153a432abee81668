"""What a judge revised can be rated by people, and then the revision's effect is theirs to tell."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from annotations.models import Generation, Role, TaskKind
from judges.engine.planning.plan import plan_run
from tests.factories.judging import make_field, make_judge, work
from tests.factories.ledger import make_member
from tests.fakes.provider import FakeProvider

KIND = {"key": "kind", "text": {"en": "The answer is kind."}}


def read_lines(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("revisions", *arguments, stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.database(transaction=True)
def test_revisions_come_out_as_a_batch_that_goes_in_once() -> None:
    field = make_field(TaskKind.SINGLE, 2, slug="study")
    before = set(Generation.objects.values_list("item__key", "system__name"))
    with FakeProvider() as fake:
        judge = make_judge(field.project, fake.url, "single", principles=[KIND], calls_in_flight=1)
        work(plan_run(project=field.project, judge=judge))
    name = judge.rater.name
    lines = read_lines("study", name)
    told = [json.loads(line)["generation"] for line in lines]
    assert {(each["item_id"], each["system"]) for each in told} == {
        (item, f"{system}, revised by {name}") for item, system in before
    }
    assert all(each["text"] and each["meta"]["judge"] == name for each in told)

    client = Client()
    client.force_login(make_member(field.project, Role.RESEARCHER).user)
    answers = [
        client.post(
            "/api/v1/projects/study/batches/",
            "\n".join(lines),
            content_type="application/x-ndjson",
            headers={"Idempotency-Key": f"revised-{number}"},
        )
        for number in range(2)
    ]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert [answer.json()["counts"]["generations"] for answer in answers] == [2, 0]
    assert read_lines("study", name) == lines


@pytest.mark.database
def test_a_judge_without_principles_revises_nothing() -> None:
    field = make_field(TaskKind.SINGLE, 1, slug="study")
    judge = make_judge(field.project, "http://127.0.0.1:9/v1", "single")
    with pytest.raises(CommandError, match="no principles"):
        read_lines("study", judge.rater.name)
    with pytest.raises(CommandError, match="no judge named nobody"):
        read_lines("study", "nobody")
