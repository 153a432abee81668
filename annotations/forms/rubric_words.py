"""What stands above the questions of a rubric in both languages, and the language in which it is looked at."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy


class RubricWords(forms.Form):
    """Heading and guidelines."""

    rubric_en = forms.CharField(max_length=200, required=False, label=gettext_lazy("Heading, English"))
    rubric_ru = forms.CharField(max_length=200, required=False, label=gettext_lazy("Heading, Russian"))
    guidelines_en = forms.CharField(
        max_length=50_000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Guidelines, English (markdown)"),
    )  # fmt: skip
    guidelines_ru = forms.CharField(
        max_length=50_000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Guidelines, Russian (markdown)"),
    )  # fmt: skip

    RUBRIC = ("rubric_en", "rubric_ru", "guidelines_en", "guidelines_ru")

    @property
    def rubric(self) -> list[forms.BoundField]:
        return [self[name] for name in self.RUBRIC]

    @property
    def has_rubric_errors(self) -> bool:
        return any(field.errors for field in self.rubric)


class Look(forms.Form):
    """`look` is the language of the preview and is not kept."""

    look = forms.ChoiceField(
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.RadioSelect,
        label=gettext_lazy("Language of the preview"),
    )

    def choose_look(self) -> str:
        """The language that the preview is wanted in."""
        wanted = self["look"].value()
        return str(wanted) if wanted in dict(settings.LANGUAGES) else "en"
