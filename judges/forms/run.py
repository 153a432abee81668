"""A run to be started: which judge, how far, for how much."""

from typing import Any  # Django passes options by name

from django import forms
from django.utils.translation import gettext_lazy

from annotations.models import Project
from evalplatform.common.form_fields import find_field
from judges.engine.money.budget import DIGITS, LARGEST, MICRO
from judges.models import Judge, Lane
from judges.queries.nouns import list_judges


class JudgeChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's is not generic at run time
    """Judges by their names."""

    def label_from_instance(self, obj: Judge) -> str:
        return obj.rater.name


class RunForm(forms.Form):
    """Sent by GET to see the estimate, by POST to start."""

    judge = JudgeChoice(
        queryset=Judge.objects.none(),
        to_field_name="public_id",
        label=gettext_lazy("Judge"),
        empty_label=gettext_lazy("choose"),
    )
    limit = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        label=gettext_lazy("At most so many tasks"),
        help_text=gettext_lazy("Empty for all that it has no verdict on."),
    )
    budget = forms.DecimalField(
        required=False,
        min_value=MICRO,
        max_value=LARGEST,
        decimal_places=DIGITS,
        max_digits=12,
        label=gettext_lazy("At most so many USD"),
        help_text=gettext_lazy("The run pauses before a call that might cost more than is left."),
    )
    lane = forms.ChoiceField(
        choices=Lane.choices,
        required=False,
        initial=Lane.LIVE,
        label=gettext_lazy("When it is answered"),
        help_text=gettext_lazy("Batches are cheaper and come within a day; not every provider takes them."),
    )
    follow = forms.BooleanField(
        required=False,
        label=gettext_lazy("Also judge tasks yet to come"),
        help_text=gettext_lazy("The run stays open and takes up what is submitted later."),
    )

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        judge = find_field(self, "judge", JudgeChoice)
        judge.queryset = list_judges(project).select_related("project").order_by("rater__name")

    def clean_lane(self) -> str:
        """At once unless something else is asked for."""
        return self.cleaned_data["lane"] or Lane.LIVE
