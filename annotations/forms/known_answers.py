"""Known answers of many tasks at once."""

from typing import Any  # Django passes options by name

from django import forms
from django.utils.translation import gettext_lazy

from annotations.domain.checking.known_answers import MOST_LINES
from annotations.domain.checking.known_marks import MOST_APART
from annotations.forms.upload import UploadForm
from annotations.models import Project
from annotations.queries.known_answers import asks_for_marks, list_references


class KnownAnswersForm(UploadForm):
    """A file of them."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].help_text = gettext_lazy(
            "CSV or JSON lines: item, systems (a|b), turn (of a conversation; empty: the whole),"
            " a column for each criterion, training (yes or empty), why, marks_apart (0 to 1; empty: 0.5)."
            " Of a preference, the value is the name of the system that wins, or tie; of marked passages it is a list"
            " as in an export. 500 lines at most."
        )


class AdoptForm(forms.Form):
    """Whose answers, and how many."""

    rater = forms.ChoiceField(label=gettext_lazy("Whose answers are expected"))
    count = forms.IntegerField(
        min_value=1, max_value=MOST_LINES, initial=20, label=gettext_lazy("Tasks, drawn at random")
    )
    marks_apart = forms.FloatField(
        required=False,
        min_value=0,
        max_value=100,
        initial=100 * MOST_APART,
        label=gettext_lazy("How far marked passages may lie apart, %"),
        help_text=gettext_lazy("Left empty, marks are not compared."),
    )

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(name, f"{name} ({count})") for name, count in list_references(project)]
        self.fields["rater"].choices = choices  # type: ignore[attr-defined]  # it is a choice field
        if not asks_for_marks(project):
            del self.fields["marks_apart"]

    def read_choice(self) -> dict[str, Any]:
        """Of a valid form."""
        held = dict(self.cleaned_data)
        if held.get("marks_apart") is not None:
            held["marks_apart"] /= 100
        return held
