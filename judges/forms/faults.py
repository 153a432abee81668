"""Errors of the engine, put beside the fields they are about."""

from django import forms
from django.utils.translation import gettext as _

from evalplatform.common.errors import PlatformError


def show_faults(form: forms.Form, error: PlatformError, *, elsewhere: str = "") -> None:
    """Add each fault to its field; what belongs to no field of the form goes to `elsewhere`, or on top of it."""
    for fault in error.faults:
        place = fault.field if fault.field in form.fields else elsewhere or None
        form.add_error(place, _(fault.message))
    if not error.faults:
        form.add_error(elsewhere or None, error.detail)
