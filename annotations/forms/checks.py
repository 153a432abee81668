"""How many of a rater's tasks are checks."""

from typing import Self

from django import forms
from django.utils.translation import gettext_lazy

from annotations.domain.checks import MOST
from annotations.models import Project


class ChecksForm(forms.Form):
    gold = forms.FloatField(
        min_value=0,
        max_value=100 * MOST,
        label=gettext_lazy("Tasks of known answer, % of a rater's tasks"),
    )
    repeats = forms.FloatField(
        min_value=0,
        max_value=100 * MOST,
        label=gettext_lazy("Tasks asked again, % of a rater's tasks"),
        help_text=gettext_lazy("At least 50 tasks later. Both together are at most 10 %."),
    )

    @classmethod
    def describe(cls, project: Project) -> Self:
        """The form as the project has it."""
        shares = {"gold": 100 * project.gold_share, "repeats": 100 * project.repeat_share}
        return cls(initial={name: round(share, 6) for name, share in shares.items()})

    def read_shares(self) -> dict[str, float]:
        """Of a valid form."""
        return {
            "gold_share": self.cleaned_data["gold"] / 100,
            "repeat_share": self.cleaned_data["repeats"] / 100,
        }
