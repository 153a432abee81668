"""Whatever is typed first, on a machine that has nothing yet, finds a database."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.migrations.recorder import MigrationRecorder

from evalplatform.accounts.models import User
from evalplatform.common import ledger_command
from evalplatform.settings.env import REPOSITORY


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Commands that a command of the ledger calls first."""
    called: list[str] = []
    monkeypatch.setattr(ledger_command, "call_command", lambda name, **_: called.append(name))
    return called


@pytest.mark.database
def test_an_empty_database_is_laid_out_first(laid_out: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationRecorder, "has_table", lambda _: False)
    call_command("add_user", "ada", "--staff", stdout=StringIO())
    assert laid_out == ["migrate"]
    assert User.objects.get().is_staff


@pytest.mark.database
def test_a_database_that_is_there_is_left_as_it_is(laid_out: list[str]) -> None:
    with pytest.raises(CommandError, match="nowhere"):
        call_command("report", "nowhere")
    assert laid_out == []


@pytest.mark.nightly
@pytest.mark.timeout(600)
def test_the_first_account_is_made_before_anything_was_started(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "EVALPLATFORM_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "evalplatform.settings.embedded",
    }
    made = subprocess.run(
        [sys.executable, "manage.py", "add_user", "ada", "--staff"],
        cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (made.returncode, made.stderr) == (0, "")
    assert "/sign-in/" in made.stdout
