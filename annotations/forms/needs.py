"""What items ask of raters: a language and skills, for the rows of a file and for items that are there."""

import re
from collections.abc import Sequence
from typing import Any  # Django passes options by name

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from annotations.domain.formats.needs import LANGUAGE, SKILLS, Needs, read_needs
from annotations.domain.intake.change_needs import MOST_ITEMS
from annotations.forms.skills import USUAL
from annotations.models import Batch
from evalplatform.common.errors import Invalid
from evalplatform.common.language_tags import LONGEST, name_language

OTHER_SKILLS = "other_skills"
LINE_END = re.compile(
    r"\r\n|\r|\n"
)  # of a form; the other ends of lines that Python knows may be part of a name


class NeedsForm(forms.Form):
    """A language by its tag, skills of the project to tick, others by name."""

    needs_language = forms.CharField(
        max_length=LONGEST,
        required=False,
        label=gettext_lazy("Language that raters must read"),
        help_text=gettext_lazy("A tag such as ru or pt-BR. Left empty, any."),
        widget=forms.TextInput(attrs={"list": "languages", "autocomplete": "off", "autocapitalize": "none"}),
    )
    needs_skills = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Skills that raters must have"),
    )
    other_skills = forms.CharField(
        max_length=600,
        required=False,
        label=gettext_lazy("Other skills"),
        help_text=gettext_lazy("Names parted by commas. You grant skills under People."),
    )

    def __init__(self, *args: Any, skills: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        if skills:
            self.fields[SKILLS].choices = [(name, name) for name in skills]  # type: ignore[attr-defined]
        else:
            del self.fields[SKILLS]
            self.fields[OTHER_SKILLS].label = _("Skills that raters must have")
        self.needs = Needs()

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields that say what is asked for."""
        return [self[name] for name in (LANGUAGE, SKILLS, OTHER_SKILLS) if name in self.fields]

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Tags that are proposed, with their names."""
        return [(tag, name_language(tag)) for tag in USUAL]

    def clean(self) -> dict[str, Any]:
        """Reads `needs`."""
        cleaned: dict[str, Any] = super().clean() or {}
        named = [
            part for part in (cleaned.get(OTHER_SKILLS) or "").replace(";", ",").split(",") if part.strip()
        ]
        stated = {LANGUAGE: cleaned.get(LANGUAGE), SKILLS: [*cleaned.get(SKILLS, ()), *named]}
        try:
            self.needs = read_needs(stated)
        except Invalid as error:
            fault = error.faults[0]
            self.add_error(fault.field if fault.field == LANGUAGE else OTHER_SKILLS, _say(fault.field))
        return cleaned


def _say(field: str) -> str:
    if field == LANGUAGE:
        return _("Write a language tag such as ru or pt-BR.")
    return _("Name eight skills at most, of 1 to 60 characters each.")


class ChangeNeedsForm(NeedsForm):
    """With the items that are meant: by their names, or all that came with one batch."""

    batch = forms.ChoiceField(required=False, label=gettext_lazy("All items that came with"))
    items = forms.CharField(
        required=False,
        max_length=2_000_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        label=gettext_lazy("Or these items"),
        help_text=gettext_lazy("Their names (item_id), one a line. Spaces are part of a name."),
    )

    def __init__(self, *args: Any, batches: Sequence[Batch], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [
            ("", _("no batch: the items named below")),
            *((str(b.public_id), _name(b)) for b in batches),
        ]
        self.fields["batch"].choices = choices  # type: ignore[attr-defined]  # a field of choices

    @property
    def meant(self) -> list[forms.BoundField]:
        """The fields that say which items."""
        return [self["batch"], self["items"]]

    @property
    def keys(self) -> list[str]:
        """Names of items, each once, of a checked form: as they are, spaces too, as the API takes them."""
        return list(dict.fromkeys(filter(None, LINE_END.split(self.cleaned_data["items"]))))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        keys = self.keys if "items" in cleaned else []
        if bool(cleaned.get("batch")) == bool(keys) and not {"batch", "items"} & self.errors.keys():
            self.add_error("items", _("Choose a batch, or name items; not both."))
        if len(keys) > MOST_ITEMS:
            self.add_error("items", _("Name 1 to 10,000 items at once."))
        return cleaned


def _name(batch: Batch) -> str:
    count = batch.counts["items"]
    words = ngettext("%(when)s: %(count)s item", "%(when)s: %(count)s items", count)
    told = words % {"when": date_format(localtime(batch.created_at), "SHORT_DATETIME_FORMAT"), "count": count}
    return f"{told} ({batch.idempotency_key})" if batch.idempotency_key else told
