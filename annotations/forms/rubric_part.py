"""One rubric of a new project: what raters see of an item, its words, and its questions."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self  # a description is JSON

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy

from annotations.domain.projects.new_project import USUAL_TASKS
from annotations.forms.by_language import join_languages, split_languages
from annotations.forms.criterion import CriterionForm, make_key, open_criterion
from annotations.forms.questions import (
    MOST_QUESTIONS,
    describe_questions,
    open_rows,
    read_questions,
    read_rows,
    send_named,
    usual_row,
)
from annotations.forms.rubric_words import RubricWords, open_asked

TURNS = [
    ("whole", gettext_lazy("the whole conversation at once")),
    ("each", gettext_lazy("each turn, in a task of its own")),
    ("last", gettext_lazy("the last turn alone")),
]


class RubricForm(RubricWords):
    """The kind of its tasks, and which turns of a conversation it asks about."""

    kind = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in USUAL_TASKS],
        label=gettext_lazy("Raters see"),
        widget=forms.RadioSelect,
    )
    turns = forms.ChoiceField(
        choices=TURNS, required=False, label=gettext_lazy("In conversations, ask about"),
        help_text=gettext_lazy("Only where items have several turns; those before the one asked about are shown."),
    )  # fmt: skip

    @property
    def further(self) -> list[forms.BoundField]:
        """What is mostly left as it is."""
        return [*self.rubric, self["turns"]]

    @property
    def has_further_errors(self) -> bool:
        return any(each.errors for each in self.further)


@dataclass(slots=True)
class PartRows:
    """A rubric as it stands in the form, by names of fields: its own, and of each question."""

    words: dict[str, Any]
    rows: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def begin(cls, kind: str) -> Self:
        """One that is added: with one question."""
        return cls({"kind": kind}, [usual_row(kind)])

    @classmethod
    def describe(cls, rubric: Mapping[str, Any]) -> Self:
        """As `POST projects/` takes it."""
        words = {
            "kind": rubric["task_kind"],
            "asked": open_asked(rubric.get("one_at_a_time", False)),
            **split_languages(rubric["labels"], "rubric"),
            **split_languages(rubric["instructions"], "guidelines"),
        }
        return cls(words, [open_criterion(each) for each in rubric["criteria"]])

    @classmethod
    def read(cls, sent: Mapping[str, str], under: str) -> Self:
        """As it was sent, with nothing checked."""
        words = {name: sent.get(f"{under}{name}", "") for name in RubricForm.base_fields}
        return cls(words, read_rows(sent, under))


@dataclass(slots=True)
class RubricPart:
    """The forms of one rubric. `under` begins the names of its fields and buttons: empty for the first."""

    under: str
    words: RubricForm
    criteria: list[CriterionForm]

    @classmethod
    def open(cls, number: int, held: PartRows) -> Self:
        """With what it begins with."""
        under = name_part(number)
        words = RubricForm(initial=held.words, prefix=under.removesuffix("-") or None)
        return cls(under, words, open_rows(held.rows, under))

    @classmethod
    def read(cls, number: int, sent: Mapping[str, str]) -> Self:
        """As it was sent, to be checked."""
        under = name_part(number)
        words = RubricForm(sent, prefix=under.removesuffix("-") or None)
        return cls(under, words, read_questions(sent, under))

    @property
    def can_grow(self) -> bool:
        return len(self.criteria) < MOST_QUESTIONS

    @property
    def has_errors(self) -> bool:
        return any(form.errors for form in self.forms())

    def forms(self) -> Iterator[forms.Form]:
        yield self.words
        yield from self.criteria

    def send_first(self) -> dict[str, str]:
        """As if it had just been sent as the first rubric, without questions that have no name."""
        return send_named(self.words, self.criteria)

    def describe(self, *, keys: Container[str], taken: Sequence[str]) -> dict[str, Any]:
        """The rubric as `POST projects/` takes it, from valid forms.

        Keys that are made from names are none of `keys` (of rubrics), and none of `taken` (of questions).
        """
        cleaned = self.words.cleaned_data
        return {
            "key": make_key(slugify(cleaned["rubric_en"]) or "rubric", keys),
            "task_kind": cleaned["kind"],
            "labels": join_languages(cleaned, "rubric"),
            "instructions": join_languages(cleaned, "guidelines"),
            "one_at_a_time": self.words.one_at_a_time,
            "criteria": describe_questions(self.criteria, taken),
        }


def name_part(number: int) -> str:
    """How the names of a rubric's fields begin."""
    return f"r{number}-" if number else ""
