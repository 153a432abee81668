"""Markdown of untrusted text: no HTML, no images, no link that runs or phones home, no word that goes missing."""

import functools
import importlib
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup

from evalplatform.common.highlighting import CLASSES, split_code
from evalplatform.common.markdown_maths import BLOCK, INLINE, enable_maths, wrap_formula
from evalplatform.common.markdown_maths import CLASSES as MATHS_CLASSES

ALLOWED_TAGS = set(
    "a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li ol p pre s strong table tbody td th thead tr ul".split()  # noqa: SIM905 - reads better
)
ALLOWED_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
DEEPEST: Final = 20  # blocks within blocks; the parser drops what is nested deeper
MOST_FILLED_CELLS: Final = 2_000  # that the parser adds to a table's short rows
LARGEST_GROWTH, FREE_GROWTH = (
    20,
    20_000,
)  # HTML beyond so many times its text, and so many characters, is a bomb

_EMOJI = "\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff"
_JOINING = "\u0600-\u0dff\u0f00-\u109f\u1780-\u18af"  # scripts that are spelled with joiners
# Marks that reorder or hide text are shown as what they are; joiners and tags stay where script or emoji needs them.
INVISIBLE = re.compile(
    "\U0001f3f4\U000e0067\U000e0062[\U000e0061-\U000e007a]{3}\U000e007f"
    f"|(?<=[{_EMOJI}])\u200d(?=[{_EMOJI}])"
    f"|(?<=[{_JOINING}])[\u200c\u200d]"
    "|(?P<mark>[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f])"
)


def render_markdown(text: str) -> Markup:
    """Sanitised HTML of an untrusted text: HTML in it is shown as text, links are http(s) and carry no referrer.

    Single line breaks and indentation stay. Text that markdown would lose or blow up is shown as it was written.
    """
    source = reveal_invisible(text)
    parser = _parser()
    environment: dict[str, object] = {}
    tokens = parser.parse(source, environment)
    if is_too_deep(tokens):
        return _show_source(source)
    _reveal_tokens(tokens)
    html = parser.renderer.render(tokens, parser.options, environment)
    if len(html) > LARGEST_GROWTH * len(source) + FREE_GROWTH:
        return _show_source(source)
    return sanitise(html)


def sanitise(
    html: str, *, tags: Iterable[str] = (), attributes: Iterable[tuple[str, set[str]]] = ()
) -> Markup:
    """The rendered HTML of an untrusted text without anything that acts, beside `tags` and `attributes` of our own."""
    clean = nh3.clean(
        html,
        tags=ALLOWED_TAGS | {"span"} | set(tags),
        attributes=ALLOWED_ATTRIBUTES | dict(attributes),
        allowed_classes={"span": {*CLASSES, *MATHS_CLASSES}},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)  # noqa: S704 - sanitised by nh3 on the line above


def reveal_invisible(text: str) -> str:
    """Show direction marks, zero-width characters and tags as their code points."""
    return INVISIBLE.sub(spell_mark, text)


def spell_mark(found: re.Match[str]) -> str:
    """What stands for a match of `INVISIBLE`."""
    mark = found["mark"]
    return f"\u27e8U+{ord(mark):04X}\u27e9" if mark else found[0]


def is_too_deep(tokens: Iterable[Token]) -> bool:
    """Whether the parser may have dropped text for its nesting."""
    return any(token.nesting == 1 and token.level >= DEEPEST - 1 for token in tokens)


def build_parser() -> MarkdownIt:
    """A parser of untrusted text."""
    # A constant of the module: there is no option for it.
    importlib.import_module("markdown_it.rules_block.table").__dict__["MAX_AUTOCOMPLETED_CELLS"] = (
        MOST_FILLED_CELLS
    )
    parser = MarkdownIt(
        "commonmark", {"html": False, "linkify": False, "breaks": True, "maxNesting": DEEPEST}
    )
    parser.inline.ruler.at("newline", keep_indentation)
    parser.add_render_rule("fence", _render_fence)
    for kind in (INLINE, BLOCK):
        parser.add_render_rule(kind, _render_formula)
    enable_maths(parser)
    return parser.enable(["table", "strikethrough"]).disable("image")


_parser = functools.cache(build_parser)


def colour(kind: str, html: str) -> str:
    """HTML of a part of code of a class of `highlighting`; "" is none."""
    return f'<span class="{kind}">{html}</span>' if kind else html


def _render_fence(renderer: RendererHTML, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
    parts = split_code(tokens[idx].content, tokens[idx].info, env)
    return f"<pre><code>{''.join(colour(kind, escapeHtml(text)) for kind, text in parts)}</code></pre>\n"


def _render_formula(renderer: RendererHTML, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
    html = wrap_formula(tokens[idx].content, escapeHtml(tokens[idx].content))
    return f"<p>{html}</p>\n" if tokens[idx].type == BLOCK else html


def keep_indentation(state: StateInline, silent: bool) -> bool:
    """A line break and the spaces after it, which markdown would drop: code and verse live by them."""
    if state.src[state.pos] != "\n":
        return False
    end = state.pos + 1
    while end < state.posMax and state.src[end] in " \t":
        end += 1
    if not silent:
        start = state.pos + 1
        state.pending = state.pending.rstrip(" ")
        state.push("hardbreak", "br", 0)
        _append_indentation(state, start, end)
    state.pos = end
    return True


def _append_indentation(state: StateInline, start: int, end: int) -> None:
    column = 0
    for state.pos in range(start, end):
        width = 4 - column % 4 if state.src[state.pos] == "\t" else 1
        column += width
        for _ in range(width):
            state.append_pending("\u00a0")


def _reveal_tokens(tokens: Iterable[Token]) -> None:
    """Marks that were written as entities, `&#8203;` or `&shy;`, have come out by now."""
    for token in tokens:
        token.content = reveal_invisible(token.content)
        if "title" in token.attrs:
            token.attrs["title"] = reveal_invisible(str(token.attrs["title"]))
        _reveal_tokens(token.children or ())


def _show_source(source: str) -> Markup:
    return Markup("<pre>\n{}</pre>\n").format(source)
