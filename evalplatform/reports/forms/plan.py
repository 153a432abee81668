"""The form of a plan: its question in words, the figure that answers it, and the figures beside it."""

from typing import Any  # Django passes options by name

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.models import Project
from annotations.queries.criteria import list_criteria
from evalplatform.common.errors import Invalid, PlatformError
from evalplatform.common.form_fields import find_field
from evalplatform.reports.plans.drafts import LONGEST, LONGEST_NAME, PlanDraft
from evalplatform.reports.words.wording import name_inference, name_rule

COLUMNS = ("statistic", "raters", "against", "system", "criterion")  # of a line of the family
PRIMARY = ("criterion", "statistic", "raters", "against", "system", "rule", "inference")


class PlanForm(forms.Form):
    """Figures are named as in the results."""

    question = forms.CharField(
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("The question"),
        help_text=gettext_lazy("What the project is to find out, and what would count as a yes."),
    )
    criterion = forms.ChoiceField(label=gettext_lazy("Criterion"))
    statistic = forms.CharField(
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"list": "statistics"}),
        label=gettext_lazy("The figure that answers it"),
        help_text=gettext_lazy("By its name in the results, such as win_rate or percent_agreement."),
    )
    raters = forms.CharField(
        max_length=LONGEST_NAME,
        initial="people",
        widget=forms.TextInput(attrs={"list": "raters"}),
        label=gettext_lazy("Of whose ratings"),
        help_text=gettext_lazy("people, people:expert, judge:NAME, …"),
    )
    against = forms.CharField(
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"list": "raters"}),
        label=gettext_lazy("Compared with whose"),
    )
    system = forms.CharField(
        max_length=LONGEST_NAME,
        required=False,
        label=gettext_lazy("Of which system"),
        help_text=gettext_lazy("Left empty: of each."),
    )
    rule = forms.ChoiceField(required=False, label=gettext_lazy("Contradictory verdicts"))
    inference = forms.ChoiceField(required=False, label=gettext_lazy("The interval speaks of"))
    margin = forms.FloatField(
        required=False,
        min_value=0,
        label=gettext_lazy("Margin"),
        help_text=gettext_lazy("The smallest difference that matters, in the units of the figure."),
    )
    family = forms.CharField(
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Other planned figures"),
        help_text=gettext_lazy("One a line: statistic | raters | against | system | criterion."),
    )
    exclusions = forms.CharField(
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("What will be left out"),
    )
    stopping = forms.CharField(
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("When collecting ends"),
    )

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        each = ("", _("all of them"))
        choices = {
            "criterion": [(held.name, held.name) for held in list_criteria(project=project)],
            "rule": [each, *((name, name_rule(name)) for name in ("tie", "dropped", "disagree"))],
            "inference": [
                each,
                *((name, name_inference(name)) for name in ("these_raters", "rater_population")),
            ],
        }
        for name, held in choices.items():
            find_field(self, name, forms.ChoiceField).choices = held

    def read_draft(self) -> PlanDraft | None:
        """The plan of a valid form; None where it is none, which then stands beside its field."""
        held = self.cleaned_data
        stated = {name: held[name] for name in ("question", "margin", "exclusions", "stopping")}
        primary = {name: held[name] for name in PRIMARY}
        try:
            return PlanDraft.read({**stated, "primary": primary, "family": _read_lines(held["family"])})
        except Invalid as error:
            self.show_faults(error)
            return None

    def show_faults(self, error: PlatformError) -> None:
        """Put each fault beside the field it is about."""
        for fault in error.faults:
            name = fault.field.removeprefix("primary.")
            place = "family" if name.startswith("family") else name
            self.add_error(place if place in self.fields else None, fault.message)
        if not error.faults:
            self.add_error(None, error.detail)


def _read_lines(text: str) -> list[dict[str, str]]:
    """Figures from lines like `win_rate | people`."""
    lines = [[part.strip() for part in line.split("|")] for line in text.splitlines() if line.strip()]
    return [dict(zip(COLUMNS, parts, strict=False)) for parts in lines]
