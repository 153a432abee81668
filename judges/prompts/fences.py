"""Fences around untrusted text: marks that it cannot hold, nothing in it that only a model sees, none left outside.

A fence tells a model what is data; it does not make the model heed it. No fence is a security boundary.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar  # values are JSON

T = TypeVar("T", str, list[Any], dict[str, Any])

# Characters that people do not see and models read: zero-width, turns of direction, tags, invisible operators, fillers.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
)
# Joiners and variation selectors belong to scripts and emoji one by one; in a row they carry something else.
IN_A_ROW = re.compile("[\u200c\u200d\ufe00-\ufe0f]{3,}")
EITHER = re.compile(f"[{INVISIBLE.pattern[1:-1]}{IN_A_ROW.pattern[1:-5]}]")


@dataclass(frozen=True, slots=True)
class Stray:
    """Untrusted text that a prompt shows outside of its fences."""

    words: str
    line: int


def show_invisible(text: str) -> str:
    """The text with characters that nobody sees as `[U+200B]`, so that a model sees no more than a person."""
    if text.isascii() or not EITHER.search(text):
        return text
    return IN_A_ROW.sub(_spell, INVISIBLE.sub(_spell, text))


def _spell(match: re.Match[str]) -> str:
    return "".join(f"[U+{ord(character):04X}]" for character in match[0])


def show_invisible_in(value: T) -> T:
    """The same in every text of lists and objects."""
    if isinstance(value, str):
        return show_invisible(value)
    if isinstance(value, list):
        return [show_invisible_in(part) for part in value]
    if isinstance(value, dict):
        return {name: show_invisible_in(part) for name, part in value.items()}
    return value


def keep_apart(nonce: str, value: Any) -> str:
    """The nonce, or the first of its successors that no text in `value` holds.

    A nonce is drawn after the material was written, so this matters only where a text has seen it: a reply of the
    model's own, or material that was taken from a prompt.
    """
    texts = [text.lower() for text in list_texts(value)]
    while any(nonce in text for text in texts):
        nonce = hashlib.blake2b(nonce.encode(), digest_size=8).hexdigest()
    return nonce


def list_texts(value: Any) -> list[str]:
    """Every text in lists and objects, in their order."""
    found: list[str] = []
    _collect(value, found)
    return found


def _collect(value: Any, found: list[str]) -> None:
    """No generator: for every call all texts are looked at, and a step of a generator costs more than the look."""
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, dict):
        for part in value.values():
            _collect(part, found)
    elif isinstance(value, list | tuple):
        for part in value:
            _collect(part, found)


def find_strays(prompt: str, *, nonce: str, words: Iterable[str]) -> list[Stray]:
    """Which of the words stand outside of the fences of this nonce, and on which line of the prompt."""
    sought, strays, is_inside = list(words), [], False
    for number, line in enumerate(prompt.splitlines(), 1):
        if line == f"<</{nonce}>>":
            is_inside = False
        elif line.startswith(f"<<{nonce} ") and line.endswith(">>") and not is_inside:
            is_inside = True
        elif not is_inside:
            strays += [Stray(each, number) for each in sought if each in line]
    return strays
