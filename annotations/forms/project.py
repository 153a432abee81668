"""A new project: its name, how many are asked, and which answers are compared."""

import secrets
from collections.abc import Sequence
from typing import Any  # a description is JSON

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.domain.asking.pairing import MOST_PAIRS
from annotations.domain.projects.new_project import LARGEST_OVERLAP
from annotations.forms.by_language import join_languages
from annotations.forms.rubric_words import Look

PLACES = {  # where a fault of the description stands in the form
    "pairing.policy": "policy",
    "pairing.system": "system",
    "pairing.n": "n",
    "rater_title": "rater_title_en",
}
POLICIES = [
    ("all", gettext_lazy("every pair of answers to an item")),
    ("against", gettext_lazy("every answer against that of one system")),
    ("sampled", gettext_lazy("some pairs of each item, drawn by lot")),
]


WHOLE = "whole"  # of the turns of a conversation


class ProjectForm(Look):
    """Only the title must be said; `has_pairs`: a rubric compares two answers."""

    title = forms.CharField(
        max_length=200,
        label=gettext_lazy("Title"),
        help_text=gettext_lazy(
            "For researchers and reviewers. Raters do not see it: it may tell what is compared."
        ),
    )
    overlap = forms.IntegerField(
        min_value=0,
        max_value=LARGEST_OVERLAP,
        initial=3,
        label=gettext_lazy("People for each task"),
        help_text=gettext_lazy("Two at least, or nothing can be said about agreement. 0: judges alone."),
    )
    policy = forms.ChoiceField(
        choices=POLICIES,
        required=False,
        label=gettext_lazy("Which pairs"),
        help_text=gettext_lazy("Only where raters see two answers."),
    )
    system = forms.CharField(
        max_length=200, required=False, label=gettext_lazy("Against which system"),
        help_text=gettext_lazy("Its name, as it will stand in the file."),
    )  # fmt: skip
    n = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_PAIRS, label=gettext_lazy("How many pairs of each item")
    )
    slug = forms.CharField(
        max_length=64, required=False, label=gettext_lazy("Address"),
        help_text=gettext_lazy("Small letters, digits, hyphens. Left empty, it is made from the title."),
    )  # fmt: skip
    description = forms.CharField(
        max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("What it is for"),
    )  # fmt: skip
    rater_title_en = forms.CharField(
        max_length=200, required=False, label=gettext_lazy("What raters call it, English"),
        help_text=gettext_lazy("Left empty, they see the address."),
    )  # fmt: skip
    rater_title_ru = forms.CharField(
        max_length=200, required=False, label=gettext_lazy("What raters call it, Russian")
    )
    language = forms.CharField(
        max_length=16, required=False, label=gettext_lazy("Language of the texts"),
        help_text=gettext_lazy("A code such as en or ru, where all are in one."),
    )  # fmt: skip
    content_warning = forms.CharField(
        max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        label=gettext_lazy("Warning about the contents"),
        help_text=gettext_lazy("Shown to raters before they join and above each task."),
    )  # fmt: skip
    BASICS = ("title", "overlap")

    def __init__(self, *args: Any, has_pairs: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.has_pairs = has_pairs

    @property
    def basics(self) -> list[forms.BoundField]:
        return [self[name] for name in self.BASICS]

    @property
    def further(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in (*self.BASICS, "look")]

    @property
    def has_further_errors(self) -> bool:
        return any(field.errors for field in self.further)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.has_pairs:
            if cleaned.get("policy") == "against" and not cleaned.get("system"):
                self.add_error("system", _("Name the system that all others are compared with."))
            if cleaned.get("policy") == "sampled" and not cleaned.get("n") and "n" not in self.errors:
                self.add_error("n", _("Say how many pairs."))
        return cleaned

    def describe(self, rubrics: list[dict[str, Any]], turns: Sequence[str]) -> dict[str, Any]:
        """The project as `POST projects/` takes it; `turns` says of each rubric which turns it asks about."""
        cleaned = self.cleaned_data
        return {
            "slug": cleaned["slug"]
            or slugify(cleaned["title"])[:56].strip("-_")
            or f"p-{secrets.token_hex(4)}",
            "title": cleaned["title"],
            "description": cleaned["description"],
            "language": cleaned["language"],
            "rater_title": join_languages(cleaned, "rater_title"),
            "content_warning": cleaned["content_warning"],
            "overlap": cleaned["overlap"],
            "pairing": self._describe_pairing() | _describe_turns([each["key"] for each in rubrics], turns),
            "rubrics": rubrics,
        }

    def _describe_pairing(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        policy = cleaned["policy"] or "all"
        if not self.has_pairs or policy == "all":
            return {"policy": "all"}
        if policy == "against":
            return {"policy": policy, "system": cleaned["system"]}
        return {"policy": policy, "n": cleaned["n"], "seed": secrets.randbits(31)}


def _describe_turns(keys: Sequence[str], turns: Sequence[str]) -> dict[str, Any]:
    """One word where all rubrics ask about the same turns, else those of each that does not ask about the whole."""
    if len(set(turns)) == 1:
        return {} if turns[0] == WHOLE else {"turns": turns[0]}
    return {"turns": {key: word for key, word in zip(keys, turns, strict=True) if word != WHOLE}}
