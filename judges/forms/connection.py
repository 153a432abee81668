"""An account at a provider. Its key goes in and never comes out again."""

from typing import Any  # cleaned data is any values

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.models import Project
from evalplatform.accounts.models import User
from judges.engine.versions.register import create_connection
from judges.models import Connection, Provider


class ConnectionForm(forms.Form):
    """A connection for one project."""

    name = forms.CharField(
        max_length=100,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("For you to recognise the account by."),
    )
    provider = forms.ChoiceField(choices=Provider.choices, label=gettext_lazy("Provider"))
    base_url = forms.CharField(
        max_length=500,
        required=False,
        label=gettext_lazy("Address"),
        help_text=gettext_lazy(
            "Empty for the provider's own. For a compatible server such as vLLM or Ollama: http://host:8000/v1"
        ),
    )
    key = forms.CharField(
        max_length=1000,
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        label=gettext_lazy("Key"),
        help_text=gettext_lazy("Stored encrypted, used for calls alone, and never shown again to anybody."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        is_vendor = not cleaned.get("base_url") and cleaned.get("provider") not in (None, Provider.LOCAL)
        if is_vendor and not cleaned.get("key") and "key" not in self.errors:
            self.add_error("key", _("The provider's own address asks for a key."))
        return cleaned

    def create(self, *, project: Project, owner: User) -> Connection:
        """The connection, granted to the project. Raises PlatformError as `create_connection` does."""
        return create_connection(owner=owner, projects=(project,), **self.cleaned_data)
