"""A probe against servers that have, refuse or ignore things, and judges that ask for what a model lacks."""

from io import StringIO
from typing import Any  # parameters are any JSON values

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Rating, TaskKind
from evalplatform.common.errors import Invalid, ProviderFailure
from judges.engine.planning.plan import plan_run
from judges.engine.versions.probing import probe_connection
from judges.engine.versions.register import create_judge
from judges.models import Connection, Judge
from judges.providers.capabilities import Capabilities
from tests.factories.judging import make_connection, make_field, work
from tests.factories.ledger import make_project
from tests.fakes.provider import FakeProvider

pytestmark = pytest.mark.database(transaction=True)
URL = "http://127.0.0.1:9/v1"
EVERYTHING = frozenset(
    {"temperature", "top_p", "seed", "reasoning_effort", "logprobs", "json_schema", "json_object"}
)


def probe(provider: str = "openai", **fake: Any) -> Capabilities:
    with FakeProvider(**fake) as server:
        url = server.url if provider == "openai" else server.url.removesuffix("/v1")
        return probe_connection(connection=make_connection(url, provider=provider), model="m")


def test_a_whole_server_is_found_whole() -> None:
    found = probe()
    assert (found.schema, found.logprobs, found.responses) == ("json_schema", True, True)
    told = (found.temperature, found.top_p, found.seed, found.reasoning_effort)
    assert told == (True, True, True, True)


def test_what_is_refused_is_lacking() -> None:
    found = probe(lacks=EVERYTHING | {"responses", "batches"})
    assert (found.schema, found.logprobs, found.responses, found.batch) == ("text", False, False, False)
    told = (found.temperature, found.top_p, found.seed, found.reasoning_effort)
    assert told == (False, False, False, False)


def test_what_is_ignored_is_not_taken_for_there() -> None:
    found = probe(ignores=EVERYTHING)
    assert (found.schema, found.logprobs) == ("text", False)
    told = (found.temperature, found.top_p, found.seed, found.reasoning_effort)
    assert told == (None, None, None, None)


def test_a_server_of_loose_json_is_found_as_such() -> None:
    assert probe(ignores=frozenset({"json_schema"})).schema == "json_object"


def test_the_other_vendors_language_is_probed_too() -> None:
    found = probe("anthropic")
    assert (found.schema, found.temperature, found.logprobs) == ("json_schema", True, False)
    assert probe("anthropic", ignores=frozenset({"json_schema"})).schema == "text"


@pytest.mark.parametrize("fault", ["401", "500", "html", "cut"])
def test_a_server_that_does_not_answer_tells_nothing(fault: str) -> None:
    with FakeProvider(faults=["fine", fault]) as fake:
        connection = make_connection(fake.url)
        with pytest.raises(ProviderFailure):
            probe_connection(connection=connection, model="m")
    assert Connection.objects.get().capabilities == {}


def make(connection: Connection, model: str = "m", **parameters: Any) -> Judge:
    return create_judge(
        project=make_project(), name="j", protocol="single", connection=connection, model=model,
        parameters=parameters,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("provider", "model", "parameters", "field"),
    [
        ("openai", "gpt-5-mini", {"temperature": 0}, "temperature"),
        ("openai", "gpt-4.1", {"reasoning_effort": "low"}, "reasoning_effort"),
        ("openai", "gpt-4.1", {"effort": "low"}, "effort"),
        ("openai", "gpt-4.1", {"prompt_cache": True}, "prompt_cache"),
        ("openai", "o3", {"probability_weighted": True}, "probability_weighted"),
        ("openai", "unheard-of", {"probability_weighted": True}, "probability_weighted"),
        ("openai", "gpt-4-0613", {"reply_format": "json_schema"}, "reply_format"),
        ("openai", "gpt-4.1", {"reply_format": "xml"}, "reply_format"),
        ("openai", "gpt-4.1", {"endpoint": "decisions"}, "endpoint"),
        ("openai", "gpt-4.1", {"endpoint": "telegraph"}, "endpoint"),
        ("openai", "gpt-4.1", {"endpoint": "responses", "seed": 1}, "seed"),
        ("openai", "gpt-6-luna", {"endpoint": "decisions", "temperature": 0}, "temperature"),
        ("openai", "gpt-6-luna", {"endpoint": "decisions", "max_tokens": 9}, "max_tokens"),
        ("anthropic", "claude-haiku-4-5", {"seed": 0}, "seed"),
        ("anthropic", "claude-haiku-4-5", {"endpoint": "responses"}, "endpoint"),
    ],
)
def test_a_judge_that_asks_for_what_its_model_lacks_is_refused(
    provider: str, model: str, parameters: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        make(make_connection("", provider=provider), model, **parameters)
    assert [fault.field for fault in caught.value.faults] == [field]
    assert Judge.objects.count() == 0


def test_a_builtin_is_no_model() -> None:
    with pytest.raises(Invalid, match="reply_format: is for models"):
        create_judge(
            project=make_project(), name="j", protocol="pair", builtin="random",
            parameters={"seed": 1, "reply_format": "text"},
        )  # fmt: skip


def test_a_switch_that_is_off_asks_for_nothing() -> None:
    judge = make(make_connection(""), "gpt-4.1", prompt_cache=False, probability_weighted=False)
    assert judge.parameters == {"prompt_cache": False, "probability_weighted": False}


@pytest.mark.parametrize(
    ("lacking", "form"),
    [(frozenset({"json_schema"}), "json_object"), (frozenset({"json_schema", "json_object"}), "text")],
)
@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_model_without_schemas_is_told_the_schema_and_the_judge_says_so(
    provider: str, lacking: frozenset[str], form: str
) -> None:
    field = make_field(TaskKind.SINGLE, 2)
    with FakeProvider(ignores=lacking) as fake:
        url = fake.url if provider == "openai" else fake.url.removesuffix("/v1")
        connection = make_connection(url, provider=provider)
        probe_connection(connection=connection, model="m")
        judge = create_judge(
            project=field.project, name="j", protocol="single", connection=connection, model="m"
        )
        fake.requests.clear()
        work(plan_run(project=field.project, judge=judge))
    form = form if provider == "openai" else "text"
    assert judge.parameters == {"reply_format": form}
    asked = [body.get("response_format") for body in fake.requests]
    assert asked == [{"type": "json_object"} if form == "json_object" else None] * 2
    assert set(Rating.objects.values_list("number", "absent")) == {(3.0, None)}


def test_a_probe_changes_no_judge_that_is_there() -> None:
    with FakeProvider(ignores=EVERYTHING) as fake:
        connection = make_connection(fake.url)
        before = make(connection)
        probe_connection(connection=connection, model="m")
        assert make(connection).parameters == {"reply_format": "text"}
    before.refresh_from_db()
    assert before.parameters == {}


def test_the_commands_tell_what_was_found_and_what_it_means() -> None:
    make_project(slug="study")
    out = StringIO()
    with FakeProvider(ignores=frozenset({"json_schema"}), lacks=frozenset({"seed"})) as fake:
        call_command(
            "add_connection", "here", "--provider=openai", f"--base-url={fake.url}", "--probe=m", stdout=out
        )
        call_command("probe_connection", "here", "--model=m", stdout=out)
    assert out.getvalue().count("  schema: json_object\n  logprobs: yes\n") == 2
    assert out.getvalue().count("  seed: no\n") == 2
    call_command("add_judge", "study", "j", "--connection=here", "--model=m", "--protocol=pair", stdout=out)
    assert "not to the schema" in out.getvalue()
    with pytest.raises(CommandError, match="There is no connection there"):
        call_command("probe_connection", "there", "--model=m")
    with pytest.raises(CommandError, match="m could not be probed: the connection broke"):
        call_command("probe_connection", "here", "--model=m")
