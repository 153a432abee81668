"""Documentation is part of the product: generated pages are current, and every setting has a line."""

import doctest
import os
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from evalplatform.management.reference import PAGES

REPOSITORY = Path(__file__).resolve().parents[2]
REFERENCE = REPOSITORY / "docs" / "reference"
EXPLANATION = REPOSITORY / "docs" / "explanation"


@pytest.mark.parametrize("page", PAGES)
def test_a_generated_page_is_current(page: str) -> None:
    assert (REFERENCE / page).read_text() == PAGES[page](), "run manage.py write_reference"


@pytest.mark.parametrize("page", ["bias", "ranking", "judges-and-people"])
def test_the_examples_of_an_explanation_come_out_as_printed(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(REPOSITORY)
    found = doctest.testfile(str(EXPLANATION / f"{page}.md"), module_relative=False)
    assert (found.failed, found.attempted > 8) == (0, True)


def test_every_setting_is_described() -> None:
    read = set()
    for module in (REPOSITORY / "evalplatform" / "settings").glob("*.py"):
        read |= set(re.findall(r'(?:read_\w+|require_text)\(\s*"([A-Z_]+)"', module.read_text()))
    described = set(
        re.findall(r"^\| `([A-Z_]+)`", (REFERENCE / "settings.md").read_text(), flags=re.MULTILINE)
    )

    assert read - described == set()
    assert described - read == {"DJANGO_SETTINGS_MODULE"}


def test_only_settings_read_the_environment() -> None:
    sources = [
        file
        for room in ("evalplatform", "annotations", "judges")
        for file in (REPOSITORY / room).rglob("*.py")
        if "settings" not in file.parts
    ]
    readers = {
        str(file.relative_to(REPOSITORY))
        for file in sources
        if re.search(r"os\.(environ\b|getenv)", file.read_text())
    }

    assert readers == {
        "evalplatform/asgi.py",  # names the default settings
        "evalplatform/celery.py",
        "evalplatform/wsgi.py",
        "evalplatform/management/services.py",
        "evalplatform/management/supervisor.py",  # hands its environment to its children
        "judges/management/commands/add_connection.py",  # --key-env names the variable that holds a key
    }


def test_the_api_describes_itself_without_a_warning() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=os.devnull)


def test_the_readme_is_short() -> None:
    assert len((REPOSITORY / "README.md").read_text().splitlines()) <= 120


def test_the_changelog_is_grouped_and_says_nothing_twice() -> None:
    _, *groups = (REPOSITORY / "CHANGELOG.md").read_text().split("\n### ")
    said = [" ".join(line.split()) for group in groups for line in group.split("\n- ")[1:]]
    assert len(groups) > 5
    assert sorted(set(said)) == sorted(said)
    assert not (REPOSITORY / "CHANGELOG.md").read_text().partition("\n### ")[0].count("\n- ")
