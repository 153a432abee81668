"""A line of a price table: which model, from which day on, and what a million tokens cost."""

from typing import Any  # Django passes options by name

from django import forms
from django.utils.translation import gettext_lazy

from judges.engine.money.budget import DIGITS
from judges.engine.money.price_table import LARGEST_PRICE, PROVIDERS, TEXTS, PriceLine
from judges.models import Provider

BASICS = ("provider", "model", "valid_from", "tokens_in", "tokens_out")


class AmountField(forms.DecimalField):
    """USD for a million tokens, to the sixth decimal."""

    def __init__(self, **options: Any) -> None:
        widget = forms.NumberInput(attrs={"step": "any"})
        super().__init__(
            min_value=0, max_value=LARGEST_PRICE, decimal_places=DIGITS, widget=widget, **options
        )


class PriceForm(forms.Form):
    """What is left empty costs as much as fresh tokens, or as a live call."""

    provider = forms.ChoiceField(
        choices=[(value, Provider(value).label) for value in PROVIDERS], label=gettext_lazy("Provider")
    )
    model = forms.CharField(
        max_length=TEXTS["model"],
        label=gettext_lazy("Model"),
        help_text=gettext_lazy("Also of its dated snapshots; with * at the end, of all that begin so."),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("From this day on (UTC)"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
    )
    tokens_in = AmountField(label=gettext_lazy("A million tokens in, USD"))
    tokens_out = AmountField(label=gettext_lazy("A million tokens out, USD"))
    tokens_cached = AmountField(required=False, label=gettext_lazy("Of them read from a cache"))
    tokens_written = AmountField(required=False, label=gettext_lazy("Of them written to a cache"))
    batch_in = AmountField(required=False, label=gettext_lazy("In a batch: tokens in"))
    batch_out = AmountField(
        required=False,
        label=gettext_lazy("In a batch: tokens out"),
        help_text=gettext_lazy("Both or neither."),
    )
    batch_cached = AmountField(required=False, label=gettext_lazy("In a batch: read from a cache"))
    batch_written = AmountField(required=False, label=gettext_lazy("In a batch: written to a cache"))
    base_url = forms.CharField(
        max_length=TEXTS["base_url"],
        required=False,
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("Empty for the provider's own."),
    )
    note = forms.CharField(max_length=TEXTS["note"], required=False, label=gettext_lazy("Where it was read"))

    @property
    def basics(self) -> list[forms.BoundField]:
        """What must be said."""
        return [self[name] for name in BASICS]

    @property
    def further(self) -> list[forms.BoundField]:
        """What may be left as it is."""
        return [field for field in self if field.name not in BASICS]

    @property
    def has_further_errors(self) -> bool:
        return any(field.errors for field in self.further)

    def read_line(self) -> PriceLine:
        """The line that a valid form stands for."""
        return PriceLine(**self.cleaned_data)
