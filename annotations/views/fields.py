"""Criteria as the rating page asks them: which options, which key for each."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any  # legal values are JSON scalars

from django.utils.translation import gettext as _
from markupsafe import Markup

from annotations.domain.reading.answers import STRENGTHS, list_preferences
from annotations.models import Criterion, Level, TaskKind
from annotations.views.marking import describe_marking
from annotations.views.wording import choose_for_page
from evalplatform.common.markdown import render_markdown

DIGITS = "1234567890"
SHOWN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # letters of answers, in the order shown
LETTERS = "qwert"  # the same choices for the left hand
SCALE_WIDTH = 36  # letters that a row of buttons has room for, one line each
LONGEST_NOTE = 24  # letters on a button
FEWEST_STEPS = 3  # where fractions are legal, a scale of two ends is a range to type in
MOST_STEPS = 11  # a whole-number scale of more steps is typed


@dataclass(frozen=True, slots=True)
class Option:
    """One value that a rater can choose; `value` is its JSON."""

    value: str
    label: str
    key: str = ""
    letter: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One criterion on the page.

    `kind` is choice, number, text, spans, ranking or unsupported, `layout` scale, list, sides or ranks. `strengths` are
    what may be said of a preferred side.
    """

    key: str
    label: str
    question: str
    help: Markup
    kind: str
    layout: str
    required: bool
    options: tuple[Option, ...] = ()
    strengths: tuple[Option, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    step: str = "1"
    hint: str = ""
    may_be_absent: bool = False
    notes_beneath: bool = False
    may_abstain: bool = False
    reason: str = ""
    spans: str = ""


def describe_fields(criteria: Iterable[Criterion], *, answers: int = 0) -> tuple[Field, ...]:
    """How the page asks these criteria: where one scale's words are too long for its buttons, all stand beneath.

    `answers` is how many there are to be ranked.
    """
    fields = [describe_field(criterion, answers=answers) for criterion in criteria]
    beneath = any(field.layout == "scale" and not _fits_buttons(field.options) for field in fields)
    return tuple(replace(field, notes_beneath=beneath and field.layout == "scale") for field in fields)


def describe_field(criterion: Criterion, *, answers: int = 0) -> Field:
    """How the page asks this criterion."""
    options, layout = _list_options(criterion, answers)
    help_text = choose_for_page(criterion.help_text)
    return Field(
        key=criterion.key,
        label=choose_for_page(criterion.labels, criterion.name),
        question=choose_for_page(criterion.question, _fallback_question(criterion)),
        help=render_markdown(help_text) if help_text else Markup(),
        kind=_choose_kind(criterion, options),
        layout=layout,
        required=criterion.required,
        options=options,
        strengths=_list_strengths() if layout == "sides" and criterion.options.get("strength") else (),
        minimum=criterion.minimum,
        maximum=criterion.maximum,
        step="any" if criterion.fractions else "1",
        hint=_describe_range(criterion),
        may_be_absent=bool(criterion.options.get("not_applicable")),
        may_abstain=bool(criterion.options.get("abstain")),
        reason=json.dumps(criterion.options["reason"]) if criterion.options.get("reason") else "",
        spans=json.dumps(describe_marking(criterion)) if criterion.level == Level.SPANS else "",
    )


def _fallback_question(criterion: Criterion) -> str:
    if criterion.is_ranking:
        return _("Which answers are better?")
    return _("Which answer is better?") if criterion.level == Level.PREFERENCE else ""


def _choose_kind(criterion: Criterion, options: tuple[Option, ...]) -> str:
    if criterion.is_ranking:
        return "ranking"
    if criterion.level == Level.SPANS:
        return "spans" if criterion.rubric.task_kind == TaskKind.SINGLE else "unsupported"
    if criterion.level == Level.TEXT:
        return "text"
    return "choice" if options else "number"


def _list_options(criterion: Criterion, answers: int) -> tuple[tuple[Option, ...], str]:
    if criterion.is_ranking:
        return tuple(Option(str(n + 1), SHOWN[n], DIGITS[n]) for n in range(answers)), "ranks"
    if criterion.level == Level.PREFERENCE:
        return _list_sides(criterion), "sides"
    if criterion.level in (Level.TEXT, Level.SPANS):
        return (), ""
    if criterion.fractions and len(criterion.values) < FEWEST_STEPS:
        return (), ""
    values = criterion.values or [{"value": value} for value in _whole_steps(criterion)]
    keys = _choose_keys([value["value"] for value in values])
    options = tuple(_describe_value(value, key) for value, key in zip(values, keys, strict=True))
    numeric = all(option.value[0] != '"' for option in options)
    side_by_side = len(options) <= MOST_STEPS if numeric else _is_row(options)
    return options, "scale" if side_by_side else "list"


def _is_row(options: tuple[Option, ...]) -> bool:
    """Whether words such as Yes and No are short enough to stand side by side."""
    return all(len(option.label) * len(options) <= SCALE_WIDTH and not option.note for option in options)


def _fits_buttons(options: tuple[Option, ...]) -> bool:
    words = [word for option in options for word in option.note.split()]
    return all(len(word) * len(options) <= SCALE_WIDTH for word in words) and all(
        len(option.note) <= LONGEST_NOTE for option in options
    )


def _describe_range(criterion: Criterion) -> str:
    """What may be typed, in words."""
    ends = {
        "low": "" if criterion.minimum is None else f"{criterion.minimum:g}",
        "high": "" if criterion.maximum is None else f"{criterion.maximum:g}",
    }
    if ends["low"] and ends["high"]:
        words = _("a number from %(low)s to %(high)s")
        return (words if criterion.fractions else _("a whole number from %(low)s to %(high)s")) % ends
    return _("a number") if criterion.fractions else _("a whole number")


def _list_sides(criterion: Criterion) -> tuple[Option, ...]:
    own = {value["value"]: choose_for_page(value.get("labels") or {}) for value in criterion.values}
    labels = {
        "first": _("A is better"),
        "second": _("B is better"),
        "tie": own.get("tie") or _("Equal"),
        "both_bad": own.get("both_bad") or _("Both bad"),
        "both_good": own.get("both_good") or _("Both good"),
    }
    # The keys stand for the same verdict in every rubric: 3 is a tie, 4 both bad, 5 both good.
    offered = list_preferences(criterion)
    return tuple(
        Option(json.dumps(code), label, DIGITS[place], LETTERS[place])
        for place, (code, label) in enumerate(labels.items())
        if code in offered
    )


def _list_strengths() -> tuple[Option, ...]:
    words = (_("Slightly"), _("Clearly"), _("Much"))
    return tuple(
        Option(json.dumps(strength), word, DIGITS[place])
        for place, (strength, word) in enumerate(zip(STRENGTHS, words, strict=True))
    )


def _describe_value(choice: dict[str, Any], key: str) -> Option:
    value = choice["value"]
    words = choose_for_page(choice.get("labels") or {})
    if isinstance(value, str):
        return Option(json.dumps(value), words or value, key)
    return Option(json.dumps(value), f"{value:g}", key, note=words if words != f"{value:g}" else "")


def _whole_steps(criterion: Criterion) -> list[int]:
    low, high = criterion.minimum, criterion.maximum
    if low is None or high is None or not (low.is_integer() and high.is_integer()):
        return []
    return list(range(int(low), int(high) + 1)) if high - low < MOST_STEPS else []


def _choose_keys(values: list[Any]) -> list[str]:
    """A number is its own key, ten is 0; where that does not fit all, the place of the option is."""
    own = [_own_key(value) for value in values]
    if all(own) and len(set(own)) == len(own):
        return own
    return [DIGITS[place] if place < len(DIGITS) else "" for place in range(len(values))]


def _own_key(value: Any) -> str:
    if isinstance(value, str) or value != int(value):
        return ""
    return str(int(value)) if 0 <= value <= 9 else "0" if value == 10 else ""
