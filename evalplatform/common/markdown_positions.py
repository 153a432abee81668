"""Markdown as `render_markdown` shows it, where every run of characters says which part of the source it stands for.

A run is `<span data-at="12">…</span>`: its characters are the source's from the 12th on, one for one. With `data-to`
the run is indivisible, and stands for the source's characters from `data-at` to before `data-to`: an entity, an escaped
character, a mark that was made visible. Offsets count code points.
"""

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.parser_inline import ParserInline
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_inline import StateInline, autolink, backtick, emphasis, entity, escape, strikethrough
from markdown_it.token import Token
from markupsafe import Markup

from evalplatform.common.highlighting import split_code
from evalplatform.common.markdown import (
    FREE_GROWTH,
    INVISIBLE,
    LARGEST_GROWTH,
    build_parser,
    colour,
    is_too_deep,
    reveal_invisible,
    sanitise,
    spell_mark,
)
from evalplatform.common.markdown_lines import Lines, Origin
from evalplatform.common.markdown_maths import BLOCK, INLINE, read_inline, wrap_formula
from evalplatform.common.traced import Traced

InlineRule = Callable[[StateInline, bool], bool]
# Of tokens: the origin of each character, and where the first line begins.
ORIGINS, FIRST = "origins", "first"
_BREAKS, _NULL, _RUN = re.compile("\r\n?"), re.compile("\0"), re.compile("<span data-at[^>]*>")
LOCATED = {"text", "text_special", "code_inline", INLINE}


def render_with_positions(text: str) -> Markup:
    """The HTML of `render_markdown` with the position of every character that comes from the text."""
    source = _normalise(text)
    parser = _parser()
    environment: dict[str, object] = {}
    tokens = parser.parse(source.text, environment)
    if is_too_deep(tokens):
        return _show_source(source)
    _reveal_titles(tokens)
    _locate_blocks(tokens, source.text)
    html = parser.renderer.render(tokens, parser.options, {"source": source})
    if _size_without_positions(html) > LARGEST_GROWTH * len(source.text) + FREE_GROWTH:
        return _show_source(source)
    return _sanitise(html)


def _size_without_positions(html: str) -> int:
    return len(html) - sum(len(tag) + len("</span>") for tag in _RUN.findall(html))


def spell_with_positions(text: str) -> Markup:
    """The text as it was written, hidden marks shown, with the positions of its characters."""
    return _sanitise(_spell(_normalise(text)))


def _normalise(text: str) -> Traced:
    """What is read and shown: hidden marks shown, one kind of line break, no NUL."""
    revealed = Traced.of(text).sub(INVISIBLE, spell_mark)
    return revealed.sub(_BREAKS, lambda _: "\n").sub(_NULL, lambda _: "\N{REPLACEMENT CHARACTER}")


def _show_source(source: Traced) -> Markup:
    return Markup("<pre>\n{}</pre>\n").format(_sanitise(_spell(source)))


def _sanitise(html: str) -> Markup:
    return sanitise(html, tags={"span"}, attributes=[("span", {"data-at", "data-to"})])


def _spell(text: Traced) -> str:
    """HTML of a text, run by run."""
    return "".join(
        f'<span data-at="{start}"{f" data-to={chr(34)}{end}{chr(34)}" if end else ""}>{escapeHtml(run)}</span>'
        for run, start, end in _list_runs(text)
    )


def _list_runs(text: Traced) -> Iterator[tuple[str, int, int | None]]:
    """Text, where it begins in the source, and where it ends there if it cannot be divided."""
    place = 0
    while place < len(text.text):
        end = place + 1
        start, stop = text.starts[place], text.ends[place]
        while end < len(text.text) and text.starts[end] == start and text.ends[end] == stop:
            end += 1
        if end > place + 1 or stop != start + 1:
            yield text.text[place:end], start, stop
            place = end
            continue
        while end < len(text.text) and _follows(text, end, start + end - place):
            end += 1
        yield text.text[place:end], start, None
        place = end


def _follows(text: Traced, place: int, at: int) -> bool:
    """Whether a character stands for the one source character `at`, and no other one does."""
    alone = place + 1 == len(text.text) or text.starts[place + 1] != at
    return text.starts[place] == at and text.ends[place] == at + 1 and alone


class _InlineState(StateInline):
    """Knows where pending text came from."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._origins: list[Origin] = []

    def append_pending(self, text: str) -> None:
        super().append_pending(text)
        self._origins += [(place, place + 1) for place in range(self.pos, self.pos + len(text))]

    def push(self, *arguments: Any) -> Token:
        if not self.pending:
            self._origins = []  # of spaces before a line break, which were taken back
        return super().push(*arguments)

    def pushPending(self) -> Token:  # noqa: N802 - the parser's name
        token = super().pushPending()
        token.meta[ORIGINS] = self._origins[: len(token.content)]
        self._origins = []
        return token


class _InlineParser(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = _InlineState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _Renderer(RendererHTML):
    """Every character that comes from the text stands in a run with its position."""

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return _spell_token(tokens[idx], env["source"])

    text_special = text

    def code_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<code>{_spell_token(tokens[idx], env['source'])}</code>"

    def maths_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return wrap_formula(tokens[idx].content, _spell_token(tokens[idx], env["source"]))

    def maths_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<p>{self.maths_inline(tokens, idx, options, env)}</p>\n"

    def code_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<pre><code>{_spell_token(tokens[idx], env['source'])}</code></pre>\n"

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token, origins, at = tokens[idx], tokens[idx].meta.get(ORIGINS, []), 0
        html = ""
        for kind, part in split_code(token.content, token.info, env):
            html += colour(kind, _spell_part(part, origins[at : at + len(part)], env["source"]))
            at += len(part)
        return f"<pre><code>{html}</code></pre>\n"


@functools.cache
def _parser() -> MarkdownIt:
    parser = build_parser()
    inline = _InlineParser()
    inline.ruler, inline.ruler2 = parser.inline.ruler, parser.inline.ruler2
    parser.inline = inline
    rules: dict[str, InlineRule] = {
        "escape": escape,
        "backticks": backtick,
        "strikethrough": strikethrough.tokenize,
        "emphasis": emphasis.tokenize,
        "autolink": autolink,
        "entity": entity,
        INLINE: read_inline,
    }
    for name, rule in rules.items():
        inline.ruler.at(name, _locate_tokens_of(rule))
    # Neighbouring texts stay apart: each knows its own place.
    inline.ruler2.disable("fragments_join")
    parser.core.ruler.disable("text_join")
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.renderer = _Renderer(parser)
    return parser


def _locate_tokens_of(rule: InlineRule) -> InlineRule:
    def locate(state: StateInline, silent: bool) -> bool:
        start, first = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            place = start
            for token in state.tokens[first:]:
                if token.type in LOCATED and ORIGINS not in token.meta:
                    token.meta[ORIGINS] = _locate_token(token, state.src, start, place, state.pos)
                    place += len(token.content)
        return True

    return locate


def _locate_token(token: Token, src: str, start: int, place: int, end: int) -> list[Origin]:
    """Origins of what a rule that read `src[start:end]` has made of it; earlier tokens of it took up to `place`."""
    content = token.content
    if token.type == "code_inline":
        inner = start + len(token.markup)
        padding = end - len(token.markup) - inner - len(content)
        return [(at, at + 1) for at in range(inner + padding // 2, inner + padding // 2 + len(content))]
    if src[place] == "<":
        place += 1
    if not token.info and src.startswith(content, place):
        return [(at, at + 1) for at in range(place, place + len(content))]
    if token.info == "escape" and len(content) == end - start:
        return [(at, at + 1) for at in range(start, end)]
    return [(start, end)] * len(content)


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    first = len(state.tokens)
    found: bool = table(state, start, end, silent)
    for token in state.tokens[first:]:
        if token.type == "inline" and token.map:
            line = token.map[0]
            token.meta[FIRST] = state.bMarks[line] + state.tShift[line]
    return found


def _locate_blocks(tokens: Sequence[Token], text: str) -> None:
    """Turn origins within a block's content into origins within the text."""
    lines = Lines(text)
    for opener, token in zip([None, *tokens], tokens, strict=False):
        if token.type in ("fence", "code_block", BLOCK) and token.map:
            first = token.map[0] + (token.type == "fence")
            token.meta[ORIGINS] = lines.locate(token.content, first)
        elif token.type == "inline" and token.map and opener:
            places = _locate_inline(token, opener, lines)
            for child in token.children or ():
                if ORIGINS in child.meta:
                    child.meta[ORIGINS] = [
                        (places[start][0], places[end - 1][1]) for start, end in child.meta[ORIGINS]
                    ]


def _locate_inline(token: Token, opener: Token, lines: Lines) -> list[Origin]:
    first = token.map[0] if token.map else 0
    if opener.type in ("th_open", "td_open"):
        return lines.locate_cell(token.content, first, token.meta[FIRST])
    if opener.type == "heading_open" and opener.markup.startswith("#"):
        return lines.locate_heading(token.content, first)
    return lines.locate(token.content, first)


def _spell_token(token: Token, source: Traced) -> str:
    return _spell_part(token.content, token.meta.get(ORIGINS, []), source)


def _spell_part(content: str, origins: list[Origin], source: Traced) -> str:
    known, added = content[: len(origins)], content[len(origins) :]  # a last line break may be new
    starts = [source.starts[start] for start, _ in origins[: len(known)]]
    ends = [source.ends[end - 1] for _, end in origins[: len(known)]]
    return _spell(Traced(source.source, known, starts, ends).sub(INVISIBLE, spell_mark)) + escapeHtml(added)


def _reveal_titles(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if "title" in token.attrs:
            token.attrs["title"] = reveal_invisible(str(token.attrs["title"]))
        _reveal_titles(token.children or ())
