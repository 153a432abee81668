"""Marked passages: checked against what was shown, kept against the stored text, and back.

Shown and stored texts differ where names were masked; offsets count code points in both.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any  # a passage is JSON

from annotations.domain.reading.legal import Illegal, clean_text
from annotations.domain.showing.material import trace_reply
from annotations.models import Criterion, Task
from annotations.queries.mark_places import is_placed, read_turn
from evalplatform.common.traced import Traced

Span = dict[str, Any]
MOST_SPANS = 500
LONGEST_WORD = 200
FIELDS = ("start", "end", "turn", "category", "severity")
CHOSEN = {
    "category": "categories",
    "severity": "severities",
}  # what is chosen, and the option that lists the choices


class ShownTexts:
    """The rated texts of a task, read when the first passage needs them."""

    def __init__(self, task: Task) -> None:
        self._task = task

    @cached_property
    def by_turn(self) -> Mapping[int | None, Traced]:
        return trace_reply(self._task)


def list_choices(entries: Iterable[Any]) -> list[str]:
    """Values of an option's entries, each a word or `{value, labels}`."""
    return [entry["value"] if isinstance(entry, Mapping) else entry for entry in entries]


def read_spans(value: Any, *, criterion: Criterion, texts: ShownTexts) -> list[Span]:
    """Passages with offsets in what was shown, turned into ones of the stored text. Raises Illegal.

    None is an answer: nothing is wrong. `text` is added, as the stored text has it.
    """
    if not isinstance(value, list) or not all(isinstance(span, dict) for span in value):
        raise Illegal("must be a list of marked passages")
    if len(value) > MOST_SPANS:
        raise Illegal(f"more than {MOST_SPANS} passages")
    spans = [_read_span(span, criterion, texts) for span in value]
    if any(span in spans[:place] for place, span in enumerate(spans)):
        raise Illegal("a passage is marked twice in the same way")
    return sorted(spans, key=_order)


def show_spans(spans: Sequence[Span], *, texts: ShownTexts) -> list[Span]:
    """Stored passages with offsets in what is shown, without what the stored text says there.

    Imported ones may have no offsets, or impossible ones: they have their place where their words stand once, else the
    words alone.
    """
    return [_show_span(span, texts) for span in spans]


def _read_span(span: Span, criterion: Criterion, texts: ShownTexts) -> Span:
    if unknown := set(span) - {*FIELDS}:
        raise Illegal(f"no such field of a passage: {', '.join(sorted(unknown))}")
    turn, text = span.get("turn"), None
    if turn is None or type(turn) is int:
        text = texts.by_turn.get(turn)
    if text is None:
        raise Illegal("a passage names the turn that it stands in, where several are rated, and no other")
    start, end = span.get("start"), span.get("end")
    if not (type(start) is int and type(end) is int and 0 <= start < end <= len(text.text)):
        raise Illegal("a passage needs whole numbers start < end within the text")
    start, end = text.to_source(start, end)
    where = {"start": start, "end": end} | ({"turn": turn} if turn else {})
    return where | _read_choices(span, criterion) | {"text": text.source[start:end]}


def _read_choices(span: Span, criterion: Criterion) -> Span:
    found: Span = {}
    for field, option in CHOSEN.items():
        listed = list_choices(criterion.options.get(option) or ())
        word = span.get(field)
        if listed and word not in listed:
            raise Illegal(f"{field} of a passage must be one of {', '.join(listed)}")
        if word is not None:
            found[field] = clean_text(word, what=f"{field} of a passage", longest=LONGEST_WORD)
    return found


def _show_span(span: Span, texts: ShownTexts) -> Span:
    known = FIELDS if is_placed(span) else tuple(CHOSEN)
    shown = {field: span[field] for field in known if field in span}
    if turn := read_turn(span):
        shown["turn"] = turn
    text = texts.by_turn.get(turn)
    if text is not None and "start" in shown:
        shown["start"], shown["end"] = text.from_source(shown["start"], shown["end"])
    elif text is not None and (words := span.get("text")) and (found := text.text.count(words)):
        shown |= _place(text.text, words) if found == 1 else {"text": words}
    return shown


def _place(text: str, words: str) -> Span:
    return {"start": (start := text.index(words)), "end": start + len(words)}


def _order(span: Span) -> tuple[int, int, int, str, str]:
    return (
        span.get("turn") or 0, span["start"], span["end"], span.get("category", ""), span.get("severity", ""),
    )  # fmt: skip
