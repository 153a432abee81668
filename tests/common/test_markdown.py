import pytest

from evalplatform.common.markdown import render_markdown

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "![tracker](https://tracker.invalid/pixel.png)",
    "<svg onload=alert(1)>",
    "<iframe src=https://evil.invalid></iframe>",
    "<form action=https://evil.invalid><input></form>",
    "<style>*{display:none}</style>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    '<a href="https://ok.invalid" onclick="alert(1)">x</a>',
    "[x](data:text/html,<script>alert(1)</script>)",
    "<details open ontoggle=alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(text: str) -> None:
    html = render_markdown(text).lower()

    for tag in ("<script", "<img", "<svg", "<iframe", "<form", "<style", "<math", "<details", "<input"):
        assert tag not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    assert "<a href" not in html or "onclick" not in html.split("<a href")[1].split(">")[0]


def test_html_is_shown_as_text() -> None:
    assert render_markdown("<b>5 < 6</b>") == "<p>&lt;b&gt;5 &lt; 6&lt;/b&gt;</p>\n"


def test_markdown_is_rendered() -> None:
    html = render_markdown("# T\n\n* a\n* **b**\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n`c`")

    for tag in ("<h1>", "<li>", "<strong>", "<table>", "<td>", "<code>"):
        assert tag in html


def test_links_carry_no_referrer() -> None:
    assert 'rel="noopener noreferrer nofollow"' in render_markdown("[x](https://ok.invalid)")


def test_marks_that_reorder_text_are_shown() -> None:
    assert "⟨U+202E⟩" in render_markdown("abc\u202edef")
