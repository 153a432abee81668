"""Names of systems and vendors, taken out of texts."""

import re
from collections.abc import Iterable
from functools import lru_cache

HIDDEN = "[name hidden]"
SHORTEST_NAME = 3  # "A" or "T5"-like names are words of the text as often as names
SHORTEST_FAMILY = 4


def mask_names(text: str, *, names: Iterable[str], families: Iterable[str] = ()) -> str:
    """Replace the names of systems and vendors, however spaced or hyphenated, by words that say so."""
    pattern = _compile(tuple(sorted(set(names))), tuple(sorted(set(families))))
    return pattern.sub(HIDDEN, text) if pattern else text


@lru_cache(maxsize=256)
def _compile(names: tuple[str, ...], families: tuple[str, ...]) -> re.Pattern[str] | None:
    words = [name for name in names if len(name) >= SHORTEST_NAME]
    words += [family for family in families if len(family) >= SHORTEST_FAMILY]
    spelled = sorted({_spell(word) for word in words}, key=len, reverse=True)
    return re.compile("|".join(spelled), re.IGNORECASE) if spelled else None


def _spell(word: str) -> str:
    """`gpt-4` as `GPT 4`, `gpt_4` and `gpt\\_4` too, wherever it stands; a plain word only as a whole word."""
    if word.isalpha():
        return rf"(?<![^\W_]){re.escape(word)}(?![^\W_])"
    parts = [re.escape(part) for part in re.split(r"[\W_]+", word) if part]
    loose = r"[\s\-_.:/\\]{0,3}".join(parts)
    return rf"(?:{re.escape(word)}|{loose})" if loose else re.escape(word)
