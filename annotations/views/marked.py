"""Marked passages in words: what stands there and what is wrong with it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any  # a passage is JSON

from django.utils.translation import gettext as _

from annotations.domain.reading.spans import ShownTexts, Span
from annotations.queries.mark_places import is_placed, read_turn
from annotations.views.fields import Field
from annotations.views.marking import OTHER_RANK

LONGEST_QUOTE = 120  # letters of a passage in a list
LONGEST_IN_LINE = 40  # letters of a passage within a sentence
PARTS = (("category", "categories"), ("severity", "severities"))  # of a mark, and the lists that word them


@dataclass(frozen=True, slots=True)
class Mark:
    """One marked passage.

    `value` is its JSON as an answer holds it, empty where it holds no known part of the text; `about` its category and
    severity in the page's language; `rank` 1 to 3, how grave it is painted.
    """

    value: str
    quote: str
    about: str
    turn: int | None
    rank: int

    def __str__(self) -> str:
        quote = _cut(self.quote, LONGEST_IN_LINE)
        words = {"quote": quote, "about": self.about}
        return _("“%(quote)s” (%(about)s)") % words if self.about else _("“%(quote)s”") % words


def describe_marks(spans: Iterable[Span], *, field: Field, texts: ShownTexts) -> tuple[Mark, ...]:
    """The marks of an answer, in the terms of what is shown, in their order."""
    words = json.loads(field.spans)
    return tuple(_describe(span, words, texts) for span in spans)


def write_marks(marks: Iterable[Mark]) -> str:
    """Marks as one line; without any, that nothing is wrong."""
    return "; ".join(map(str, marks)) or _("No error")


def holds_text(span: Span) -> bool:
    """Whether its place is known and is more than a point, as that of an imported omission is."""
    return is_placed(span) and span["start"] < span["end"]


def _describe(span: Span, words: Mapping[str, Any], texts: ShownTexts) -> Mark:
    turn = read_turn(span)
    text = texts.by_turn.get(turn)
    quote = text.text[span["start"] : span["end"]] if text and is_placed(span) else ""
    quote = quote or str(span.get("text") or "…")
    named = [_name(words[options], span.get(part)) for part, options in PARTS]
    return Mark(
        value=json.dumps(span, ensure_ascii=False, sort_keys=True) if holds_text(span) else "",
        quote=_cut(" ".join(quote.split()), LONGEST_QUOTE),
        about=" · ".join(filter(None, named)),
        turn=turn,
        rank=next(
            (each["rank"] for each in words["severities"] if each["value"] == span.get("severity")),
            OTHER_RANK,
        ),
    )


def _name(options: Iterable[Mapping[str, Any]], value: str | None) -> str:
    return next((option["label"] for option in options if option["value"] == value), value or "")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
