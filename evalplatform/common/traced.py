"""A text made from another one, each of whose characters knows which part of the other it stands for."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Traced:
    """`text[i]` stands for the source's characters from `starts[i]` to before `ends[i]`; both lists never decrease."""

    source: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, text: str) -> Self:
        """A text that is its own source."""
        return cls(text, text, range(len(text)), range(1, len(text) + 1))

    def sub(self, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> Self:
        """Like `pattern.sub`: every character of a replacement stands for all that was replaced."""
        parts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for found in pattern.finditer(self.text):
            new = replace(found)
            if new == found[0]:
                continue
            parts += [self.text[done : found.start()], new]
            starts += [*self.starts[done : found.start()], *[self.starts[found.start()]] * len(new)]
            ends += [*self.ends[done : found.start()], *[self.ends[found.end() - 1]] * len(new)]
            done = found.end()
        if not done:
            return self
        parts.append(self.text[done:])
        return type(self)(
            self.source, "".join(parts), [*starts, *self.starts[done:]], [*ends, *self.ends[done:]]
        )

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """The part of the source that `text[start:end]` stands for; `start < end`, both within the text."""
        return self.starts[start], self.ends[end - 1]

    def from_source(self, start: int, end: int) -> tuple[int, int]:
        """The smallest part of the text that stands for all of the source's `[start, end)` that is left in it.

        Both ends are equal where nothing is left.
        """
        first = bisect_right(self.ends, start)
        return first, max(first, bisect_left(self.starts, end))
