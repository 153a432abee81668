"""A file to be taken in, and what its columns are."""

from collections.abc import Mapping, Sequence
from typing import Any  # Django passes options by name

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.domain.formats.mapping import Column
from annotations.domain.intake.uploads import LARGEST
from annotations.forms.needs import NeedsForm


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV, JSON lines or JSON, in UTF-8, 20 MB at most. Nothing is stored before you have seen it."
        ),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".csv,.tsv,.txt,.json,.jsonl,.ndjson,text/csv,application/json"}
        ),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is not None and file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 20 MB: cut it in two, or use the API."))
        return file


class ColumnsForm(NeedsForm):
    """One choice a column, `known` ones besides; fields are numbered, since a name may be any text.

    And what rows ask for that name no needs.
    """

    def __init__(
        self,
        *args: Any,
        columns: Sequence[str],
        mapping: Mapping[str, str],
        known: Sequence[tuple[str, str]] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.columns = columns
        for number, column in enumerate(columns):
            self.fields[f"column-{number}"] = forms.ChoiceField(
                choices=[*Column.choices, *known],
                required=False,
                label=column,
                initial=mapping.get(column, ""),
            )

    @property
    def choices(self) -> list[forms.BoundField]:
        """The choices of all columns."""
        return [self[f"column-{number}"] for number in range(len(self.columns))]

    def read_mapping(self) -> dict[str, str]:
        """What each column is said to be, by its name."""
        return {column: self.cleaned_data[f"column-{number}"] for number, column in enumerate(self.columns)}

    def show_fault(self, column: str, message: str) -> None:
        """Put a fault beside its column, or on top where it belongs to none."""
        self.is_valid()
        place = f"column-{self.columns.index(column)}" if column in self.columns else None
        self.add_error(place, message)
