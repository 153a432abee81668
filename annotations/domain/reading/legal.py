"""Why a part of an answer cannot stand, and texts of people that every database can keep."""

from typing import Any  # an answer is any JSON value until it has been read

LONGEST_TEXT = 20_000


class Illegal(ValueError):
    """Why a value cannot stand; becomes a fault of its criterion."""


def clean_text(value: Any, *, what: str, longest: int = LONGEST_TEXT) -> str:
    """A text that every database can keep. Raises Illegal."""
    if not isinstance(value, str):
        raise Illegal(f"{what} must be a text")
    if len(value) > longest:
        raise Illegal(f"{what} is longer than {longest} characters")
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise Illegal(f"{what} holds characters that cannot be kept")
    return value.strip()
