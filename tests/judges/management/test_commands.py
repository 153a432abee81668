from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Annotation, TaskKind
from judges.engine.versions.register import create_connection
from judges.models import Connection, Judge, Run, RunState
from tests.factories.judging import make_field
from tests.factories.ledger import make_project, make_user
from tests.fakes.provider import FakeProvider


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.mark.database(transaction=True)
def test_from_a_connection_to_verdicts(monkeypatch: pytest.MonkeyPatch) -> None:
    field = make_field(tasks=3, slug="study")
    monkeypatch.setenv("PROVIDER_KEY", "sk-planted-key")
    with FakeProvider() as fake:
        said = run(
            "add_connection", "fake", "--provider=openai", f"--base-url={fake.url}", "--key-env=PROVIDER_KEY"
        )
        assert said == "Connection fake to openai, key ending in -key.\n"
        run(
            *("add_judge", "study", "strict", "--connection=fake", "--model=m", "--protocol=pair"),
            *("--set", "price_in=1", "--set", "price_out=2", "--set", "family=maker"),
        )
        said = run("judge", "study", "--judge=strict", "--limit=2", "--budget=1")
    assert said == "4 of 4 verdicts, finished.\n  400 tokens in, 40 out, 0.0005 USD\n"
    assert Judge.objects.get().parameters == {"price_in": 1, "price_out": 2, "family": "maker"}
    assert Annotation.objects.filter(task__in=field.tasks).count() == 4
    assert Run.objects.get().state == RunState.FINISHED


@pytest.mark.database(transaction=True)
def test_a_builtin_needs_no_connection() -> None:
    make_field(tasks=2, slug="study")
    run("add_judge", "study", "longest", "--builtin=longest", "--protocol=pair")
    assert run("judge", "study", "--judge=longest").startswith("4 of 4 verdicts, finished.")


@pytest.mark.database(transaction=True)
def test_a_metric_is_a_judge_of_one_protocol() -> None:
    make_field(TaskKind.SINGLE, tasks=2, slug="study")
    run("add_judge", "study", "words", "--builtin=length")
    assert run("judge", "study", "--judge=words").startswith("2 of 2 verdicts, finished.")
    assert Judge.objects.get().protocol == "single"


@pytest.mark.database
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add_judge", "study", "j", "--builtin=random"), "--protocol is wanted"),
        (("add_judge", "study", "j", "--builtin=wisest"), "--protocol is wanted"),
        (
            ("add_judge", "study", "j", "--builtin=bleu", "--protocol=pair"),
            "must be one of first, longest, random",
        ),
        (("add_connection", "x", "--provider=openai", "--key-env=NOT_SET"), "NOT_SET is empty"),
        (("add_connection", "x", "--provider=openai", "--base-url=ftp://a"), "http"),
        (("add_connection", "x", "--provider=openai", "--project=none"), "no project none"),
        (("add_judge", "none", "j", "--builtin=longest", "--protocol=pair"), "no project none"),
        (("add_judge", "study", "j", "--connection=c", "--protocol=pair"), "may use no connection c"),
        (("add_judge", "study", "j", "--builtin=first", "--protocol=pair", "--set=x"), "KEY=VALUE"),
        (("judge", "study", "--judge=nobody"), "no judge named nobody"),
    ],
)
def test_mistakes_are_answered_with_words(arguments: tuple[str, ...], words: str) -> None:
    make_field(tasks=1, slug="study")
    with pytest.raises(CommandError, match=words):
        run(*arguments)
    assert Connection.objects.count() == 0


@pytest.mark.database
def test_a_connection_is_for_the_projects_it_is_granted_to() -> None:
    projects = [make_project(slug) for slug in ("one", "two")]
    run("add_connection", "narrow", "--provider=openai", "--project=one")
    run("add_connection", "wide", "--provider=openai")
    create_connection(name="narrow", provider="openai", owner=make_user())
    judge = ("--model=m", "--protocol=pair")
    run("add_judge", "one", "a", "--connection=narrow", *judge)
    with pytest.raises(CommandError, match="Project two may use no connection narrow"):
        run("add_judge", "two", "a", "--connection=narrow", *judge)
    for project in projects:
        run("add_judge", project.slug, "b", "--connection=wide", "--model=other", "--protocol=pair")
    made = Judge.objects.filter(connection__owner=None).order_by("pk")
    found = list(made.values_list("project__slug", "connection__name"))
    assert found == [("one", "narrow"), ("one", "wide"), ("two", "wide")]


@pytest.mark.database
def test_two_connections_of_one_name_are_not_guessed_between() -> None:
    project = make_project("one")
    for _ in range(2):
        create_connection(name="same", provider="openai", owner=make_user(), projects=(project,))
    with pytest.raises(CommandError, match="several connections named same"):
        run("add_judge", "one", "a", "--connection=same", "--model=m", "--protocol=pair")


@pytest.mark.database
def test_the_sweep_does_one_round() -> None:
    run("sweep", "--once")


@pytest.mark.database
def test_a_budget_is_set_by_command() -> None:
    make_project("study")
    assert run("set_budget", "study", "12.5") == (
        "Project study may spend 12.50 USD on its judges; 0.00 spent so far, 0.00 set aside for calls under way.\n"
    )
    for arguments in (("none", "1"), ("study", "much"), ("study", "-1"), ("study", "NaN")):
        with pytest.raises(CommandError):
            run("set_budget", "--", *arguments)
