"""One question of a new rubric: its words in both languages, and what may be answered."""

from collections.abc import Container, Iterable, Mapping
from typing import Any  # a description is JSON

from django import forms
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.forms.by_language import join_languages, split_languages
from annotations.models import Level

LONGEST = 10_000
PLACES = {  # where a fault of the description stands in the form
    "key": "key",
    "task": "answer",
    "level": "level",
    "values": "values",
    "anchors": "values",
    "scale": "low",
    "labels": "label_en",
    "question": "question_en",
    "severities": "severities",
    "categories": "categories",
}


class Answer(models.TextChoices):
    """What a rater answers with."""

    SCORE = "score", gettext_lazy("a score between two numbers")
    LABEL = "label", gettext_lazy("one of several labels")
    PREFERENCE = "pairwise", gettext_lazy("which of two answers is better")
    RANKING = "ranking", gettext_lazy("an order of all answers")
    TEXT = "text", gettext_lazy("a text of their own")
    SPANS = "spans", gettext_lazy("marked passages")


LEVELS = [
    (level.value, level.label)
    for level in (Level.ORDINAL, Level.NOMINAL, Level.INTERVAL, Level.RATIO, Level.UNSTATED)
]


class CriterionForm(forms.Form):
    """What is left empty is worked out from the name."""

    label_en = forms.CharField(required=False, max_length=200, label=gettext_lazy("Name, English"))
    label_ru = forms.CharField(required=False, max_length=200, label=gettext_lazy("Name, Russian"))
    question_en = forms.CharField(required=False, max_length=1000, label=gettext_lazy("Question, English"))
    question_ru = forms.CharField(required=False, max_length=1000, label=gettext_lazy("Question, Russian"))
    answer = forms.ChoiceField(choices=Answer.choices, label=gettext_lazy("It is answered with"))
    low = forms.FloatField(required=False, label=gettext_lazy("Lowest score"))
    high = forms.FloatField(required=False, label=gettext_lazy("Highest score"))
    values = forms.CharField(
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Answers and what they mean"),
        help_text=gettext_lazy("One a line: value | meaning in English | meaning in Russian."),
    )
    level = forms.ChoiceField(
        choices=LEVELS,
        required=False,
        label=gettext_lazy("Level of measurement"),
        help_text=gettext_lazy(
            "Ordered: poor, fair, good. Categories: no order. It decides which statistics fit."
        ),
    )
    help_en = forms.CharField(
        required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("Explanation, English (markdown)"),
    )  # fmt: skip
    help_ru = forms.CharField(
        required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("Explanation, Russian (markdown)"),
    )  # fmt: skip
    key = forms.CharField(
        required=False,
        max_length=64,
        label=gettext_lazy("Short key"),
        help_text=gettext_lazy("For exports and the API. Left empty, it is made from the name."),
    )
    severities = forms.CharField(
        required=False,
        max_length=1000,
        label=gettext_lazy("Severities of marked passages"),
        help_text=gettext_lazy("Separated by commas."),
    )
    categories = forms.CharField(
        required=False,
        max_length=1000,
        label=gettext_lazy("Categories of marked passages"),
        help_text=gettext_lazy("Separated by commas."),
    )
    optional = forms.BooleanField(required=False, label=gettext_lazy("May be left unanswered"))
    fractions = forms.BooleanField(required=False, label=gettext_lazy("Fractions are legal"))
    not_applicable = forms.BooleanField(required=False, label=gettext_lazy("“Not applicable” is an answer"))
    strength = forms.BooleanField(
        required=False,
        label=gettext_lazy("Raters may say how much better"),
        help_text=gettext_lazy("For preferences: slightly, clearly or much."),
    )
    show_reference = forms.BooleanField(required=False, label=gettext_lazy("The reference answer is shown"))

    @property
    def basics(self) -> list[forms.BoundField]:
        """What is mostly filled in."""
        return [self[name] for name in BASICS]

    @property
    def further(self) -> list[forms.BoundField]:
        """What is mostly left as it is."""
        return [field for field in self if field.name not in BASICS]

    @property
    def has_further_errors(self) -> bool:
        return any(field.errors for field in self.further)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not join_languages(cleaned, "label") and not {"label_en", "label_ru"} & self.errors.keys():
            self.add_error("label_en", _("A question has a name in one language at least."))
        answer = cleaned.get("answer")
        if answer == Answer.SCORE:
            self._check_scale(cleaned)
        else:  # the page hides them
            self.errors.pop("low", None)
            self.errors.pop("high", None)
        if answer == Answer.LABEL and not read_values(cleaned.get("values", "")):
            self.add_error("values", _("Say which labels there are, one a line."))
        return cleaned

    def _check_scale(self, cleaned: dict[str, Any]) -> None:
        low, high = cleaned.get("low"), cleaned.get("high")
        for name, bound in (("low", low), ("high", high)):
            if bound is None and name not in self.errors:
                self.add_error(name, _("A score has a lowest and a highest value."))
        if low is not None and high is not None and low >= high:
            self.add_error("high", _("The highest score is above the lowest."))

    def describe(self, taken: Container[str]) -> dict[str, Any]:
        """The criterion as `POST projects/` takes it; a key that is made from the name is none of `taken`."""
        cleaned = self.cleaned_data
        answer, rows = cleaned["answer"], read_values(cleaned["values"])
        described: dict[str, Any] = {
            "key": cleaned["key"] or make_key(cleaned["label_en"] or cleaned["label_ru"], taken),
            "labels": join_languages(cleaned, "label"),
            "question": join_languages(cleaned, "question"),
            "instructions": join_languages(cleaned, "help"),
            "required": not cleaned["optional"],
            "anchors": {value: words for value, words in rows.items() if words},
            **{name: True for name in ("show_reference", "not_applicable") if cleaned[name]},
        }
        return described | self._describe_answer(answer, list(rows))

    def _describe_answer(self, answer: str, values: list[str]) -> dict[str, Any]:
        cleaned = self.cleaned_data
        level = cleaned["level"] or Level.ORDINAL.value
        if answer == Answer.SCORE:
            ends = [_as_whole(cleaned["low"]), _as_whole(cleaned["high"])]
            return {"task": "score", "level": level, "scale": ends, "fractions": cleaned["fractions"]}
        if answer == Answer.LABEL:
            return {"task": "label", "level": level, "values": values}
        if answer == Answer.PREFERENCE:
            strength = {"strength": True} if cleaned["strength"] else {}
            return {"task": "pairwise", **({"values": values} if values else {}), **strength}
        if answer == Answer.RANKING:
            return {"task": "ranking"}
        if answer == Answer.TEXT:
            return {"task": "label", "level": Level.TEXT.value}
        lists = {name: split_commas(cleaned[name]) for name in ("severities", "categories")}
        return {"task": "spans", **{name: words for name, words in lists.items() if words}}


BASICS = ("label_en", "label_ru", "question_en", "question_ru", "answer", "low", "high", "values")


def open_criterion(described: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the form that describe this criterion."""
    task, scale = described.get("task", "score"), described.get("scale", (None, None))
    anchors = described.get("anchors", {})
    values = described.get("values") or list(anchors)
    return {
        "key": described["key"],
        **split_languages(described.get("labels", {}), "label"),
        **split_languages(described.get("question", {}), "question"),
        **split_languages(described.get("instructions", {}), "help"),
        "answer": Answer.TEXT if described.get("level") == Level.TEXT else task,
        "level": described.get("level", Level.ORDINAL.value),
        "low": scale[0],
        "high": scale[1],
        "values": "\n".join(_spell_value(str(value), anchors.get(str(value), {})) for value in values),
        "severities": ", ".join(list_words(described.get("severities", ()))),
        "categories": ", ".join(list_words(described.get("categories", ()))),
        "optional": not described.get("required", True),
        **{
            name: described.get(name, False)
            for name in ("fractions", "strength", "show_reference", "not_applicable")
        },
    }


def read_values(text: str) -> dict[str, dict[str, str]]:
    """Values in their order with their meanings by language, from lines like `1 | poor | плохо`."""
    found: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        value, *words = (part.strip() for part in line.split("|"))
        if value:
            named = dict(zip(("en", "ru"), words, strict=False))
            found[value] = {language: word for language, word in named.items() if word}
    return found


def list_words(entries: Iterable[Any]) -> list[str]:
    """Words that a passage can be marked with, each stated as a text or as `{value, labels}`."""
    return [str(entry["value"] if isinstance(entry, dict) else entry) for entry in entries]


def split_commas(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def make_key(name: str, taken: Container[str]) -> str:
    """A slug of the name that is not taken."""
    slug = slugify(name)[:56].strip("-_") or "question"
    key, number = slug, 1
    while key in taken:
        number += 1
        key = f"{slug}-{number}"
    return key


def _spell_value(value: str, words: Mapping[str, str]) -> str:
    parts = [value, words.get("en", ""), words.get("ru", "")]
    while not parts[-1]:
        parts.pop()
    return " | ".join(parts)


def _as_whole(number: float) -> float | int:
    return int(number) if number == int(number) else number
