"""Formulas reach the page letter by letter; money and code are no formulas."""

import re
from html import unescape

import pytest
from markdown_it.rules_block import StateBlock

from evalplatform.common import markdown_maths
from evalplatform.common.markdown import render_markdown
from evalplatform.common.markdown_maths import LONGEST, MOST_READ_IN_VAIN

FORMULA = re.compile(r'<span class="(maths[^"]*)">(.*?)</span>', re.DOTALL)


def find_formulas(text: str) -> list[tuple[str, str]]:
    """Source and class of each formula in the rendered text."""
    return [(unescape(source), kind) for kind, source in FORMULA.findall(str(render_markdown(text)))]


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        (r"$a_1 * b_1$ and $c_2 * d_2$", [r"$a_1 * b_1$", r"$c_2 * d_2$"]),
        (r"\(a*b*c\)", [r"\(a*b*c\)"]),
        ("$x$, $f(x)$ and $5 < 6$", ["$x$", "$f(x)$", "$5 < 6$"]),
        ("It costs $5 and then $10.", []),
        ("between $5 (US$) and 6", []),
        ("$5 or 10$", []),
        (r"\$x_1\$", []),
        ("`$x_1$` and ``\\(y\\)``", []),
        ("$HOME_DIR/$PATH_2x", []),
        (r"\( \) and $$ $$", []),
        ("$" + "x" * LONGEST + "_$", []),
    ],
)
def test_what_is_a_formula_within_a_line(text: str, sources: list[str]) -> None:
    assert find_formulas(text) == [(source, "maths") for source in sources]


@pytest.mark.parametrize(
    "source",
    ["$$x_1$$", r"\[a*b*c\]", "$$\nx = 1\n- y\n$$", "\\[\n1. a\n# b\n\\]", "$$x\n+ y$$"],
)
@pytest.mark.parametrize("around", ["{}", "before\n{}\nafter", "- one\n\n{}"])
def test_a_formula_on_lines_of_its_own_is_no_list_and_no_title(source: str, around: str) -> None:
    assert find_formulas(around.format(source)) == [(source, "maths display")]
    assert not re.search("<h1>|<ol|<li>y|<li>b", str(render_markdown(around.format(source))))


def test_a_formula_that_does_not_end_is_text() -> None:
    assert str(render_markdown("$$ a\n\n- b")) == "<p>$$ a</p>\n<ul>\n<li>b</li>\n</ul>\n"


def test_a_formula_is_escaped() -> None:
    shown = str(render_markdown("$<img src=x onerror=alert(1)>$"))
    assert shown == '<p><span class="maths">$&lt;img src=x onerror=alert(1)&gt;$</span></p>\n'


@pytest.mark.parametrize(
    "text",
    [
        "\\[a\n",
        "a\n" + "\\[\n" * 600,
        "> \\[a\n",
        "\\[a\n" * 490 + "\\] and more\n",
        "[a]:\n\\[x\n",
    ],
    ids=["at every line", "within a paragraph", "quoted", "that end in a line of text", "in a reference"],
)
def test_beginnings_without_an_end_cost_no_more_than_their_lines(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = 0

    def count(state: StateBlock, line: int) -> str:
        nonlocal read
        read += 1
        return read_line(state, line)

    read_line = markdown_maths._read_line
    monkeypatch.setattr(markdown_maths, "_read_line", count)
    source = text * (12_000 // text.count("\n"))
    render_markdown(source)
    lines = source.count("\n")
    # Several rules of markdown ask of a line whether it begins a formula; before the bound it was 600 a line.
    assert lines <= read <= 12 * lines + MOST_READ_IN_VAIN


def test_a_formula_behind_many_unfinished_ones_still_stands_alone() -> None:
    text = "\\[a\n\n" * 3_000 + "$$\nx = 1\n- y\n$$"
    assert find_formulas(text) == [("$$\nx = 1\n- y\n$$", "maths display")]
