"""What changed between two versions of a text, line by line and, within changed lines, word by word."""

import functools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORDS = re.compile(r"\s*\S+|\s+")
MOST_LINES = 1_000  # of either text; a longer one is shown as put in whole
MOST_WORDS = 2_000  # of a changed stretch; longer ones are shown as taken out and put in whole
# Pairs of equal lines, or words in all changed stretches: the time grows with these times the matches among them.
MOST_PAIRS = 50_000


class Change(StrEnum):
    """What became of a part of the text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of either text."""

    change: Change
    text: str


@functools.lru_cache(maxsize=64)
def compare_texts(old: str, new: str) -> tuple[Part, ...]:
    """Both texts in one: what is not `added` is the old text, what is not `removed` the new one.

    Where either is too long or too much of one piece to be compared, the new one alone, as `added`.
    Texts compared lately are remembered.
    By `difflib` (Ratcliff and Obershelp), without its guess that frequent lines are junk.
    """
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if max(len(before), len(after)) > MOST_LINES or _count_pairs(before, after) > MOST_PAIRS:
        return (Part(Change.ADDED, new),) if new else ()
    return tuple(_join(_compare_lines(before, after)))


def _compare_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Part]:
    left = MOST_PAIRS
    for taken, given in _match(before, after):
        old, new = "".join(taken), "".join(given)
        words = WORDS.findall(old), WORDS.findall(new)
        pairs = 0 if old == new else _count_pairs(*words)
        if old == new or not (old and new) or max(map(len, words)) > MOST_WORDS or pairs > left:
            yield from _tell(old, new)
        else:
            left -= pairs
            for lost, found in _match(*words):
                yield from _tell("".join(lost), "".join(found))


def _count_pairs(before: Sequence[str], after: Sequence[str]) -> int:
    times = Counter(after)
    return sum(times[piece] for piece in before)


def _match(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Stretches of both in turn, equal ones and what differs between them."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _, start, end, at, to in matcher.get_opcodes():
        yield before[start:end], after[at:to]


def _tell(old: str, new: str) -> Iterator[Part]:
    if old == new:
        yield Part(Change.SAME, old)
        return
    yield Part(Change.REMOVED, old)
    yield Part(Change.ADDED, new)


def _join(parts: Iterator[Part]) -> Iterator[Part]:
    """Without empty parts, and neighbours of one kind as one."""
    held: Part | None = None
    for part in parts:
        if not part.text:
            continue
        if held and held.change == part.change:
            held = Part(held.change, held.text + part.text)
            continue
        if held:
            yield held
        held = part
    if held:
        yield held
