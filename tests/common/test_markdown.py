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


def test_line_breaks_and_indentation_stay() -> None:
    html = render_markdown("def add(numbers):\n    total = 0\n    return total")

    indent = "&nbsp;" * 4
    assert html == f"<p>def add(numbers):<br>\n{indent}total = 0<br>\n{indent}return total</p>\n"


@pytest.mark.parametrize(
    "text", ["> " * 25 + "deep", "- " * 25 + "deep", "".join(f"{'  ' * n}- x\n" for n in range(30)) + "deep"]
)
def test_what_is_nested_too_deep_is_shown_as_written(text: str) -> None:
    html = render_markdown(text)

    assert "deep" in html
    assert html.startswith("<pre>")


def test_a_deep_quote_within_the_limit_is_rendered() -> None:
    assert render_markdown("> " * 10 + "deep").count("<blockquote>") == 10


def test_a_table_cannot_be_blown_up() -> None:
    columns, rows = 400, 400
    text = "|" * columns + "\n" + "|-" * (columns - 1) + "|\n" + "a\n" * rows

    html = render_markdown(text)

    assert len(html) <= 20 * len(text) + 20_000
    assert html.count("a") >= rows


def test_a_text_that_grows_too_much_is_shown_as_written() -> None:
    text = "|" * 2_000 + "\n" + "|-" * 1_999 + "|\n" + "a<b\n"

    html = render_markdown(text)

    assert len(html) <= 20 * len(text) + 20_000


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a&#8203;b", "a⟨U+200B⟩b"),
        ("a&#x202E;b", "a⟨U+202E⟩b"),
        ("a&#X202e;b", "a⟨U+202E⟩b"),
        ("a&shy;b", "a⟨U+00AD⟩b"),
        ("a&zwj;b", "a⟨U+200D⟩b"),
        ("a\u00adb", "a⟨U+00AD⟩b"),
        ("a\u200cb", "a⟨U+200C⟩b"),
        ("a\u2063b", "a⟨U+2063⟩b"),
        ("a\U000e0041b", "a⟨U+E0041⟩b"),
        ("**a&#8203;b**", "<strong>a⟨U+200B⟩b</strong>"),
        ("`a&#8203;b`", "<code>a&amp;#8203;b</code>"),
        ("`a\u200bb`", "<code>a⟨U+200B⟩b</code>"),
    ],
)
def test_hidden_marks_are_shown_however_they_are_written(text: str, shown: str) -> None:
    assert render_markdown(text) == f"<p>{shown}</p>\n"


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",  # a family
        "\u2764\ufe0f\u200d\U0001f525",  # a heart on fire
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # the flag of England
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian
        "\u0915\u094d\u200d\u0937",  # Hindi
    ],
)
def test_emoji_and_scripts_keep_their_joiners(text: str) -> None:
    assert render_markdown(text) == f"<p>{text}</p>\n"
