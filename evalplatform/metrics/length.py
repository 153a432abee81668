"""How long a text is."""

import re

WORD = re.compile(r"\w+")


def count_characters(text: str) -> int:
    """Characters of the text without the white space around it."""
    return len(text.strip())


def count_words(text: str) -> int:
    """Runs of letters and digits, in any script."""
    return len(WORD.findall(text))
