"""Which worsened copies are to be made."""

from typing import Any  # cleaned data is any values

from django import forms
from django.utils.translation import gettext_lazy

from annotations.domain.checking.twins import MOST_PROPOSED, list_ways_to_ask
from annotations.models import Project, TwinKind
from evalplatform.common.hashing import LARGEST_SEED


class TwinsForm(forms.Form):
    """Ways, number and seed."""

    kinds = forms.MultipleChoiceField(
        choices=TwinKind.choices,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Ways to make an answer worse"),
    )
    count = forms.IntegerField(
        min_value=1, max_value=MOST_PROPOSED, initial=5, label=gettext_lazy("Copies of each")
    )
    seed = forms.IntegerField(
        min_value=0,
        max_value=LARGEST_SEED,
        initial=1,
        label=gettext_lazy("Seed"),
        help_text=gettext_lazy("The same seed makes the same copies of the same answers."),
    )

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["criterion"] = forms.ChoiceField(
            choices=list_ways_to_ask(project),
            required=False,
            label=gettext_lazy("How they are asked"),
            help_text=gettext_lazy(
                "By itself a copy is asked only of raters who scored its original at least 50 answers before, by a"
                " question of which higher is better."
            ),
        )

    def read_order(self) -> dict[str, Any]:
        """Of a valid form."""
        return {name: self.cleaned_data[name] for name in ("kinds", "count", "seed", "criterion")}
