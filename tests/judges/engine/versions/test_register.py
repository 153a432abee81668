import logging
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from annotations.models import RaterKind
from evalplatform.common.errors import Conflict, Denied, Invalid
from evalplatform.common.vault import decrypt_secret
from judges.engine.asking.parameters import KNOWN
from judges.engine.planning.plan import plan_run
from judges.engine.running.shard import open_book
from judges.engine.versions.register import create_connection, create_judge
from judges.models import Connection, Judge, Prompt
from tests.factories.judging import make_connection, make_field, make_judge, work
from tests.factories.ledger import make_project, make_user
from tests.fakes.provider import FakeProvider

URL = "http://127.0.0.1:9/v1"
PLANTED = "sk-planted-9c1e77aa"


@pytest.mark.database
def test_a_key_is_encrypted_and_only_its_ending_is_kept() -> None:
    connection = create_connection(name="a", provider="openai", base_url=URL, key=PLANTED)
    assert PLANTED not in connection.encrypted_key
    assert decrypt_secret(connection.encrypted_key) == PLANTED
    assert connection.key_ending == "77aa"


@pytest.mark.database(transaction=True)
@pytest.mark.parametrize("fault", ["", "500", "400:bad key sk-planted-9c1e77aa"])
def test_a_key_stands_nowhere_but_in_its_column(
    fault: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    field = make_field(tasks=2)
    with FakeProvider(faults=[fault] if fault else []) as fake, caplog.at_level(logging.DEBUG):
        connection = make_connection(fake.url, key=PLANTED)
        judge = create_judge(
            project=field.project, name="j", protocol="pair", connection=connection, model="m"
        )
        work(plan_run(project=field.project, judge=judge))
    assert fake.keys == {PLANTED}
    dump = StringIO()
    call_command("dumpdata", stdout=dump, exclude=["contenttypes", "auth.permission"])
    assert "judges.attempt" in dump.getvalue()
    out, err = capfd.readouterr()
    assert PLANTED not in dump.getvalue() + caplog.text + out + err


@pytest.mark.database
@pytest.mark.parametrize(
    "fields", [{"provider": "telegraph"}, {"name": " "}, {"base_url": "http://10.0.0.1/"}]
)
def test_bad_connections_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        create_connection(**dict[str, Any](name="a", provider="openai") | fields)
    assert Connection.objects.count() == 0


@pytest.mark.database
def test_a_connection_has_one_name() -> None:
    create_connection(name="a", provider="openai", base_url=URL)
    with pytest.raises(Conflict):
        create_connection(name="a", provider="anthropic", base_url=URL)


@pytest.mark.database
@pytest.mark.parametrize(
    ("is_owned", "granted", "usable"),
    [
        (False, (), True),
        (False, ("mine",), True),
        (False, ("other",), False),
        (True, (), False),
        (True, ("mine", "other"), True),
        (True, ("other",), False),
    ],
)
def test_a_judge_needs_a_grant_of_its_connection(
    is_owned: bool, granted: tuple[str, ...], usable: bool
) -> None:
    projects = {slug: make_project(slug) for slug in ("mine", "other")}
    connection = create_connection(
        name="c",
        provider="openai",
        owner=make_user() if is_owned else None,
        projects=tuple(projects[slug] for slug in granted),
    )
    fields: dict[str, Any] = {"protocol": "pair", "connection": connection, "model": "m"}
    if usable:
        assert create_judge(project=projects["mine"], name="j", **fields).connection == connection
        return
    with pytest.raises(Invalid, match="not granted"):
        create_judge(project=projects["mine"], name="j", **fields)
    assert Judge.objects.count() == 0


@pytest.mark.database
def test_a_grant_that_is_taken_back_stops_the_judge() -> None:
    field = make_field(tasks=1)
    connection = create_connection(name="c", provider="openai", base_url=URL, projects=(field.project,))
    judge = create_judge(project=field.project, name="j", protocol="pair", connection=connection, model="m")
    run = plan_run(project=field.project, judge=judge)
    connection.projects.set([make_project()])
    assert open_book(run.pk) is None
    run.refresh_from_db()
    assert (run.state, run.pause_reason) == ("paused", "The connection c is not granted to this project.")
    with pytest.raises(Denied):
        plan_run(project=field.project, judge=judge)


@pytest.mark.database
def test_a_judge_is_what_its_content_says() -> None:
    project, connection = make_project(), make_connection(URL)
    same: dict[str, Any] = {"project": project, "protocol": "pair", "connection": connection, "model": "m"}
    judge = create_judge(name="one", **same)
    assert create_judge(name="one", **same) == judge
    assert judge.rater.kind == RaterKind.JUDGE
    with pytest.raises(Conflict, match="same content"):
        create_judge(name="two", **same)
    with pytest.raises(Conflict, match="never change"):
        create_judge(name="one", **{**same, "model": "other"})
    warm = create_judge(name="warm", parameters={"temperature": 1}, **same)
    assert warm.content_hash != judge.content_hash
    assert (Judge.objects.count(), Prompt.objects.count()) == (2, 1)


@pytest.mark.database
def test_a_new_text_is_a_new_version_of_the_prompt() -> None:
    project, connection = make_project(), make_connection(URL)
    same: dict[str, Any] = {"project": project, "protocol": "pair", "connection": connection, "model": "m"}
    first = create_judge(name="one", **same)
    second = create_judge(name="two", templates=("Judge.", "{{ nonce }}"), **same)
    assert first.prompt is not None
    assert second.prompt is not None
    assert (first.prompt.version, second.prompt.version) == (1, 2)


@pytest.mark.database
@pytest.mark.parametrize(
    "fields",
    [
        {"protocol": "trial", "builtin": "longest"},
        {"protocol": "pair"},
        {"protocol": "pair", "builtin": "wisest"},
        {"protocol": "single", "builtin": "longest"},
        {"protocol": "pair", "builtin": "random", "parameters": {"seed": "three"}},
        {"protocol": "pair", "builtin": "random", "parameters": {"seed": True}},
        {"protocol": "pair", "builtin": "random", "parameters": {"temprature": 1}},
        {"protocol": "pair", "builtin": "random", "parameters": {"temperature": 3}},
        {"protocol": "pair", "builtin": "random", "parameters": {"temperature": float("nan")}},
        {"protocol": "pair", "builtin": "random", "parameters": {"calls_in_flight": 0}},
    ],
)
def test_bad_judges_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        create_judge(project=make_project(), name="j", **fields)
    assert Judge.objects.count() == 0


@pytest.mark.database
def test_the_family_is_the_vendor_only_at_the_vendors_own_address() -> None:
    project = make_project()
    own = create_connection(name="own", provider="anthropic")
    elsewhere = create_connection(name="elsewhere", provider="openai", base_url=URL)
    families = [
        create_judge(
            project=project, name=name, protocol="pair", connection=c, model="m", parameters=p
        ).rater.family
        for name, c, p in (("a", own, {}), ("b", elsewhere, {}), ("c", elsewhere, {"family": "mistral"}))
    ]
    assert families == ["anthropic", "", "mistral"]


def test_every_parameter_of_a_judge_is_described() -> None:
    page = Path(__file__).parents[4] / "docs" / "reference" / "judge-parameters.md"
    described = re.findall(r"^\| `([a-z_]+)`", page.read_text(), flags=re.MULTILINE)
    assert sorted(described) == KNOWN


@pytest.mark.database
@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"samples": 3, "temperature": 0}, "samples"),
        ({"early_stop": True, "samples": 2}, "early_stop"),
        ({"standard_error": 0.1, "samples": 3}, "standard_error"),
        ({"needs_reference": True, "reference": False}, "needs_reference"),
    ],
)
def test_recipes_that_make_no_sense_are_refused(parameters: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        make_judge(make_project(), "http://127.0.0.1:9/v1", "single", **parameters)
    assert [fault.field for fault in caught.value.faults] == [field]


@pytest.mark.database
def test_a_baseline_answers_once() -> None:
    with pytest.raises(Invalid, match="works for models at a provider only"):
        create_judge(
            project=make_project(),
            name="r",
            protocol="single",
            builtin="random",
            parameters={"samples": 3},
        )


@pytest.mark.database
def test_the_words_of_a_repair_are_part_of_the_version() -> None:
    project = make_project()
    with_repair = make_judge(project, "http://127.0.0.1:9/v1", "single")
    without = make_judge(project, "http://127.0.0.1:9/v1", "single", repair=False)
    baseline = create_judge(project=project, name="r", protocol="single", builtin="random")
    assert [list(judge.step_templates) for judge in (with_repair, without, baseline)] == [["repair"], [], []]
    assert with_repair.content_hash != without.content_hash
