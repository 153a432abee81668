"""Every prompt that comes with the platform, in every language it has."""

import re

import pytest

from annotations.domain.projects.new_project import ProjectDraft
from evalplatform.common.errors import Invalid
from judges.engine.versions.prompt_versions import open_book, try_prompt
from judges.engine.versions.rehearsal import list_known
from judges.models import Prompt
from judges.prompts import find_library_prompt, include_parts, list_library, read_default_templates
from tests.factories.ledger import make_project

EVERY = [(prompt.name, language) for prompt in list_library() for language in prompt.languages]
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def test_the_library_holds_what_it_promises() -> None:
    assert [prompt.name for prompt in list_library()] == [
        "creativity", "factuality", "helpfulness", "instructions", "pair", "preference", "ranking", "safety",
        "simpleqa", "single",
    ]  # fmt: skip
    assert {prompt.languages for prompt in list_library()} == {("en", "ru")}


@pytest.mark.database
@pytest.mark.parametrize(("name", "language"), EVERY)
def test_each_shows_every_text_inside_of_its_fences(name: str, language: str) -> None:
    library = find_library_prompt(name)
    system, user = library.read_templates(language)
    prompt = Prompt(
        project=make_project(), protocol=library.protocol, system_template=system, user_template=user
    )
    assert try_prompt(prompt) == ()
    assert "{% include" not in system + user
    assert bool(CYRILLIC.search(system)) == (language == "ru")
    assert {"nonce", "answers", "references", "context"} <= list_known(
        open_book(prompt).questions, library.protocol
    )


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_each_says_what_is_data_and_that_the_reply_is_json(name: str, language: str) -> None:
    system, user = find_library_prompt(name).read_templates(language)
    mark = {"en": "mark", "ru": "метка"}[language]
    for words in (f"<<{mark} ...>>", f"<</{mark}>>", "JSON"):
        assert words in system
    assert user.startswith(include_parts('{% include "mark" %}', language) + "\n\n")
    assert user.count("<</{{ nonce }}>>") == 5


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_what_stands_first_holds_nothing_of_a_case(name: str, language: str) -> None:
    system, _ = find_library_prompt(name).read_templates(language)
    assert not re.search(
        "nonce|answers|context|reference|turn", "".join(re.findall(r"\{[{%].*?[%}]\}", system))
    )


@pytest.mark.parametrize("name", [prompt.name for prompt in list_library() if prompt.criteria])
def test_each_has_a_rubric_in_both_languages(name: str) -> None:
    stated = {"slug": "study", "rubrics": [find_library_prompt(name).describe_rubric()]}
    [rubric] = ProjectDraft.read(stated).rubrics
    for criterion in rubric.criteria.values():
        assert set(criterion.labels) == set(criterion.question) == {"en", "ru"}
        assert set(criterion.anchors) == set(map(str, criterion.steps))
        assert all(set(labels) == {"en", "ru"} for labels in criterion.anchors.values())


def test_unknown_names_are_answered_with_those_there_are() -> None:
    with pytest.raises(Invalid, match="must be one of creativity, factuality"):
        find_library_prompt("wisdom")
    with pytest.raises(Invalid, match="must be one of en, ru"):
        find_library_prompt("factuality").read_templates("fr")
    with pytest.raises(Invalid, match="there is no part nothing; there are data, mark, material"):
        include_parts('{% include "nothing" %}')


def test_a_provider_can_have_its_own() -> None:
    assert read_default_templates("single", provider="local") != read_default_templates("single")
    assert read_default_templates("single", provider="openai") == read_default_templates("single")
    assert read_default_templates("pair", language="ru")[0].startswith("Вы — внимательный эксперт.")
