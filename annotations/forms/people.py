"""Inviting and joining."""

from typing import Any  # Django passes options by name

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.models import Project, Role
from evalplatform.accounts.models import User

DAYS = [(1, "1"), (3, "3"), (7, "7"), (30, "30")]


class InvitationForm(forms.Form):
    """For one person, in one role."""

    role = forms.ChoiceField(choices=Role.choices, initial=Role.RATER, label=gettext_lazy("As"))
    days = forms.TypedChoiceField(
        choices=DAYS, coerce=int, initial=7, label=gettext_lazy("Days until it expires")
    )
    note = forms.CharField(
        max_length=200,
        required=False,
        label=gettext_lazy("For whom"),
        help_text=gettext_lazy("For you to recognise it by; nobody else sees it."),
    )


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(choices=Role.choices)


class ConsentForm(forms.Form):
    """Agreeing, where the project has something to agree to."""

    consent = forms.BooleanField(
        label=gettext_lazy("I have read this and agree."),
        error_messages={"required": gettext_lazy("Joining needs your agreement.")},
    )

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        if not project.consent:
            del self.fields["consent"]


class JoinForm(ConsentForm):
    """An account of one's own, made while joining."""

    username = forms.CharField(
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("You sign in with it. Reports never show it."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        max_length=200,
        strip=False,
        label=gettext_lazy("Password"),
        help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        max_length=200,
        strip=False,
        label=gettext_lazy("Password again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    field_order = ("username", "password", "again", "consent")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        password, again = cleaned.get("password"), cleaned.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords differ."))
        if password:
            try:
                validate_password(password, User(username=cleaned.get("username") or ""))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned
