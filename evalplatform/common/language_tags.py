"""Tags of languages as BCP 47 has them: `ru`, `pt-BR`, `zh-Hant`."""

import re
from typing import Final

from django.utils.translation import get_language_info

LONGEST: Final = 35
PATTERN: Final = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"  # in the words that a JSON schema knows too
_TAG: Final = re.compile(PATTERN)


def normalise_tag(text: str) -> str:
    """The tag in the case that BCP 47 recommends. Raises ValueError where it is none, or has over 35 characters."""
    if len(text) > LONGEST or not _TAG.fullmatch(text):
        raise ValueError(text)
    first, *others = text.lower().split("-")
    return "-".join([first, *(_spell_subtag(subtag) for subtag in others)])


def _spell_subtag(subtag: str) -> str:
    """A script begins with a capital, a region is all capitals."""
    if subtag.isalpha() and len(subtag) == 4:
        return subtag.title()
    return subtag.upper() if subtag.isalpha() and len(subtag) == 2 else subtag


def covers(read: str, asked: str) -> bool:
    """Whether who reads one reads the other: either is the beginning of the other, so `pt` goes with `pt-BR`."""
    return f"{asked}-".startswith(f"{read}-") or f"{read}-".startswith(f"{asked}-")


def name_language(tag: str) -> str:
    """The language's name in the language of the page; of one without a name there, the tag."""
    try:
        info = get_language_info(tag.lower())
    except KeyError:
        return tag
    name = str(info["name_translated"])
    return name if info["code"] == tag.lower() else f"{name} ({tag})"
