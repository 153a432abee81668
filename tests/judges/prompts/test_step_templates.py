"""The words of steps beyond the first: in the language of the judge's prompt, and the same in each."""

import re
from collections import Counter

import pytest

from annotations.models import TaskKind
from judges.engine.versions.prompt_fit import resolve_prompt
from judges.engine.versions.register import create_judge
from judges.prompts.step_templates import STEPS, read_step_templates
from tests.factories.judging import make_connection, make_field

TAG, CYRILLIC = re.compile(r"\{[{%].*?[%}]\}"), re.compile("[а-яё]", re.IGNORECASE)
ENGLISH = sorted(file.name for file in STEPS.iterdir() if not file.name.endswith(".ru.j2"))


@pytest.mark.parametrize("name", ENGLISH)
def test_every_step_is_there_in_russian_and_shows_the_same(name: str) -> None:
    english = (STEPS / name).read_text(encoding="utf-8")
    russian = (STEPS / name.replace(".j2", ".ru.j2")).read_text(encoding="utf-8")
    assert (bool(CYRILLIC.search(english)), bool(CYRILLIC.search(russian))) == (False, True)
    assert Counter(TAG.findall(russian)) == Counter(TAG.findall(english))
    assert russian.count("<</{{") == english.count("<</{{")


def test_a_protocol_may_have_its_own_words_and_a_language_that_is_not_there_is_english() -> None:
    ranked = read_step_templates(["examples"], protocol="ranking", language="ru-RU")["examples"]
    assert ranked == {
        "system": (STEPS / "examples.system.ru.j2").read_text(encoding="utf-8"),
        "user": (STEPS / "examples.user.ranking.ru.j2").read_text(encoding="utf-8"),
    }
    english = read_step_templates(["critic"], protocol="pair")
    assert read_step_templates(["critic"], protocol="pair", language="de") == english


@pytest.mark.database
def test_a_judge_with_a_russian_prompt_criticises_in_russian() -> None:
    field = make_field(TaskKind.PAIR, 1)
    connection = make_connection("http://127.0.0.1:9/v1")
    for language in ("en", "ru"):
        judge = create_judge(
            project=field.project, name=language, protocol="pair", connection=connection, model="m",
            prompt=resolve_prompt(project=field.project, name="preference", language=language),
            parameters={"critiques": 1},
        )  # fmt: skip
        steps = ["critic", "doubt", "weigh", "repair"]
        assert judge.step_templates == read_step_templates(steps, language=language)
