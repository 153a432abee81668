"""How a new judge comes to a verdict."""

from typing import Any  # options of fields

from django import forms
from django.utils.translation import gettext_lazy

from evalplatform.common.hashing import LARGEST_SEED
from judges.engine.asking.parameters import INTEGERS, NUMBERS


class YesOrNo(forms.TypedChoiceField):
    """True, False, or None for what is usual: a switch that is left alone is no parameter."""

    def __init__(self, *, usual: bool, **options: Any) -> None:
        as_usual = gettext_lazy("as usual: yes") if usual else gettext_lazy("as usual: no")
        choices = (("", as_usual), ("true", gettext_lazy("yes")), ("false", gettext_lazy("no")))
        super().__init__(
            choices=choices, coerce=lambda said: said == "true", empty_value=None, required=False, **options
        )


class VerdictFields(forms.Form):
    """Parameters of the recipe."""

    rationale = forms.BooleanField(
        required=False,
        initial=True,
        label=gettext_lazy("Explain before the verdict"),
        help_text=gettext_lazy("A short reason for each criterion. It costs tokens, and can be read."),
    )
    reasoning = forms.BooleanField(
        required=False,
        label=gettext_lazy("Think step by step first"),
        help_text=gettext_lazy(
            "The thoughts are kept as the reason, unless a short one is asked for as well."
        ),
    )
    one_call_per_criterion = YesOrNo(
        usual=False,
        label=gettext_lazy("A call for each criterion"),
        help_text=gettext_lazy("Each call shows one criterion alone, and each is paid for."),
    )
    repair = YesOrNo(
        usual=True,
        label=gettext_lazy("Show an unreadable reply once more"),
        help_text=gettext_lazy("To be put into the form that can be read, never to be judged anew."),
    )
    samples = forms.IntegerField(
        required=False,
        min_value=INTEGERS["samples"][0],
        max_value=INTEGERS["samples"][1],
        label=gettext_lazy("Calls for one verdict"),
        help_text=gettext_lazy(
            "Several decide by vote, or by mean, and each is paid for. Once if left empty."
        ),
    )
    early_stop = YesOrNo(
        usual=False,
        label=gettext_lazy("Stop sampling early"),
        help_text=gettext_lazy(
            "Fewer calls where the rest could not change the outcome; of three calls or more."
        ),
    )
    standard_error = forms.FloatField(
        required=False,
        min_value=NUMBERS["standard_error"][0],
        max_value=NUMBERS["standard_error"][1],
        label=gettext_lazy("Error at which a mean is good enough"),
        help_text=gettext_lazy(
            "With an early stop, on scales that take fractions. A twentieth of the scale if left empty."
        ),
    )
    probability_weighted = YesOrNo(
        usual=False,
        label=gettext_lazy("Weigh numbers by their odds"),
        help_text=gettext_lazy(
            "Numbers are means over the odds of all legal values, where the model tells them."
        ),
    )
    orders = forms.IntegerField(
        required=False,
        min_value=INTEGERS["orders"][0],
        max_value=INTEGERS["orders"][1],
        label=gettext_lazy("Orders of a ranking"),
        help_text=gettext_lazy(
            "In how many balanced orders the answers are shown, a call each. As many as answers if left empty."
        ),
    )
    reference = YesOrNo(usual=True, label=gettext_lazy("Show the item's reference"))
    needs_reference = YesOrNo(usual=False, label=gettext_lazy("Judge tasks with a reference only"))
    critiques = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=INTEGERS["critiques"][1],
        label=gettext_lazy("Critics before the verdict"),
        help_text=gettext_lazy(
            "Each names faults, and the verdict is given in their light: a call each. None if left empty."
        ),
    )
    critique_levels = forms.TypedChoiceField(
        choices=(
            ("", gettext_lazy("as they are: a chain")),
            ("2", gettext_lazy("each checked by a doubter first: a tree")),
        ),
        coerce=int,
        empty_value=None,
        required=False,
        label=gettext_lazy("What is shown of critiques"),
        help_text=gettext_lazy("A doubter keeps what holds of a critique: one call more for each."),
    )
    principles = forms.CharField(
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("Principles, one a line"),
        help_text=gettext_lazy(
            "The answer is held to each, criticised, revised and rated again: four calls. Single answers only."
        ),
    )
    examples = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=INTEGERS["examples"][1],
        label=gettext_lazy("Examples it is shown"),
        help_text=gettext_lazy(
            "Tasks with their labels, drawn now from items that it then never rates. None if left empty."
        ),
    )
    examples_by = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Whose labels they have"),
        help_text=gettext_lazy("People's if nothing is chosen."),
    )
    examples_share = forms.FloatField(
        required=False,
        min_value=NUMBERS["examples_share"][0],
        max_value=NUMBERS["examples_share"][1],
        label=gettext_lazy("Share of items kept for them"),
        help_text=gettext_lazy("These items are in none of its figures. 0.2 if left empty."),
    )
    examples_seed = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST_SEED,
        label=gettext_lazy("Seed of that share"),
        help_text=gettext_lazy("Judges with the same share and seed keep the same items. 0 if left empty."),
    )
