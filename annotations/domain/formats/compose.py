"""The JSON line that the ledger's columns give, and how a line that came in differs from it.

Import stores the difference, export puts it back: so the same line comes out, down to 4.0 against 4
and a null key against no key.
"""

from typing import Any, Protocol  # any JSON value

from annotations.domain.formats.needs import LANGUAGE, SKILLS, Needs
from annotations.domain.showing.presentation import turn_preference
from evalplatform.agreement.orderings import invert_order, parse_ranking, renumber, spell_ranking
from evalplatform.common.hashing import canonical_json

Line = dict[str, Any]
MISSING = object()


class ItemContent(Protocol):
    """An item, stored or just read."""

    key: str
    prompt: str | None
    turns: Any
    context: str
    reference: Any
    language: str
    attributes: Any


def compose_item(item: ItemContent, needs: Needs) -> Line:
    """The line of an item; optional keys stand only where they hold something."""
    optional = {
        "turns": item.turns,
        "context": item.context or None,
        "reference": item.reference,
        "language": item.language or None,
        LANGUAGE: needs.language or None,
        SKILLS: list(needs.skills) or None,
        "meta": item.attributes or None,
    }
    return {"item_id": item.key, "prompt": item.prompt, **_without_nulls(optional)}


def compose_generation(
    *, item: str, system: str, text: str | None, turns: list[str | None] | None, meta: Line
) -> Line:
    """The line of a generation."""
    return {
        "item_id": item,
        "system": system,
        "text": text,
        **_without_nulls({"turns": turns, "meta": meta or None}),
    }


def compose_rating(
    *,
    item: str,
    rater: str,
    rater_kind: str,
    task: str,
    criterion: str,
    systems: list[str],
    value: Any,
    absent: str | None,
    turn: int | None,
    rationale: str | None,
    confidence: float | None,
    seconds: float | None,
    meta: Line | None,
) -> Line:
    """The line of a rating; `systems` and `value` in the order that was shown.

    `absent` is given where the layout does not say already why a value is null.
    """
    line: Line = {
        "item_id": item,
        "rater": rater,
        "rater_kind": rater_kind,
        "task": task,
        "criterion": criterion,
        "systems": systems,
        "value": value,
    }
    optional = {
        "absent": absent,
        "turn": turn,
        "rationale": rationale,
        "seconds": seconds,
        "confidence": confidence,
        "meta": meta,
    }
    return line | _without_nulls(optional)


class RatingValue(Protocol):
    """A rating's value, stored or just read: exactly one is not None."""

    @property
    def number(self) -> float | None: ...
    @property
    def code(self) -> str | None: ...
    @property
    def text(self) -> str | None: ...
    @property
    def spans(self) -> Any: ...
    @property
    def absent(self) -> str | None: ...


def compose_value(rating: RatingValue, *, order: tuple[int, ...], as_float: bool) -> Any:
    """A stored value in the `order` that was shown; whole numbers as the rater writes them, 4 or 4.0."""
    if rating.absent is not None:
        return None
    if rating.number is not None:
        whole = rating.number.is_integer() and not as_float
        return int(rating.number) if whole else rating.number
    if rating.code is not None:
        return _turn_code(rating.code, order)
    return rating.spans if rating.spans is not None else rating.text


def _turn_code(code: str, order: tuple[int, ...]) -> str:
    """A canonical code in terms of what was shown; three answers or more are ranked."""
    if len(order) < 3:
        return turn_preference(code, order)
    return spell_ranking(renumber(parse_ranking(code, len(order)), invert_order(order)))


def find_difference(line: Line, composed: Line) -> Line:
    """What turns `composed` into `line`: values to `set` and keys to `drop`; empty where they are the same JSON."""
    changed = {
        key: value
        for key, value in line.items()
        if (other := composed.get(key, MISSING)) is not value
        and (other is MISSING or not _are_same(value, other))
    }
    dropped = sorted(composed.keys() - line.keys())
    return ({"set": changed} if changed else {}) | ({"drop": dropped} if dropped else {})


def apply_difference(composed: Line, difference: Line) -> Line:
    """The inverse of `find_difference`."""
    line = {**composed, **difference.get("set", {})}
    for key in difference.get("drop", ()):
        line.pop(key, None)
    return line


def _are_same(value: Any, other: Any) -> bool:
    return canonical_json(value) == canonical_json(other)


def _without_nulls(values: Line) -> Line:
    return {key: value for key, value in values.items() if value is not None}
