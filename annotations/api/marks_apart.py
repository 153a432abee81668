"""How far marks may lie from expected ones, as a field of what is sent."""

from typing import Any  # a field passes options by name

from rest_framework import serializers


class MarksApartField(serializers.FloatField):
    """A share, 0 to 1, or null."""

    def __init__(self, **options: Any) -> None:
        said = (
            "How far, 0 to 1, the marks of an answer may lie from these and still be as expected;"
            " null: marks are not compared. Left out: as the known answer says that stands, else 0.5."
        )
        super().__init__(min_value=0, max_value=1, allow_null=True, required=False, help_text=said, **options)
