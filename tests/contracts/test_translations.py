"""Every string that a page can show has its Russian, and the catalogue holds nothing else."""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

from tests.support.translations import Message, list_python_messages, list_template_messages

CATALOGUE = Path(settings.LOCALE_PATHS[0]) / "ru" / "LC_MESSAGES" / "django.po"


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    return [*list_template_messages(), *list_python_messages()]


@pytest.fixture(scope="module")
def catalogue() -> dict[str, polib.POEntry]:
    return {entry.msgid: entry for entry in polib.pofile(str(CATALOGUE))}


def test_strings_are_found_in_templates_and_in_code(messages: list[Message]) -> None:
    places = {message.place for message in messages}
    assert "evalplatform/templates/platform/base.html" in places
    assert "annotations/templates/annotations/_bar.html" in places
    assert "annotations/views/fields.py" in places


def test_every_string_has_its_russian(messages: list[Message], catalogue: dict[str, polib.POEntry]) -> None:
    missing = {
        f"{message.place}: {message.text!r}"
        for message in messages
        if message.text not in catalogue or not catalogue[message.text].translated()
    }
    assert missing == set()


def test_every_plural_has_three_forms(messages: list[Message], catalogue: dict[str, polib.POEntry]) -> None:
    plurals = {message.text: message.plural for message in messages if message.plural}
    assert plurals
    assert {text: catalogue[text].msgid_plural for text in plurals} == plurals
    assert {tuple(catalogue[text].msgstr_plural) for text in plurals} == {(0, 1, 2)}


def test_the_catalogue_holds_nothing_that_no_page_shows(
    messages: list[Message], catalogue: dict[str, polib.POEntry]
) -> None:
    assert set(catalogue) - {message.text for message in messages} == set()


def test_translations_keep_what_is_filled_in(catalogue: dict[str, polib.POEntry]) -> None:
    def placeholders(text: str) -> list[str]:
        return sorted(re.findall(r"%\(\w+\)[sd]|%%|</?\w+>", text))

    wrong = [
        entry.msgid
        for entry in catalogue.values()
        for text in (entry.msgstr, *entry.msgstr_plural.values())
        if text and placeholders(text) != placeholders(entry.msgid)
    ]
    assert wrong == []


def test_a_task_has_one_word_in_russian(catalogue: dict[str, polib.POEntry]) -> None:
    texts = {text for entry in catalogue.values() for text in (entry.msgstr, *entry.msgstr_plural.values())}
    assert sorted(text for text in texts if re.search(r"\bзадач", text, re.IGNORECASE)) == []
