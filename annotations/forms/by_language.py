"""Texts by language in forms: one field a language."""

from collections.abc import Mapping
from typing import Any  # cleaned data is any values

LANGUAGES = ("en", "ru")


def join_languages(cleaned: Mapping[str, Any], name: str) -> dict[str, str]:
    """What stands in `name_en` and `name_ru`, by language; an empty one is left out."""
    texts = {language: str(cleaned.get(f"{name}_{language}") or "") for language in LANGUAGES}
    return {language: text for language, text in texts.items() if text}


def split_languages(texts: Mapping[str, str], name: str) -> dict[str, str]:
    """The same back: values of the fields `name_en` and `name_ru`."""
    return {f"{name}_{language}": texts.get(language, "") for language in LANGUAGES}
