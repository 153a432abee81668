"""What is typed for a second factor."""

from django import forms
from django.utils.translation import gettext_lazy as _

from evalplatform.accounts.models import User

LONGEST = 4096  # of a password, as elsewhere


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        max_length=64,
        label=_("Code"),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )


class ProofForm(forms.Form):
    """What shows that it is the owner who sits here: the password where there is one, or a code where it is on."""

    proof = forms.CharField(max_length=LONGEST, widget=forms.PasswordInput(attrs={"autocomplete": "off"}))

    def __init__(self, data: object = None, *, user: User, is_on: bool) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a request's form or none
        has_password = user.has_usable_password()
        if not is_on and not has_password:
            del self.fields["proof"]
            return
        labels = {
            (True, True): _("A code, or your password"),
            (True, False): _("A code"),
            (False, True): _("Your password"),
        }
        self.fields["proof"].label = labels[is_on, has_password]
