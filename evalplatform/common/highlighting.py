"""Colours of code in untrusted texts: which part of it is a keyword, a text, a number, a name or a remark."""

import functools
import re
import time
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, String, _TokenType

# Of fenced code, by the first word after the fence. Others are shown without colours.
LANGUAGES: Final = {
    "bash": "bash", "c": "c", "c++": "cpp", "cpp": "cpp", "csharp": "csharp", "css": "css", "go": "go", "java": "java",
    "javascript": "javascript", "js": "javascript", "json": "json", "kotlin": "kotlin", "php": "php", "py": "python",
    "python": "python", "python3": "python", "r": "r", "ruby": "ruby", "rust": "rust", "sh": "bash", "shell": "bash",
    "sql": "sql", "ts": "typescript", "typescript": "typescript", "yaml": "yaml", "yml": "yaml",
}  # fmt: skip
KINDS: Final = (
    (Comment, "code-remark"),
    (Keyword, "code-keyword"),
    (String, "code-text"),
    (Number, "code-number"),
    (Name.Function, "code-name"),
    (Name.Class, "code-name"),
    (Name.Tag, "code-name"),
    (Name.Decorator, "code-name"),
)
CLASSES: Final = frozenset(name for _, name in KINDS)
LONGEST_CODE: Final = 5_000  # characters of a block that is coloured
# Of languages whose lexer tries an expression on a function's whole head, at worst cubic in its length.
LONGEST_OF: Final = {"c": 2_000, "cpp": 2_000}
LONGEST_BLANK: Final = (
    50  # spaces or line ends in a row: beyond, single tokens of the same lexers take seconds
)
BLANK: Final = re.compile(rf"\s{{{LONGEST_BLANK + 1}}}")
MOST_WORK: Final = 0.1  # seconds of the processor for one text: some lexers are slow on text that is made so
SPENT: Final = "seconds spent on colours"
Part = tuple[str, str]  # its class, "" for none; its characters


def split_code(code: str, language: str, environment: dict[str, object]) -> list[Part]:
    """Parts of a block of fenced code, which together are `code` to the letter.

    One part without a class where the language is not known, the block is long or it holds a long blank.
    `environment` is of one text, and remembers its share of work: what is left when that is used up has no class.
    """
    words = language.split()
    name = LANGUAGES.get(words[0].lower()) if words else None
    if name is None or not _can_read(code, name) or _count_spent(environment) > MOST_WORK:
        return [("", code)]
    read = groupby(_read_code(code, name, environment), lambda part: part[0])
    parts = [(kind, "".join(text for _, text in group)) for kind, group in read]
    return parts if "".join(text for _, text in parts) == code else [("", code)]


def _can_read(code: str, name: str) -> bool:
    """Whether no token can take long: the clock is read between tokens only."""
    return len(code) <= LONGEST_OF.get(name, LONGEST_CODE) and not BLANK.search(code)


def _count_spent(environment: dict[str, object]) -> float:
    return float(str(environment.get(SPENT, 0.0)))


def _read_code(code: str, name: str, environment: dict[str, object]) -> Iterator[Part]:
    lexer = _lexer(name)  # made once, before the clock runs: that takes longer than a text may
    begun = time.thread_time() - _count_spent(environment)
    for place, token, text in lexer.get_tokens_unprocessed(code):
        environment[SPENT] = spent = time.thread_time() - begun
        if spent > MOST_WORK:
            yield "", code[place:]
            return
        yield _find_class(token), text


@functools.cache
def _lexer(name: str) -> Lexer:
    return get_lexer_by_name(name)


@functools.cache
def _find_class(token: _TokenType) -> str:
    return next((name for kind, name in KINDS if token in kind), "")
