"""Names of systems and vendors, taken out of texts."""

import re
from collections.abc import Iterable
from functools import lru_cache

from evalplatform.common.traced import Traced

HIDDEN = "[name hidden]"
SHORTEST_NAME = (
    3  # shorter ones are words of the text as often as names, unless they hold a digit, such as o3
)
SHORTEST_FAMILY = 4
# Names of systems that tell nobody which one it is, and that texts are full of.
ORDINARY = frozenset(
    "answer baseline expert gold human humans model original output reference response system".split()  # noqa: SIM905 - reads better
)
# What may stand between the parts of a name without hiding it from a reader: spaces, dashes, markup, soft hyphens.
BETWEEN = r"[\s\-_.:/\\*`~\[\]\u2010-\u2015\u00ad\u200b-\u200d\u2060]{0,6}"
FULL_WIDTH = 0xFEE0  # from an ASCII character to its full-width twin
# A letter, digit or dash has no reason to be written as a number, but to pass for something else.
WRITTEN_AS_NUMBER = re.compile(r"&#(?:x([0-9a-f]{1,4})|([0-9]{1,5}));", re.IGNORECASE)


def mask_names(text: str, *, names: Iterable[str], families: Iterable[str] = ()) -> str:
    """Replace the names of systems and vendors, however spaced, hyphenated or marked up, by words that say so."""
    pattern = _compile(tuple(sorted(set(names))), tuple(sorted(set(families))))
    if pattern is None:
        return text
    plain = WRITTEN_AS_NUMBER.sub(_write_plainly, text)
    return pattern.sub(HIDDEN, plain)


def holds_name(text: str, *, names: Iterable[str], families: Iterable[str] = ()) -> bool:
    """Whether `mask_names` would hide anything of the text."""
    pattern = _compile(tuple(sorted(set(names))), tuple(sorted(set(families))))
    return pattern is not None and pattern.search(WRITTEN_AS_NUMBER.sub(_write_plainly, text)) is not None


def trace_names(text: str, *, names: Iterable[str], families: Iterable[str] = ()) -> Traced:
    """What `mask_names` makes of a text, each character with the part of the text that it stands for."""
    traced = Traced.of(text)
    pattern = _compile(tuple(sorted(set(names))), tuple(sorted(set(families))))
    if pattern is None:
        return traced
    return traced.sub(WRITTEN_AS_NUMBER, _write_plainly).sub(pattern, lambda _: HIDDEN)


def _write_plainly(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16) if match[1] else int(match[2]))
    return character if character.isascii() and (character.isalnum() or character in "-_.") else match[0]


@lru_cache(maxsize=256)
def _compile(names: tuple[str, ...], families: tuple[str, ...]) -> re.Pattern[str] | None:
    words = [name for name in names if _is_telling(name)]
    words += [family for family in families if len(family) >= SHORTEST_FAMILY]
    words = [word for word in words if word.lower() not in ORDINARY]
    spelled = sorted({_spell(word) for word in words}, key=len, reverse=True)
    return re.compile("|".join(spelled), re.IGNORECASE) if spelled else None


def _is_telling(name: str) -> bool:
    return len(name) >= SHORTEST_NAME or (
        len(name) == SHORTEST_NAME - 1 and not name.isalpha() and name.isalnum()
    )


def _spell(word: str) -> str:
    """`gpt-4` as `GPT 4`, `**GPT**-4` and `gpt\\_4` too, wherever it stands; a plain word only as a whole one."""
    if word.isalpha() or len(word) < SHORTEST_NAME:
        return rf"(?<![^\W_]){_spell_part(word)}(?![^\W_])"
    parts = [_spell_part(part) for part in re.split(r"[\W_]+", word) if part]
    loose = BETWEEN.join(parts)
    return rf"(?:{re.escape(word)}|{loose})" if loose else re.escape(word)


def _spell_part(part: str) -> str:
    return "".join(_spell_character(character) for character in part)


def _spell_character(character: str) -> str:
    if character.isascii() and character.isalnum():
        return f"[{character}{chr(ord(character) + FULL_WIDTH)}]"
    return re.escape(character)
