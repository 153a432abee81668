"""Texts made alike where only case, punctuation, articles and white space differ."""

import re
import unicodedata

ARTICLES = re.compile(r"\b(?:a|an|the)\b")
MINUS = str.maketrans({"\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2044": "/"})
# Marks that change what is said: C is not C#, and 5 is not 5 %.
MEANINGFUL = frozenset("%#&@‰/\\")
EMPHASIS = frozenset("`^~´¨")


def unify(text: str) -> str:
    """Composed characters, one minus sign, no space around."""
    return unicodedata.normalize("NFC", text).translate(MINUS).strip()


def normalise(text: str) -> str:
    """Lower case, without punctuation, English articles and needless space.

    The rules of SQuAD's evaluation script (Rajpurkar et al. 2016), made careful: a minus before a digit, a point or
    comma between digits, and signs such as `%`, `+` and `$` stay, and so does a text of nothing else.

    Example:
        >>> normalise(' The "Eiffel  Tower"!'), normalise("3.5"), normalise("-5")
        ('eiffel tower', '3.5', '-5')
    """
    folded = unify(text).lower()
    kept = "".join(
        mark if _is_kept(folded, at) else " " if mark in "-–—" else "" for at, mark in enumerate(folded)
    )
    return " ".join(ARTICLES.sub(" ", kept).split()) or " ".join(folded.split())


def _is_kept(text: str, at: int) -> bool:
    mark = text[at]
    if mark in MEANINGFUL:
        return True
    if not unicodedata.category(mark).startswith("P"):
        return mark not in EMPHASIS or mark in "^~"
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if mark in ".,:'":
        return before.isdigit() and after.isdigit()
    return mark == "-" and after.isdigit() and not before.isalnum()
