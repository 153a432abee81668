"""Row 34: secrets are planted, the real flows run, and everything that was written is searched for them."""

import base64
import io
import logging
import logging.config
from collections.abc import Iterator
from pathlib import Path
from typing import Any  # rows hold any value

import pytest
import redis
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from annotations.models import Role, TaskKind
from evalplatform.accounts.links import create_sign_in_link
from evalplatform.accounts.tokens import create_api_token
from evalplatform.celery import app as celery_app
from evalplatform.settings.logs import configure_logs
from judges.engine.ledger.control import conclude_run, resume_run
from judges.engine.planning.plan import plan_run
from judges.engine.versions.register import create_connection, create_judge
from judges.models import Connection, Run, RunState
from judges.providers import http
from tests.accounts.factors import confirm, read_key
from tests.factories.callers import open_browser
from tests.factories.judging import make_field, work
from tests.factories.ledger import make_member
from tests.fakes.provider import FakeProvider

pytestmark = pytest.mark.database(transaction=True)
PROVIDER_KEY = "sk-planted-provider-key-7d1f0c55"
SECRET_KEY = "planted-secret-key-" + "qWv8Zr3Lk0Xn5Ty1" * 3


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """The real logging configuration, all of it, into a file."""
    file = tmp_path / "log"
    configured = configure_logs(as_json=True, level="DEBUG")
    with file.open("w") as stream:
        configured["handlers"]["stderr"]["stream"] = stream
        root = logging.getLogger()
        kept, level = root.handlers[:], root.level
        logging.config.dictConfig(configured)
        yield file
        for handler in root.handlers[:]:
            root.removeHandler(handler)
        root.handlers[:] = kept
        root.setLevel(level)
        logging.config.dictConfig(configure_logs(as_json=True, level="WARNING"))


class Hunt:
    """The secrets, under names, and everything that was said while they were in use."""

    def __init__(self, settings: Settings) -> None:
        master = Fernet.generate_key().decode()
        settings.SECRET_KEY = SECRET_KEY
        settings.EVALPLATFORM_MASTER_KEYS = [master]
        self.secrets = {"provider key": PROVIDER_KEY, "secret key": SECRET_KEY, "master key": master}
        self.said: dict[str, str] = {}

    def find(self) -> list[tuple[str, str]]:
        """(secret, place) of every hit, also where a secret was encoded."""
        return [
            (name, place)
            for place, text in self.said.items()
            for name, secret in self.secrets.items()
            if any(form in text for form in spell(secret))
        ]


def spell(secret: str) -> list[str]:
    """As it is, in hexadecimal, in base64."""
    raw = secret.encode()
    return [secret, raw.hex(), base64.b64encode(raw).decode().rstrip("=")]


def dump_tables() -> str:
    """Every value of every table."""
    rows: list[Any] = []
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [(table, row) for row in cursor.fetchall()]
    return repr(rows)


def dump_store(valkey: redis.Redis) -> str:
    """Every key and value of the store, as it would hand them to a replica."""
    parts: list[Any] = []
    for key in valkey.scan_iter():
        kind = valkey.type(key)
        read = {b"string": valkey.get, b"hash": valkey.hgetall, b"set": valkey.smembers}
        parts.append((key, read[kind](key) if kind in read else valkey.lrange(key, 0, -1) if kind == b"list"
                      else valkey.zrange(key, 0, -1)))  # fmt: skip
    return repr(parts)


def judge_with_refusals(hunt: Hunt) -> Run:
    """A run whose provider repeats the key in its refusals, then answers."""
    field = make_field(TaskKind.SINGLE, 3, slug="study")
    with FakeProvider(faults=[f"500:{PROVIDER_KEY}", f"401:bad key {PROVIDER_KEY}"]) as fake:
        account = create_connection(name="planted", provider="openai", base_url=fake.url, key=PROVIDER_KEY)
        account.projects.add(field.project)
        judge = create_judge(
            project=field.project, name="judge", protocol="single", connection=account, model="fake-1"
        )
        run = plan_run(project=field.project, judge=judge)
        work(run)
        while Run.objects.get().state == RunState.PAUSED:
            resume_run(run=run)
            work(run)
        conclude_run(run_id=run.pk)
        assert PROVIDER_KEY in fake.keys
    return run


def browse(hunt: Hunt, run: Run) -> None:
    """Pages, API, exports and errors, with a session and with a token."""
    researcher = make_member(run.project, Role.RESEARCHER).user
    hunt.secrets["API token"] = create_api_token(user=researcher, name="pipeline")[1]
    hunt.secrets["sign-in link"] = link = create_sign_in_link(user=researcher)
    client = Client(raise_request_exception=False)
    bearer = {"Authorization": f"Bearer {hunt.secrets['API token']}"}
    api = Client(headers=bearer, raise_request_exception=False)
    answers = [client.post(f"/sign-in/{link}/"), client.get("/")]
    answers += [Client(enforce_csrf_checks=True).post(f"/sign-in/{link}/")]
    answers += [
        client.get(f"/p/study/{page}") for page in ("", "runs/", "report/", "report/results.json", "no/")
    ]
    answers += [
        api.get(f"/api/v1/{path}")
        for path in ("projects/", "projects/study/", "projects/study/results/", "x/")
    ]
    answers += [api.post("/api/v1/projects/study/assignments/"), api.delete("/api/v1/projects/")]
    for number, answer in enumerate(answers):
        hunt.said[f"answer {number}"] = f"{answer.headers} {answer.content.decode()}"
    own_page = Client().get(
        f"/sign-in/{link}/"
    )  # its language switch leads back to its own address, and to no other
    assert own_page.content.decode().count(link) == 1
    hunt.said["a used link's page"] = own_page.content.decode().replace(f'value="/sign-in/{link}/"', "")


def turn_on_second_factor(hunt: Hunt, run: Run) -> None:
    """On one's own page, which alone may show key and recovery codes; then a code that is not right."""
    user = make_member(run.project, Role.RATER).user
    client = open_browser(user)
    client.post("/account/second-factor/begin/")
    hunt.secrets["key of a second factor"] = read_key(user)
    for number, code in enumerate(confirm(client, user)):
        hunt.secrets[f"recovery code {number}"] = code
        hunt.secrets[f"recovery code {number} as digested"] = code.replace("-", "")
    hunt.said["a wrong code's page"] = client.post(
        "/account/second-factor/off/", {"proof": "000000"}
    ).content.decode()


def break_down(hunt: Hunt, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of ours while a key is in hand: its traceback is logged."""
    client = Client(raise_request_exception=False)
    client.force_login(make_member(Run.objects.get().project, Role.RESEARCHER).user)
    with monkeypatch.context() as patch:
        patch.setattr("judges.views.runs.read_standing", lambda run: 1 / 0)
        answer = client.get(
            "/p/study/runs/", headers={"Authorization": f"Bearer {hunt.secrets['API token']}"}
        )
    assert answer.status_code == 500
    hunt.said["answer to a failure of ours"] = answer.content.decode()


def test_row_34_no_secret_is_written_anywhere(
    settings: Settings,
    valkey: redis.Redis,
    log_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hunt = Hunt(settings)
    monkeypatch.setattr(celery_app.conf, "broker_url", settings.CELERY_BROKER_URL)
    run = judge_with_refusals(hunt)
    browse(hunt, run)
    turn_on_second_factor(hunt, run)
    break_down(hunt, monkeypatch)
    call_command("export_study", "study", str(tmp_path / "export"), stdout=io.StringIO())
    out = io.StringIO()
    call_command("report", "study", "--json", stdout=out)
    hunt.said |= {"report": out.getvalue(), "database": dump_tables(), "store": dump_store(valkey)}
    hunt.said |= {
        str(file): file.read_bytes().decode("latin-1") for file in (tmp_path / "export").rglob("*.jsonl")
    }
    hunt.said["log"] = log_file.read_text()

    assert hunt.find() == []
    assert "ZeroDivisionError" in hunt.said["log"]
    assert "http_401" in hunt.said["database"]
    assert hunt.said["store"] != "[]"
    assert Connection.objects.get().encrypted_key in hunt.said["database"]
    assert Run.objects.get().attempts.filter(state="done").count() == 3


def test_row_34_a_key_that_is_not_scrubbed_would_be_found(
    settings: Settings, valkey: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    hunt = Hunt(settings)
    monkeypatch.setattr(http, "scrub", lambda text, key: text)
    judge_with_refusals(hunt)
    hunt.said["database"] = dump_tables()

    assert hunt.find() == [("provider key", "database")]
