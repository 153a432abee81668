"""How many of a rater's tasks are checks, and what follows from them."""

from typing import Any, Self  # cleaned data is any values

from django import forms
from django.utils.translation import gettext_lazy

from annotations.domain.checking.cautions import MOST_CHECKS
from annotations.domain.queue.checks import MOST
from annotations.domain.queue.qualify import MOST_ASKED, MOST_TRIES
from annotations.forms.percent import PercentField
from annotations.models import Project, RuleEffect


class ChecksForm(forms.Form):
    gold = PercentField(
        min_value=0,
        max_value=100 * MOST,
        label=gettext_lazy("Tasks of known answer, % of a rater's tasks"),
    )
    repeats = PercentField(
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


class RuleForm(forms.Form):
    """What follows from checks by itself."""

    gold_floor = PercentField(
        required=False,
        min_value=1,
        max_value=99,
        label=gettext_lazy("Known answers met, at least, %"),
        help_text=gettext_lazy("Left empty, nothing follows from known answers."),
    )
    repeat_floor = PercentField(
        required=False,
        min_value=1,
        max_value=99,
        label=gettext_lazy("The same said again, at least, %"),
        help_text=gettext_lazy("Left empty, nothing follows from repeats."),
    )
    least_checks = forms.IntegerField(
        min_value=1, max_value=MOST_CHECKS, label=gettext_lazy("Checks before the rule looks")
    )
    effect = forms.ChoiceField(choices=RuleEffect.choices, label=gettext_lazy("What follows"))

    @classmethod
    def describe(cls, project: Project) -> Self:
        """The form as the project has it."""
        shares = {"gold_floor": project.gold_floor, "repeat_floor": project.repeat_floor}
        floors = {name: None if share is None else round(100 * share, 6) for name, share in shares.items()}
        return cls(initial={**floors, "least_checks": project.least_checks, "effect": project.rule_effect})

    def read_rule(self) -> dict[str, Any]:
        """Of a valid form."""
        held = self.cleaned_data
        floors = {
            name: None if held[name] is None else held[name] / 100 for name in ("gold_floor", "repeat_floor")
        }
        return {**floors, "least_checks": held["least_checks"], "effect": RuleEffect(held["effect"])}


class QualificationForm(forms.Form):
    """The test before real work."""

    size = forms.IntegerField(
        min_value=0,
        max_value=MOST_ASKED,
        label=gettext_lazy("Known answers in the test"),
        help_text=gettext_lazy("With 0 everybody begins with real work."),
    )
    mark = PercentField(min_value=1, max_value=100, label=gettext_lazy("To be met, %"))
    tries = forms.IntegerField(min_value=1, max_value=MOST_TRIES, label=gettext_lazy("Tries"))

    @classmethod
    def describe(cls, project: Project) -> Self:
        """The form as the project has it."""
        mark = round(100 * project.test_mark, 6)
        return cls(initial={"size": project.test_size, "mark": mark, "tries": project.test_tries})

    def read_terms(self) -> dict[str, Any]:
        """Of a valid form."""
        held = self.cleaned_data
        return {"size": held["size"], "mark": held["mark"] / 100, "tries": held["tries"]}
