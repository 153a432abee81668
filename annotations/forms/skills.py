"""What somebody reads, and what they have been found to know."""

from collections.abc import Sequence
from typing import Any, Final  # Django passes options by name

from django import forms
from django.utils.translation import gettext_lazy as _

from evalplatform.common.language_tags import name_language

USUAL: Final = (
    "ar", "de", "en", "es", "fr", "hi", "it", "ja", "ko", "pl", "pt", "ru", "tr", "uk", "zh-Hans", "zh-Hant",
)  # fmt: skip


class LanguagesForm(forms.Form):
    """The usual ones to tick, any other by its tag."""

    languages = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=_("Languages that you read well")
    )
    other = forms.CharField(
        max_length=400,
        required=False,
        label=_("Other languages"),
        help_text=_("Tags parted by commas, such as kk, pt-BR."),
    )

    def __init__(self, *args: Any, read: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        choices = sorted(
            ((tag, name_language(tag)) for tag in USUAL), key=lambda choice: choice[1].casefold()
        )
        self.fields["languages"].choices = choices  # type: ignore[attr-defined]  # a field of choices
        self.initial["languages"] = [tag for tag in read if tag in USUAL]
        self.initial["other"] = ", ".join(tag for tag in read if tag not in USUAL)

    def read_tags(self) -> list[str]:
        """All that is ticked or written."""
        others = [tag.strip() for tag in self.cleaned_data["other"].split(",")]
        return [*self.cleaned_data["languages"], *(tag for tag in others if tag)]
