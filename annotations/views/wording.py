"""Texts that a project keeps by language, in the language of the page."""

from collections.abc import Mapping

from django.utils.translation import get_language


def choose_text(texts: Mapping[str, str], fallback: str = "") -> str:
    """The text in the page's language, else in English, else in any, else `fallback`."""
    spoken = (get_language() or "en").split("-")[0]
    for language in (spoken, "en"):
        if texts.get(language):
            return texts[language]
    return next((text for text in texts.values() if text), fallback)
