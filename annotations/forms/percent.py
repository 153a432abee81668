"""Shares as people write them: in per cent."""

from django import forms


class PercentField(forms.FloatField):
    """A number of per cent, or None where left empty. What is whole is shown without a fraction."""

    def prepare_value(self, value: object) -> object:
        return int(value) if isinstance(value, float) and value.is_integer() else value
