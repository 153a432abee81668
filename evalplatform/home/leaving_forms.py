"""What is asked before an account is erased, so that no slip and no unlocked screen does it."""

from typing import Any  # Django passes options by name

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evalplatform.accounts.models import User


class LeavingForm(forms.Form):
    """The password of whoever does it, where they have one; and the name of the account."""

    name = forms.CharField(max_length=150, label=gettext_lazy("Name of the account, to be sure"))
    password = forms.CharField(
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        label=gettext_lazy("Your password"),
    )

    def __init__(self, *args: Any, user: User, actor: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user, self.actor = user, actor
        if not actor.has_usable_password():
            del self.fields["password"]

    def clean_name(self) -> str:
        if self.cleaned_data["name"] != self.user.username:
            raise forms.ValidationError(_("This is not the name of the account."))
        return str(self.cleaned_data["name"])

    def clean_password(self) -> str:
        if not self.actor.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("This is not your password."))
        return ""
