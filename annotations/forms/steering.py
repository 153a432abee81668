"""What can be changed of a running project."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.models import PayUnit, Project


class SteeringForm(forms.Form):
    """Words for people, their pay and their limits; the rubric has versions of its own."""

    title = forms.CharField(max_length=200, required=False, label=gettext_lazy("Title"))
    content_warning = forms.CharField(
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        label=gettext_lazy("Warning about the contents"),
    )
    consent = forms.CharField(
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        label=gettext_lazy("What people agree to when they join"),
        help_text=gettext_lazy("Left empty, nothing is asked. It is kept who agreed to which version."),
    )
    pay = forms.DecimalField(
        required=False, min_value=0, max_digits=8, decimal_places=4, label=gettext_lazy("Pay, USD")
    )
    pay_unit = forms.ChoiceField(choices=PayUnit.choices, label=gettext_lazy("Pay is for each"))
    daily_cap = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=100_000,
        label=gettext_lazy("Most tasks a person answers in a day"),
        help_text=gettext_lazy(
            "Left empty, there is no limit. Wise where contents distress or long work blunts."
        ),
    )
    rater_cap = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1_000_000,
        label=gettext_lazy("Most tasks a person answers in the project"),
        help_text=gettext_lazy(
            "Left empty, there is no limit. With one, no single rater decides the figures."
        ),
    )
    break_after = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=600,
        label=gettext_lazy("Remind of a break after so many minutes of work"),
    )


class ArchiveForm(forms.Form):
    """The address again, so that no slip closes a project."""

    confirm = forms.CharField(max_length=64, label=gettext_lazy("Its address, to be sure"))

    def check(self, project: Project) -> bool:
        """Whether the address was typed; if not, the form says so."""
        if self.is_valid() and self.cleaned_data["confirm"] != project.slug:
            self.add_error("confirm", _("This is not the address of the project."))
        return not self.errors
