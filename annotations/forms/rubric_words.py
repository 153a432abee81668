"""What stands above the questions of a rubric in both languages, how they are asked, and the preview's language."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

ASKED = [
    ("", gettext_lazy("all at once")),
    ("one_at_a_time", gettext_lazy("one after another")),
]


class RubricWords(forms.Form):
    """Heading, guidelines, and whether questions are asked one after another."""

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
    asked = forms.ChoiceField(
        choices=ASKED, required=False, label=gettext_lazy("Questions"), widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "One after another, raters see one question at a time, and not what they said before unless they go back:"
            " against an impression of one quality that colours all others (halo effect)."
        ),
    )  # fmt: skip

    RUBRIC = ("rubric_en", "rubric_ru", "guidelines_en", "guidelines_ru")

    @property
    def rubric(self) -> list[forms.BoundField]:
        return [self[name] for name in self.RUBRIC]

    @property
    def one_at_a_time(self) -> bool:
        """Of a valid form: whether raters meet one question after another."""
        return bool(self.cleaned_data["asked"])

    @property
    def has_rubric_errors(self) -> bool:
        return any(field.errors for field in self.rubric)


def open_asked(one_at_a_time: bool) -> str:
    """What `asked` begins with."""
    return ASKED[one_at_a_time][0]


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
