"""Fields of a form by their own type: Django tells of its own `fields` only that they are fields."""

from typing import TypeVar

from django import forms

Kind = TypeVar("Kind", bound=forms.Field)


def find_field(form: forms.Form, name: str, kind: type[Kind]) -> Kind:
    """The form's field of this name. Raises TypeError where it was declared as another kind."""
    field = form.fields[name]
    if not isinstance(field, kind):
        raise TypeError(f"{name} is a {type(field).__name__}, not a {kind.__name__}")
    return field
