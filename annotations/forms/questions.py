"""The questions of a rubric as a list of forms that grows by buttons, without a script."""

from collections.abc import Mapping, Sequence
from typing import Any  # a description is JSON

from django import forms

from annotations.forms.criterion import CriterionForm
from annotations.models import TaskKind

MOST_QUESTIONS = 20
FLAGS = [name for name, field in CriterionForm.base_fields.items() if isinstance(field, forms.BooleanField)]
USUAL_ANSWERS: dict[str, str] = {
    TaskKind.PAIR: "pairwise",
    TaskKind.RANKING: "ranking",
}  # of a question that is added


def open_rows(rows: Sequence[dict[str, Any]], under: str = "") -> list[CriterionForm]:
    """Forms that begin with these values, by name of the field; names of all fields begin with `under`."""
    return [CriterionForm(initial=row, prefix=f"{under}c{number}") for number, row in enumerate(rows)]


def read_questions(sent: Mapping[str, str], under: str = "") -> list[CriterionForm]:
    """The questions as they were sent, to be checked."""
    return [CriterionForm(sent, prefix=f"{under}c{number}") for number in range(len(read_rows(sent, under)))]


def usual_row(kind: str) -> dict[str, Any]:
    """What a question of a task of this kind begins with."""
    return {"answer": USUAL_ANSWERS.get(kind, "score"), "low": 1, "high": 5}


def change_rows(rows: list[dict[str, Any]], act: str, *, kind: str) -> list[dict[str, Any]]:
    """These questions with one more (of a task of this kind), less or moved up."""
    verb, _dash, place = act.partition("-")
    number = int(place) if place.isdecimal() and len(place) < 4 and int(place) < len(rows) else None
    if verb == "add" and len(rows) < MOST_QUESTIONS:
        return [*rows, usual_row(kind)]
    if verb == "remove" and number is not None and len(rows) > 1:
        return rows[:number] + rows[number + 1 :]
    if verb == "up" and number:
        return [*rows[: number - 1], rows[number], rows[number - 1], *rows[number + 1 :]]
    return rows


def send_named(words: forms.Form, criteria: Sequence[CriterionForm]) -> dict[str, str]:
    """The same as if it had just been sent alone, without questions that have no name."""
    named = [form for form in criteria if form["label_en"].value() or form["label_ru"].value()] or criteria
    held = {field.name: field.value() for field in words}
    for number, form in enumerate(named):
        held |= {f"c{number}-{field.name}": field.value() for field in form}
    sent = {name: str(value) for name, value in held.items() if value not in (None, False)}
    return sent | {"questions": str(len(named))}


def describe_questions(criteria: Sequence[CriterionForm], taken: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Criteria as `POST projects/` takes them, from valid forms; keys made from names are none of `taken`."""
    described: list[dict[str, Any]] = []
    for form in criteria:
        described.append(form.describe({*taken, *(each["key"] for each in described)}))
    return described


def read_rows(sent: Mapping[str, str], under: str = "") -> list[dict[str, Any]]:
    """The questions as they were sent, by name of the field; one at least."""
    count = sent.get(f"{under}questions", "")
    rows = min(max(int(count), 1), MOST_QUESTIONS) if count.isdecimal() and len(count) < 4 else 1
    read = [
        {name: sent.get(f"{under}c{number}-{name}", "") for name in CriterionForm.base_fields}
        for number in range(rows)
    ]
    return [row | {name: bool(row[name]) for name in FLAGS} for row in read]
