"""Texts that a project keeps by language, in the language of the page."""

from collections.abc import Mapping

from django.utils.translation import get_language

from annotations.models import Project
from evalplatform.common.texts import choose_text


def choose_for_page(texts: Mapping[str, str], fallback: str = "") -> str:
    """The text in the page's language, else in English, else in any, else `fallback`."""
    return choose_text(texts, get_language() or "en", fallback)


def name_for_raters(project: Project) -> str:
    """What raters may know a project by: a title may tell which systems or judges stand in it."""
    stated = project.manifest.get("rater_title") or ""
    return (choose_for_page(stated) if isinstance(stated, dict) else stated) or project.slug
