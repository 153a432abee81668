"""Foreign texts on a page: their marks visible, and no more of them than a page can bear."""

from dataclasses import dataclass
from html import escape

import orjson

from evalplatform.common.markdown import reveal_invisible
from evalplatform.common.texts import show_controls

LONG = 600  # characters from which on a text is folded


@dataclass(frozen=True, slots=True)
class Clip:
    """The beginning of a text as a page shows it; `length` (characters) is the whole's.

    `key` names its fold on a page that renews itself, so that it stays unfolded.
    """

    text: str
    length: int
    is_cut: bool
    key: str = ""

    @property
    def is_long(self) -> bool:
        return len(self.text) > LONG


def show_foreign(text: str) -> str:
    """A short foreign text with every mark that hides or reorders letters spelled out."""
    return show_controls(reveal_invisible(text))


def clip_text(text: str, *, most: int, key: str = "") -> Clip:
    """As much of the text as takes `most` bytes of HTML. Marks that hide or reorder text are spelled out."""
    shown = show_foreign(text[:most])
    kept, size = 0, 0
    for letter in shown:
        size += len(escape(letter).encode())
        if size > most:
            break
        kept += 1
    return Clip(shown[:kept], len(text), is_cut=kept < len(shown) or len(text) > most, key=key)


def describe_parts(request: object, *, most: int) -> list[tuple[str, Clip]]:
    """A request part by part: texts as they are, the rest as JSON."""
    parts = request if isinstance(request, dict) else {"request": request}
    return [
        (str(name), clip_text(part if isinstance(part, str) else _write_json(part), most=most))
        for name, part in parts.items()
        if part not in ("", {}, None)
    ]


def _write_json(part: object) -> str:
    return orjson.dumps(part, option=orjson.OPT_INDENT_2).decode()
