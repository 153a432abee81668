"""Another budget for a cascade at work."""

from django import forms
from django.utils.translation import gettext_lazy

from judges.engine.money.budget import DIGITS, LARGEST, MICRO


class CascadeBudgetForm(forms.Form):
    """What both judges may spend together, from the beginning on."""

    amount = forms.DecimalField(
        min_value=MICRO,
        max_value=LARGEST,
        decimal_places=DIGITS,
        max_digits=12,
        widget=forms.NumberInput(attrs={"step": "any"}),
        label=gettext_lazy("Both judges together may spend, USD"),
        help_text=gettext_lazy(
            "From the cascade's beginning on. One that paused for its budget can then go on."
        ),
    )
