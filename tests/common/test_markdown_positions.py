"""Every character that is shown of a text knows where it came from."""

import re
from html import unescape
from html.parser import HTMLParser

from hypothesis import example, given
from hypothesis import strategies as st

from evalplatform.common.markdown import render_markdown, reveal_invisible
from evalplatform.common.markdown_positions import render_with_positions, spell_with_positions

RUN = re.compile(r'<span data-at="\d+"(?: data-to="\d+")?>|</span>')
PIECES = st.sampled_from(
    [
        *"ab \n\t*_~`|\\#>-+1.[]()&;<!$é\u200b\u00ad\U0001f600\r",
        "\n\n", "    ", "**", "~~", "```\n", "- ", "> ", "1. ", "# ", " #", "| a | b |\n|---|---|\n", "| \\| |\n",
        "&amp;", "&#8203;", "&copy;", "&NotEqualTilde;", "<https://a.invalid/%20x>", "[x](http://a.invalid 't')",
        "\\*", "\\\n", "``", "\n===\n",
        "[r]: http://a.invalid\n", "[r]", "word", "<b>", "$x^2$",
        "$$", "\\(", "\\)", "\n\\[", "\\]\n", "\n$$\n", "`` ` ``", "\t\t", " \n", "  \n   ",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=25).map("".join)


class Runs(HTMLParser):
    """Runs of a rendered text: what they show, where they begin and, if they cannot be divided, end."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[tuple[str, int, int | None]] = []
        self.bare = ""
        self.open: tuple[int, int | None] | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "span" and "data-at" in held:  # a formula is a span around runs
            end = held.get("data-to")
            self.open = int(held["data-at"] or ""), int(end) if end else None

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self.open = None

    def handle_data(self, data: str) -> None:
        if self.open:
            self.runs.append((data, *self.open))
        else:
            self.bare += data


def check(text: str) -> None:
    html = str(render_with_positions(text))
    assert RUN.sub("", html) == RUN.sub("", str(render_markdown(text)))
    found = Runs(html)
    assert found.bare.strip() == ""
    for shown, start, end in found.runs:
        if end is None:
            own = text[start : start + len(shown)]
            # A mark that was made visible may begin a run: a backslash before it takes its first character.
            marked = "".join(reveal_invisible(character)[0] for character in own)
            assert even(shown) in (even(own), even(marked))
        else:
            assert even(shown) in spellings(text[start:end])


def even(text: str) -> str:
    """Blanks of any kind as one, and NUL as what stands for it."""
    return re.sub(r"\s", " ", text).replace("\0", "\ufffd")


def spellings(part: str) -> set[str]:
    """What an indivisible part of a source may be shown as."""
    if part.isspace():
        return {" " * width for width in range(1, 5)}
    rendered = unescape(re.sub("<[^>]*>", "", str(render_markdown(part)).strip()))
    revealed = even(reveal_invisible(part))
    return {even(rendered), revealed, revealed[1:]}


@given(TEXTS)
@example("a\tb\n\tc")
@example("> | a \\| b | **c** |\n> |---|---|\n> | > | d |")
@example("# # #")
@example("a $x_1$ \\(b*c*\\)\n$$\n- y\n$$\n> \\[\n> a\n> \\]")
@example("- a\n\n\tcode\n\t\tmore")
def test_every_character_shown_maps_back_to_the_source(text: str) -> None:
    check(text)


def test_an_entity_and_an_escaped_character_are_indivisible() -> None:
    assert Runs(str(render_with_positions("a &amp; \\*"))).runs == [
        ("a ", 0, None),
        ("&", 2, 7),
        (" ", 7, None),
        ("*", 8, 10),
    ]


@given(TEXTS)
def test_a_text_as_written_maps_back_too(text: str) -> None:
    found = Runs(str(spell_with_positions(text)))
    assert "".join(shown for shown, _, _ in found.runs) == re.sub("\r\n?", "\n", reveal_invisible(text))
