"""A cascade to be set to work: which judges, what is promised, for how much."""

from collections import Counter
from collections.abc import Sequence
from typing import Any  # Django passes options by name

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.models import Project
from annotations.queries.criteria import CriterionRow
from annotations.queries.rater_groups import PEOPLE, list_raters
from annotations.views.wording import choose_for_page
from evalplatform.common.form_fields import find_field
from evalplatform.common.hashing import LARGEST_SEED
from judges.engine.cascades import Terms
from judges.engine.cascades.starting import MOST_PLACES, list_decidable
from judges.engine.money.budget import DIGITS, LARGEST, MICRO
from judges.forms.labellers import list_labellers
from judges.forms.run import JudgeChoice
from judges.models import Judge
from judges.protocols import PROTOCOLS
from judges.queries.nouns import list_judges

NOTHING_TO_DECIDE = gettext_lazy(
    "Judges decide none of this project's criteria: a cascade needs one of preferences or of names."
)


class MoneyField(forms.DecimalField):
    """USD, or nothing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            min_value=MICRO,
            max_value=LARGEST,
            decimal_places=DIGITS,
            max_digits=12,
            **options,
        )


class ShareField(forms.FloatField):
    """A number between 0 and 1."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=1, widget=forms.NumberInput(attrs={"step": "any"}), **options)


class CascadeForm(forms.Form):
    """Sent by GET to see the estimate, by POST to start."""

    name = forms.CharField(max_length=200, label=gettext_lazy("Name"))
    cheap = JudgeChoice(
        queryset=Judge.objects.none(),
        to_field_name="public_id",
        label=gettext_lazy("Cheap judge"),
        empty_label=gettext_lazy("choose"),
        help_text=gettext_lazy("It has to say how sure it is: by several samples, or by probabilities."),
    )
    dear = JudgeChoice(
        queryset=Judge.objects.none(),
        to_field_name="public_id",
        label=gettext_lazy("Dear judge"),
        empty_label=gettext_lazy("choose"),
    )
    criterion = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Criterion"),
        help_text=gettext_lazy("Those that judges decide between sides or names."),
    )
    labels_by = forms.ChoiceField(
        initial=PEOPLE,
        label=gettext_lazy("Who is right"),
        help_text=gettext_lazy("Both judges are held to what these people, or this reference, say."),
    )
    bound = ShareField(
        initial=0.1,
        label=gettext_lazy("Share of a judge's decisions that may differ"),
        help_text=gettext_lazy("Between 0 and 1; from what people say, or would."),
    )
    delta = ShareField(initial=0.1, label=gettext_lazy("Probability with which that may fail"))
    calibration_share = ShareField(
        initial=0.5,
        label=gettext_lazy("Share of items for choosing the thresholds"),
        help_text=gettext_lazy("The cascade never rates them, so that its figures are honest."),
    )
    seed = forms.IntegerField(
        min_value=0, max_value=LARGEST_SEED, initial=0, label=gettext_lazy("Seed that draws those items")
    )
    places = forms.IntegerField(
        min_value=0,
        max_value=MOST_PLACES,
        initial=0,
        label=gettext_lazy("People wanted on each task that needs them"),
        help_text=gettext_lazy("0: such tasks are listed, and nobody is asked."),
    )
    budget = MoneyField(
        label=gettext_lazy("At most so many USD for both judges"),
        help_text=gettext_lazy("The cascade pauses before a call that might cost more than is left."),
    )
    people_price = MoneyField(
        label=gettext_lazy("USD a task that people decide"),
        help_text=gettext_lazy("Empty where it is not known: then money saved on people is not told."),
    )

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("cheap", "dear"):
            field = find_field(self, name, JudgeChoice)
            field.queryset = list_judges(project).select_related("project").order_by("rater__name")
        criterion = find_field(self, "criterion", forms.ChoiceField)
        labels_by = find_field(self, "labels_by", forms.ChoiceField)
        self.criteria = list_decidable(project)
        self.criterion_labels = _label_criteria(self.criteria)
        criterion.choices = list(self.criterion_labels.items())
        if len(criterion.choices) != 1:
            criterion.choices = [("", _("choose")), *criterion.choices]
        if not self.criteria:
            criterion.help_text = NOTHING_TO_DECIDE
        labels_by.choices = list_labellers(list_raters(project=project), always=[PEOPLE])

    def clean(self) -> dict[str, Any]:
        """Whether both judges decide the criterion is told here: by its label, in the language of the page."""
        cleaned = super().clean() or self.cleaned_data
        cheap, name = cleaned.get("cheap"), cleaned.get("criterion")
        if cheap is None or name is None:
            return cleaned
        decided = [row.name for row in self.criteria if row.kind == PROTOCOLS[cheap.protocol].kind]
        if not self.criteria:
            self.add_error("criterion", NOTHING_TO_DECIDE)
        elif not decided:
            self.add_error("criterion", _("The cheap judge decides none of these criteria."))
        elif len([row for row in decided if name in ("", row)]) != 1:
            labels = ", ".join(self.criterion_labels[row] for row in decided)
            self.add_error(
                "criterion", _("Choose what the cheap judge decides: %(names)s") % {"names": labels}
            )
        return cleaned

    def read_terms(self) -> Terms:
        """What was asked for, once the form is valid."""
        cleaned = self.cleaned_data
        names = ("criterion", "labels_by", "bound", "delta", "calibration_share", "seed")
        judges = {name: cleaned[name].rater.name for name in ("cheap", "dear")}
        return Terms(**judges, **{name: cleaned[name] for name in names})


def _label_criteria(rows: Sequence[CriterionRow]) -> dict[str, str]:
    """By name, with it where labels alone would not tell one from another."""
    labels = {row.name: choose_for_page(row.labels, row.name) for row in rows}
    used = Counter(labels.values())
    return {name: label if used[label] == 1 else f"{label} ({name})" for name, label in labels.items()}
