"""What every test stands on: a data folder of its own, a real database, a real store, no outside network.

Fixtures for all: `valkey` (an empty store that the settings point to), `valkey_url`, `browser`, `blank_database`.
Markers: `database` (brings django_db; takes its arguments), `one_database` (not again on PostgreSQL), `e2e`,
`reliability`, `nightly`, `published`.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import django
import pytest
from hypothesis import HealthCheck, settings

from tests.support.markers import PURE, follow_database, line_up_processes, spare_pages
from tests.support.network import refuse_outside_connections

if TYPE_CHECKING:  # loaded on use: most runs need neither a store nor a browser
    import redis
    from playwright.sync_api import Browser
    from pytest_django import DjangoDbBlocker, Settings

    from tests.support.postgres import Postgres

# Compiled once and kept, whatever the surroundings say: tests are rewritten as they are compiled, and each process that
# they start would compile the platform anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
collect_ignore = list(PURE) if os.environ.get("TEST_DB") == "postgres" else []

DATA = pytest.StashKey[Path]()
POSTGRES: "pytest.StashKey[Postgres]" = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    """Settle where this process works before Django reads its settings (pytest-django does so after this)."""
    config.stash[DATA] = Path(tempfile.mkdtemp(prefix="evalplatform-test-"))
    os.environ["EVALPLATFORM_DATA"] = str(config.stash[DATA])
    os.environ["DJANGO_SETTINGS_MODULE"] = "evalplatform.settings.test"
    refuse_outside_connections()
    # A busy machine draws examples slowly, which says nothing of what is tested.
    # By day the same examples every time: what a change broke is told from what nobody had tried before.
    settings.register_profile(
        "by_day", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("default" if os.environ.get("EVALPLATFORM_NIGHTLY") else "by_day")
    is_worker = hasattr(config, "workerinput")  # an xdist worker inherits DATABASE_URL
    if os.environ.get("TEST_DB") == "postgres" and not is_worker and "DATABASE_URL" not in os.environ:
        from tests.support.blank import make_blank_postgres
        from tests.support.postgres import Postgres

        config.stash[POSTGRES] = Postgres()
        config.stash[POSTGRES].start()
        os.environ["DATABASE_URL"] = config.stash[POSTGRES].url
        os.environ["TEST_TEMPLATE"] = make_blank_postgres(
            config.stash[POSTGRES], kept=config.cache.mkdir("blank")
        )
    django.setup()  # pytest-django does it only where the settings were named before this file was read
    from tests.support.emptying import empty_quickly

    empty_quickly()


def pytest_unconfigure(config: pytest.Config) -> None:
    if POSTGRES in config.stash:
        config.stash[POSTGRES].stop()
    shutil.rmtree(config.stash[DATA], ignore_errors=True)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Markers follow from where a test stands (`tests.support.markers`).

    Of the shuffled tests the long ones, which have a timeout of their own, start first: no worker is left with one.
    """
    for item in items:
        follow_database(item)
        spare_pages(item)
    line_up_processes(items)
    yield
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest, django_db_modify_db_settings: None) -> bool:
    """SQLite: the file is in this process's own folder and goes with it, and may be there already, all tables in it."""
    from django.conf import settings

    from tests.support.blank import copy_blank_sqlite

    database = settings.DATABASES["default"]
    if database["ENGINE"] != "django.db.backends.sqlite3":
        return False
    copy_blank_sqlite(Path(database["TEST"]["NAME"]), kept=request.config.cache.mkdir("blank"))
    return True


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: "DjangoDbBlocker"
) -> None:
    """What the migrations made is kept for the next run."""
    from django.db import connection

    from tests.support.blank import keep_blank_sqlite

    if connection.vendor == "sqlite":
        with django_db_blocker.unblock():
            keep_blank_sqlite(connection, kept=request.config.cache.mkdir("blank"))


@pytest.fixture(scope="session")
def blank_database(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Path:
    """A SQLite file with all tables and no rows, to copy into the data folder of a platform of its own."""
    from django.db import connection

    file = Path(os.environ["EVALPLATFORM_DATA"]) / "blank.sqlite3"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])
    return file


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """URL of a real store, shared by the tests of this process."""
    from tests.support.valkey import run_valkey

    with run_valkey() as url:
        yield url


@pytest.fixture
def valkey(valkey_url: str, settings: "Settings") -> "Iterator[redis.Redis]":
    """An empty store, which the settings name for the length of the test."""
    import redis

    settings.REDIS_URL = valkey_url
    settings.CELERY_BROKER_URL = valkey_url.replace("unix://", "redis+socket://")
    with redis.Redis.from_url(valkey_url) as client:
        client.flushall()
        yield client


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    from tests.support.chromium import run_chromium

    with run_chromium() as chromium:
        yield chromium


@pytest.fixture(autouse=True)
def _same_surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test begins in English and with the same width of terminal, whatever ran before it and where."""
    from django.utils import translation

    monkeypatch.setenv("COLUMNS", "140")
    translation.deactivate()
    yield
    translation.deactivate()
