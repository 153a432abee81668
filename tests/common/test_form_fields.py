import pytest
from django import forms

from evalplatform.common.form_fields import find_field


class Colours(forms.Form):
    one = forms.ChoiceField(choices=[("red", "Red")])


def test_a_field_comes_as_its_own_type() -> None:
    form = Colours()

    assert find_field(form, "one", forms.ChoiceField) is form.fields["one"]


def test_a_field_of_another_kind_is_an_error_of_ours() -> None:
    with pytest.raises(TypeError, match="one is a ChoiceField, not a IntegerField"):
        find_field(Colours(), "one", forms.IntegerField)
