"""Markdown of untrusted text: no HTML, no images, no link that runs or phones home."""

import functools

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

ALLOWED_TAGS = set(
    "a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li ol p pre s strong table tbody td th thead tr ul".split()  # noqa: SIM905 - reads better
)
# Marks that reorder or hide text: shown as what they are, so that nothing reads other than it is stored.
INVISIBLE = {
    ord(character): f"\u27e8U+{ord(character):04X}\u27e9"
    for character in "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
}


@functools.cache
def _parser() -> MarkdownIt:
    return (
        MarkdownIt("commonmark", {"html": False, "linkify": False})
        .enable(["table", "strikethrough"])
        .disable("image")
    )


def render_markdown(text: str) -> Markup:
    """Sanitised HTML of an untrusted text: HTML in it is shown as text, links are http(s) and carry no referrer."""
    html = _parser().render(reveal_invisible(text))
    clean = nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)  # noqa: S704 - sanitised by nh3 on the line above


def reveal_invisible(text: str) -> str:
    """Show direction marks and zero-width characters as their code points."""
    return text.translate(INVISIBLE)
