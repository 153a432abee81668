"""A choice of a prompt: which candidates, which model, whose labels."""

from typing import Any  # cleaned data are any values

from django import forms
from django.utils.translation import gettext_lazy

from annotations.models import Project
from annotations.queries.rater_groups import list_raters
from evalplatform.common.form_fields import find_field
from evalplatform.common.hashing import LARGEST_SEED
from judges.engine.asking.parameters import INTEGERS
from judges.engine.choosing.order import MOST_CANDIDATES, Order
from judges.engine.money.budget import DIGITS, MICRO
from judges.forms.labellers import list_labellers
from judges.models import Connection, Protocol
from judges.prompts import list_library
from judges.queries.connections import list_granted
from judges.queries.prompts import list_prompts

LARGEST = 999_999


class ConnectionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """Connections by their names."""

    def label_from_instance(self, obj: Connection) -> str:
        return obj.name


class PromptChoiceForm(forms.Form):
    """Sent by GET to see the estimate, by POST to start."""

    name = forms.CharField(
        max_length=150,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("Of the judge that comes of it, as it will stand in reports."),
    )
    prompts = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Candidates"),
        help_text=gettext_lazy("Prompts of one kind: at least two, all asked about the same labelled tasks."),
    )
    connection = ConnectionChoice(
        queryset=Connection.objects.none(),
        to_field_name="public_id",
        label=gettext_lazy("Connection"),
        empty_label=gettext_lazy("choose"),
    )
    model = forms.CharField(max_length=200, label=gettext_lazy("Model"))
    labels_by = forms.ChoiceField(
        label=gettext_lazy("Who is right"),
        help_text=gettext_lazy("Candidates are held to what these people, or this reference, say."),
    )
    criterion = forms.CharField(
        max_length=420,
        required=False,
        label=gettext_lazy("Criterion"),
        help_text=gettext_lazy("Empty for the only one that has labels."),
    )
    share = forms.FloatField(
        initial=0.2,
        min_value=0.01,
        max_value=0.9,
        label=gettext_lazy("Share of items kept for the choice"),
        help_text=gettext_lazy(
            "The judge never rates them, so that its figures are not those that it was chosen by."
        ),
    )
    seed = forms.IntegerField(
        initial=0, min_value=0, max_value=LARGEST_SEED, label=gettext_lazy("Seed of that share")
    )
    examples = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=INTEGERS["examples"][1],
        label=gettext_lazy("Examples it is shown"),
        help_text=gettext_lazy("Of the kept items too; all candidates see the same. None if left empty."),
    )
    budget = forms.DecimalField(
        required=False,
        min_value=MICRO,
        max_value=LARGEST,
        decimal_places=DIGITS,
        max_digits=12,
        label=gettext_lazy("At most so many USD"),
        help_text=gettext_lazy("For all together, an equal part for each."),
    )

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        find_field(self, "connection", ConnectionChoice).queryset = list_granted(project).order_by("name")
        find_field(self, "prompts", forms.MultipleChoiceField).choices = _list_prompts(project)
        labels = find_field(self, "labels_by", forms.ChoiceField)
        labels.choices = list_labellers(list_raters(project=project))

    def read_order(self) -> Order:
        """The order that a valid form stands for."""
        given = dict(self.cleaned_data)
        examples = given.pop("examples")
        given["prompts"] = tuple(given["prompts"])
        return Order(**given, parameters={"examples": examples} if examples else {})


def _list_prompts(project: Project) -> list[tuple[str, str]]:
    """The project's versions, newest first, and what the library has beside them."""
    rows = list_prompts(project).values_list("key", "version", "protocol")[: 5 * MOST_CANDIDATES]
    own = [
        (f"{key}@{version}", f"{key} v{version} ({Protocol(protocol).label})")
        for key, version, protocol in rows
    ]
    keys = {key for key, _, _ in rows}
    library = [
        (each.name, f"{each.name} ({Protocol(each.protocol).label})")
        for each in list_library()
        if each.name not in keys
    ]
    return own + library
