"""A panel to be formed: who sits in it, and how its members are weighed."""

from typing import Any  # Django passes options by name

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.models import Project, RaterKind
from annotations.queries.rater_groups import PEOPLE, RaterRow, list_raters
from evalplatform.common.form_fields import find_field
from evalplatform.common.hashing import LARGEST_SEED
from judges.engine.panels import MOST_MEMBERS, form_panel
from judges.forms.labellers import list_labellers
from judges.models import Panel, Weighting

KINDS = {RaterKind.JUDGE: gettext_lazy("judge"), RaterKind.METRIC: gettext_lazy("metric")}


class PanelForm(forms.Form):
    """Members are told by kind and name: a judge and a metric may share one."""

    name = forms.CharField(
        max_length=200,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy(
            "As it will stand in reports. A panel never changes: another one is a new name."
        ),
    )
    members = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Members"),
        help_text=gettext_lazy("At least two judges or metrics; verdicts that were imported count too."),
    )
    weights = forms.ChoiceField(
        choices=Weighting.choices,
        initial=Weighting.EQUAL,
        label=gettext_lazy("How they are weighed"),
        help_text=gettext_lazy(
            "Learnt weights are frozen with the panel, and no item is scored by its own label."
        ),
    )
    labels_by = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Whose labels teach the weights"),
        help_text=gettext_lazy("Not needed where all are weighed alike."),
    )
    quorum = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_MEMBERS,
        label=gettext_lazy("Members that must have spoken"),
        help_text=gettext_lazy("On a task, before the panel does. All if left empty."),
    )
    seed = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST_SEED,
        label=gettext_lazy("Seed"),
        help_text=gettext_lazy("Deals the items into parts that learn from each other. 0 if left empty."),
    )

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        self.project = project
        everybody = list_raters(project=project)
        members = find_field(self, "members", forms.MultipleChoiceField)
        labels_by = find_field(self, "labels_by", forms.ChoiceField)
        self._seatable = list_seatable(everybody)
        members.choices = [(row.key, f"{row.name} ({KINDS[RaterKind(row.kind)]})") for row in self._seatable]
        labels_by.choices = list_labellers(everybody) or [("", _("nobody yet"))]

    @property
    def has_enough(self) -> bool:
        """Whether there are two that may sit in a panel."""
        return len(self._seatable) > 1

    def create(self) -> Panel:
        """The panel. Raises PlatformError as `form_panel` does."""
        given = self.cleaned_data
        return form_panel(
            project=self.project,
            name=given["name"],
            members=given["members"],
            weights=given["weights"],
            labels_by=given["labels_by"] or PEOPLE,
            quorum=given["quorum"],
            seed=given["seed"] or 0,
        )


def list_seatable(everybody: list[RaterRow]) -> list[RaterRow]:
    """Judges and metrics."""
    return [row for row in everybody if row.kind in KINDS]
