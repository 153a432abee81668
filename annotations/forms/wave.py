"""A wave to be drawn: how many tasks, and which of them more often."""

from typing import Any  # Django passes options by name

from django import forms
from django.utils.translation import gettext_lazy

from annotations.domain.planning.waves import LARGEST_SIZE, WaveTerms
from annotations.models import Project, WaveRule
from annotations.queries.criteria import list_criteria
from annotations.queries.rater_groups import list_raters
from annotations.queries.worth import MAY_SPEAK
from evalplatform.common.form_fields import find_field


class WaveForm(forms.Form):
    size = forms.IntegerField(
        min_value=1,
        max_value=LARGEST_SIZE,
        label=gettext_lazy("Tasks to draw"),
        help_text=gettext_lazy("Expected: each task is drawn by itself."),
    )
    rule = forms.ChoiceField(choices=WaveRule.choices, label=gettext_lazy("Which of them"))
    judge = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Judge"),
        help_text=gettext_lazy("Whose doubt or whose distance from people is meant, where that is asked."),
    )
    criterion = forms.ChoiceField(required=False, label=gettext_lazy("Criterion"))
    floor = forms.FloatField(
        required=False,
        min_value=0,
        max_value=1,
        label=gettext_lazy("Least probability of a task"),
        help_text=gettext_lazy("Empty: a tenth of what an even draw would give."),
    )

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        judges = [rater.key for rater in list_raters(project=project) if rater.kind in MAY_SPEAK]
        criteria = [criterion.name for criterion in list_criteria(project=project)]
        for name, held in (("judge", judges), ("criterion", criteria)):
            field = find_field(self, name, forms.ChoiceField)
            field.choices = [("", "–"), *((each, each) for each in held)]
            field.initial = held[0] if len(held) == 1 else ""

    def read_terms(self) -> WaveTerms:
        """Of a valid form."""
        return WaveTerms(**{**self.cleaned_data, "rule": WaveRule(self.cleaned_data["rule"])})
