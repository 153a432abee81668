"""One name is one model asked by one protocol; what else is changed makes its next version."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from annotations.models import Origin, Project, Rater, RaterKind
from evalplatform.common.errors import Conflict, Invalid
from judges.engine.versions import register
from judges.engine.versions.register import create_judge
from judges.models import Connection, Judge
from tests.factories.judging import make_connection
from tests.factories.ledger import make_project

pytestmark = pytest.mark.database
URL = "http://127.0.0.1:9/v1"


@pytest.fixture
def project() -> Project:
    return make_project("study")


@pytest.fixture
def connection(project: Project) -> Connection:
    return make_connection(URL)


def make(project: Project, connection: Connection, name: str = "one", **change: Any) -> Judge:
    asked: dict[str, Any] = {"protocol": "pair", "connection": connection, "model": "m", **change}
    return create_judge(project=project, name=name, **asked)


def test_the_default_prompt_is_the_same_judge_until_it_is_another_text(
    project: Project, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make(project, connection)
    assert make(project, connection) == first
    monkeypatch.setattr(register, "read_default_templates", lambda *_, **__: ("Judge.", "{{ nonce }}"))
    second = make(project, connection)
    assert (second.rater.name, first.rater.name) == ("one@2", "one")
    assert first.prompt is not None
    assert second.prompt is not None
    assert (first.prompt.version, second.prompt.version) == (1, 2)
    assert make(project, connection) == second


def test_each_version_is_found_again_by_its_content(project: Project, connection: Connection) -> None:
    made = [make(project, connection, parameters={"temperature": warmth}) for warmth in (0, 0.5, 1)]
    assert [judge.rater.name for judge in made] == ["one", "one@2", "one@3"]
    again = [make(project, connection, parameters={"temperature": warmth}) for warmth in (0, 0.5, 1)]
    assert again == made


@pytest.mark.parametrize("change", [{"model": "other"}, {"protocol": "single"}])
def test_another_model_or_protocol_needs_a_name_of_its_own(
    project: Project, connection: Connection, change: dict[str, Any]
) -> None:
    make(project, connection)
    with pytest.raises(Conflict, match="give this one a new name"):
        make(project, connection, **change)


def test_a_version_is_asked_for_by_the_first_name(project: Project, connection: Connection) -> None:
    make(project, connection)
    second = make(project, connection, parameters={"temperature": 1})
    assert make(project, connection, "one@2", parameters={"temperature": 1}) == second
    with pytest.raises(Conflict, match="ask for one"):
        make(project, connection, "one@2", parameters={"temperature": 0.5})


def test_a_rater_that_came_otherwise_keeps_its_name(project: Project, connection: Connection) -> None:
    Rater.objects.create(project=project, kind=RaterKind.JUDGE, origin=Origin.IMPORTED, name="one@2")
    make(project, connection)
    assert make(project, connection, parameters={"temperature": 1}).rater.name == "one@3"


def test_names_that_only_look_alike_are_no_versions(project: Project, connection: Connection) -> None:
    make(project, connection, "One", parameters={"temperature": 0})
    make(project, connection, "one@home", parameters={"temperature": 0.5})
    assert make(project, connection).rater.name == "one"


def test_a_name_as_long_as_can_be_has_no_second_version(project: Project, connection: Connection) -> None:
    make(project, connection, "j" * 200)
    with pytest.raises(Invalid, match="too long"):
        make(project, connection, "j" * 200, parameters={"temperature": 1})


def test_the_command_says_which_version_it_made(project: Project, connection: Connection) -> None:
    def run(*settings: str) -> str:
        out = StringIO()
        call_command(
            *("add_judge", "study", "one", f"--connection={connection.name}", "--model=m", "--protocol=pair"),
            *settings,
            stdout=out,
        )
        return out.getvalue()

    assert run().startswith("Judge one of study")
    assert "this one is one@2" in run("--set", "temperature=1")
