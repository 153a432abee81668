"""Code has colours, and stays what it was to the letter."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalplatform.common.highlighting import (
    CLASSES,
    LANGUAGES,
    LONGEST_BLANK,
    LONGEST_CODE,
    LONGEST_OF,
    MOST_WORK,
    SPENT,
    split_code,
)
from evalplatform.common.markdown import render_markdown, sanitise
from evalplatform.common.markdown_positions import render_with_positions

RUN = re.compile(r'<span data-at="(\d+)">([^<]*)</span>')
CODE = st.text(alphabet="ab1 \t\n'\"#/*<>&{}()=\\\0\u0416\U0001f600", max_size=200)


def test_parts_of_code_have_classes() -> None:
    assert split_code("# a\nreturn 'b' + 1", "python", {}) == [
        ("code-remark", "# a"),
        ("", "\n"),
        ("code-keyword", "return"),
        ("", " "),
        ("code-text", "'b'"),
        ("", " + "),
        ("code-number", "1"),
    ]


@given(code=CODE, language=st.sampled_from(sorted(LANGUAGES)))
def test_parts_are_the_code_to_the_letter(code: str, language: str) -> None:
    assert "".join(text for _, text in split_code(code, language, {})) == code


@pytest.mark.parametrize("language", ["", "  ", "brainless", "python'><script>"])
def test_unknown_languages_have_no_colours(language: str) -> None:
    assert split_code("return 1", language, {}) == [("", "return 1")]


def test_long_code_has_no_colours() -> None:
    code = "1" * (LONGEST_CODE + 1)
    assert split_code(code, "python", {}) == [("", code)]


@pytest.mark.parametrize("language", ["c", "cpp"])
def test_languages_that_are_slow_to_read_have_colours_in_shorter_blocks(language: str) -> None:
    code = "1" * LONGEST_OF[language]
    assert split_code(code, language, {}) == [("code-number", code)]
    assert split_code(code + "1", language, {}) == [("", code + "1")]


@pytest.mark.parametrize("blank", [" ", "\n", " \t\n"])
@pytest.mark.parametrize("language", ["c", "cpp", "java", "python"])
def test_code_with_a_long_blank_has_no_colours(language: str, blank: str) -> None:
    spaces = (blank * LONGEST_BLANK)[:LONGEST_BLANK]
    assert "code-number" in dict(split_code(f"1{spaces}+ 2", language, {}))
    assert split_code(f"1{spaces}\t+ 2", language, {}) == [("", f"1{spaces}\t+ 2")]


def test_a_text_that_has_used_up_its_work_is_read_no_further() -> None:
    spent: dict[str, object] = {SPENT: MOST_WORK + 1}
    assert split_code("return 1", "python", spent) == [("", "return 1")]
    assert spent == {SPENT: MOST_WORK + 1}


def test_code_that_is_slow_to_read_is_left_when_its_time_is_up() -> None:
    environment: dict[str, object] = {SPENT: MOST_WORK}
    code = "return 1\n" * 100

    assert split_code(code, "python", environment) == [("", code)]
    assert float(str(environment[SPENT])) > MOST_WORK


def test_html_in_code_stays_text() -> None:
    assert render_markdown("```js\n'</span><b>'\n```") == (
        "<pre><code><span class=\"code-text\">'&lt;/span&gt;&lt;b&gt;'</span>\n</code></pre>\n"
    )


def test_no_other_class_is_let_through() -> None:
    assert sanitise('<span class="code-text button primary">x</span><p class="code-text">y</p>') == (
        '<span class="code-text">x</span><p>y</p>'
    )


@pytest.mark.parametrize("language", sorted(set(LANGUAGES.values())))
def test_colours_keep_positions(language: str) -> None:
    text = f"a\n\n> ```{language}\n> if (x1 == \"&amp;\") return 12; # so\n> 'y' /* z */\n> ```\n"
    html = str(render_with_positions(text))

    for at, shown in RUN.findall(html):
        assert unescape(shown) == text[int(at) : int(at) + len(unescape(shown))]
    assert unescape(re.sub("<[^>]*>", "", html)) == unescape(
        re.sub("<[^>]*>", "", str(render_markdown(text)))
    )


def test_there_is_a_colour_for_every_class() -> None:
    assert {"code-keyword", "code-name", "code-number", "code-remark", "code-text"} == CLASSES
