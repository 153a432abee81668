"""A new version of a prompt: what it goes by, what it is asked about, and both templates."""

from collections.abc import Mapping
from typing import Any  # cleaned data are any values

from django import forms
from django.utils.translation import gettext_lazy

from judges.engine.versions.prompt_versions import LONGEST_NOTE
from judges.models import Prompt, Protocol
from judges.prompts.sandbox import LONGEST_TEMPLATE

LANGUAGES = (
    ("", gettext_lazy("not stated")),
    ("en", gettext_lazy("English")),
    ("ru", gettext_lazy("Russian")),
)


class TemplateField(forms.CharField):
    """A template as it was written: no space is taken away."""

    def __init__(self, *, rows: int, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "class": "template", "spellcheck": "false"})
        super().__init__(strip=False, max_length=LONGEST_TEMPLATE, widget=widget, **options)


class PromptForm(forms.Form):
    """What is wrong comes back beside its field, with the line of the template."""

    key = forms.CharField(
        max_length=64,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("Small letters, digits, hyphens. The same name again is its next version."),
    )
    protocol = forms.ChoiceField(choices=Protocol.choices, label=gettext_lazy("What it is asked about"))
    language = forms.ChoiceField(
        choices=LANGUAGES, required=False, label=gettext_lazy("Language of its own words")
    )
    note = forms.CharField(
        max_length=LONGEST_NOTE,
        required=False,
        label=gettext_lazy("What is new in this version"),
    )
    system_template = TemplateField(rows=14, required=False, label=gettext_lazy("System template"))
    user_template = TemplateField(
        rows=14,
        label=gettext_lazy("User template"),
        help_text=gettext_lazy("It has to show every answer, each within its fences."),
    )

    def read_order(self) -> Mapping[str, str]:
        """What was asked for, once the form is valid."""
        return {name: self.cleaned_data[name] for name in self.fields}


def describe_start(prompt: Prompt) -> dict[str, str]:
    """A form's first values where it goes on from a version; that of the library is a start for a name of one's own."""
    names = ("key", "protocol", "language", "system_template", "user_template")
    return {name: getattr(prompt, name) for name in names}
