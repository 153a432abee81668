"""Texts: one of several languages, and foreign ones made fit to be stored or shown."""

import re
from collections.abc import Mapping

# Controls (but for the line break), surrogates, and what is no character at all.
UNPRINTABLE = re.compile("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff]")


def choose_text(texts: Mapping[str, str], language: str = "en", fallback: str = "") -> str:
    """The text in a language (a tag such as `pt-BR`), else its primary one, English, any, or `fallback`.

    Case and the kind of dash of a tag do not count; an empty text is none.
    """
    held = {_normalise(tag): text for tag, text in texts.items() if text}
    wanted = _normalise(language)
    for tag in (wanted, wanted.partition("-")[0], "en"):
        if tag in held:
            return held[tag]
    return next(iter(held.values()), fallback)


def _normalise(tag: str) -> str:
    return tag.replace("_", "-").lower()


def show_controls(text: str) -> str:
    """The text with every control character and half character as a visible mark; line breaks stay."""
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def drop_unstorable(text: str) -> str:
    """The text without what a database cannot hold: NUL, and halves of surrogate pairs."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
