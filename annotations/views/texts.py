"""Untrusted texts as the rating page shows them: rendered, and as they were written."""

import re
from collections import Counter
from dataclasses import dataclass

from markupsafe import Markup

from evalplatform.common.markdown import render_markdown, reveal_invisible
from evalplatform.common.markdown_positions import render_with_positions, spell_with_positions

SPEAKER = re.compile(r"^([^\W\d_][\w .-]{0,24}):(?:\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text in both forms; the page shows one of them."""

    rendered: Markup
    source: str | Markup


def show_text(text: str, *, marked: bool = False) -> ShownText | None:
    """None where there is nothing to show. `marked`: every character says where it stands in the text."""
    if marked and text:
        return ShownText(render_with_positions(text), spell_with_positions(text))
    return ShownText(render_markdown(text), reveal_invisible(text)) if text else None


def holds_dialogue(text: str) -> bool:
    """Whether several speakers take turns in it, by lines like `USER: ...`: what is answered stands at its end."""
    speakers = Counter(SPEAKER.findall(text))
    return len(speakers) > 1 and max(speakers.values()) > 1
