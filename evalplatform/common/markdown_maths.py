r"""Formulas in markdown: `$x$`, `$$x$$`, `\(x\)` and `\[x\]` reach the page letter by letter, untouched by markdown.

A formula is `<span class="maths">` (with `display` where it stands alone) around its source with its marks; the page
typesets it, and shows the source where it cannot.
"""

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

LONGEST: Final = 2_000  # characters of a formula; what is longer is text
CLASSES: Final = ("maths", "display")
MOST_READ_IN_VAIN: Final = 10_000  # lines of a text; formulas of several lines behind them are text
VAIN: Final = "maths_read_in_vain"
INLINE, BLOCK = "maths_inline", "maths_block"
_CLOSERS: Final = {"$$": "$$", "\\(": "\\)", "\\[": "\\]"}
_DISPLAYED: Final = ("$$", "\\[")
_INTERRUPTED: Final[RuleOptionsType] = {"alt": ["paragraph", "reference", "blockquote", "list"]}
# What tells a formula from sums of money between two single dollars: a mark of TeX, or no word in it.
_TEX, _WORD = re.compile(r"[\\^_={}<>]"), re.compile(r"[^\W\d_]{2,}")


def enable_maths(parser: MarkdownIt) -> MarkdownIt:
    """Let a parser keep formulas whole: tokens `maths_inline` and `maths_block`, the whole source as their content."""
    parser.inline.ruler.before("escape", INLINE, read_inline)
    parser.block.ruler.before("fence", BLOCK, _read_block, _INTERRUPTED)
    return parser


def is_displayed(source: str) -> bool:
    """Whether a formula stands alone on its line."""
    return source.startswith(_DISPLAYED)


def wrap_formula(source: str, html: str) -> str:
    """HTML of a formula; `html` is its source, escaped."""
    return f'<span class="maths{" display" if is_displayed(source) else ""}">{html}</span>'


def read_inline(state: StateInline, silent: bool) -> bool:
    """A rule of the parser: a formula within a line or a paragraph."""
    if state.src[state.pos] not in "$\\":
        return False
    end = _find_end(state.src, state.pos, state.posMax)
    if not end:
        return False
    if not silent:
        state.push(INLINE, "", 0).content = state.src[state.pos : end]
    state.pos = end
    return True


def _find_end(src: str, start: int, most: int) -> int:
    """Where the formula that begins at `start` ends; 0 where none does."""
    mark = src[start : start + 2]
    if mark not in _CLOSERS:
        return _find_dollar(src, start, most) if mark[:1] == "$" else 0
    close = src.find(_CLOSERS[mark], start + 2, min(most, start + LONGEST))
    return close + 2 if close > 0 and src[start + 2 : close].strip() else 0


def _find_dollar(src: str, start: int, most: int) -> int:
    """The end of `$x$`: no blank inside its dollars, and neither a digit nor a letter behind."""
    close = src.find("$", start + 1, min(most, start + LONGEST))
    inner = src[start + 1 : close] if close > 0 else ""
    if not inner or inner != inner.strip() or inner.endswith("\\") or src[close + 1 : close + 2].isalnum():
        return 0
    return close + 1 if _TEX.search(inner) or not _WORD.search(inner) else 0


def _read_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A formula on lines of its own, which markdown would take for a list, a title or code."""
    if state.is_code_block(start):
        return False
    mark = _read_line(state, start)[:2]
    if mark not in _DISPLAYED:
        return False
    last = _find_last_line(state, start, end, _CLOSERS[mark])
    if last is None:
        return False
    if not silent:
        token = state.push(BLOCK, "", 0)
        token.content = state.getLines(start, last + 1, state.blkIndent, False).strip()
        token.map = [start, last + 1]
        state.line = last + 1
    return True


def _find_last_line(state: StateBlock, start: int, end: int, close: str) -> int | None:
    """The line with the end of the formula that begins at `start`; none where it does not end on its own.

    What markdown asks of a line it asks of every line, and a text may begin a formula on each that ends nowhere: lines
    read in vain are counted in the text's environment, and once they are too many no more are read.
    """
    if state.env.get(VAIN, 0) > MOST_READ_IN_VAIN:
        return None
    size, line = 0, start
    for line in range(start, end):
        text = _read_line(state, line)
        size += len(text) + 1
        if size > LONGEST or not text or state.sCount[line] < state.blkIndent:
            break
        inner = text[2:] if line == start else text
        if close in inner:
            if inner.index(close) == len(inner) - len(close) and (line > start or inner != close):
                return line
            break
    state.env[VAIN] = state.env.get(VAIN, 0) + line - start
    return None


def _read_line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()
