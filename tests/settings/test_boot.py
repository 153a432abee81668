"""What boots and what does not, each in a process of its own: settings are read once."""

import base64
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
GOOD = {
    "SECRET_KEY": "Zr8v-2kQ_xW5nT1yB7uM4pL0aS9dF6gH3jK-cV_eR8tY2iO5",
    "EVALPLATFORM_MASTER_KEYS": base64.urlsafe_b64encode(b"k" * 32).decode(),
    "EVALPLATFORM_HOSTS": "eval.invalid",
    "DATABASE_URL": "postgresql://eval:secret@db.invalid/eval",
    "REDIS_URL": "redis://store.invalid",
}
GOOD["SECRET_KEY"] += "Xz"


def boot(settings: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); from django.conf import settings; print(settings.SECRET_KEY)",
        ],
        cwd=REPOSITORY,
        env={**clean, "DJANGO_SETTINGS_MODULE": settings, "EVALPLATFORM_DATA": str(data), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_boots_with_everything_set(tmp_path: Path) -> None:
    done = boot("evalplatform.settings.production", tmp_path, **GOOD)

    assert (done.returncode, done.stdout.strip()) == (0, GOOD["SECRET_KEY"]), done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, "") for name in GOOD],
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "django-insecure-" + "x1y2z3" * 10),
        ("SECRET_KEY", "a" * 60),
        ("EVALPLATFORM_HOSTS", "*"),
        ("DATABASE_URL", "mysql://db.invalid/eval"),
    ],
)
def test_production_refuses_to_boot_without_it(tmp_path: Path, name: str, value: str) -> None:
    done = boot("evalplatform.settings.production", tmp_path, **{**GOOD, name: value})

    assert done.returncode != 0
    assert "ImproperlyConfigured" in done.stderr
    assert name in done.stderr


def test_embedded_makes_its_own_secrets_once(tmp_path: Path) -> None:
    first = boot("evalplatform.settings.embedded", tmp_path)
    second = boot("evalplatform.settings.embedded", tmp_path)

    assert first.returncode == 0, first.stderr
    assert len(first.stdout.strip()) >= 50
    assert second.stdout == first.stdout
    for name in ("secret_key", "master_key"):
        assert stat.S_IMODE((tmp_path / "secrets" / name).stat().st_mode) == 0o600


def test_the_web_process_publishes_to_our_broker(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import evalplatform.wsgi; from celery import current_app; print(current_app.conf.broker_url)",
        ],
        cwd=REPOSITORY,
        env={
            "PATH": os.environ["PATH"],
            "EVALPLATFORM_DATA": str(tmp_path),
            "REDIS_URL": "redis://ours.invalid:7/3",
        },
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "redis://ours.invalid:7/3"


def test_nobody_else_can_look_into_the_data_folder(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)

    boot("evalplatform.settings.embedded", data)

    assert stat.S_IMODE(data.stat().st_mode) == 0o700
