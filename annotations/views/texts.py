"""Untrusted texts as the rating page shows them: rendered, and as they were written."""

import re
from collections import Counter
from dataclasses import dataclass

from markupsafe import Markup

from evalplatform.common.markdown import render_markdown, reveal_invisible

SPEAKER = re.compile(r"^([^\W\d_][\w .-]{0,24}):(?:\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text in both forms; the page shows one of them."""

    rendered: Markup
    source: str


def show_text(text: str) -> ShownText | None:
    """None where there is nothing to show."""
    return ShownText(render_markdown(text), reveal_invisible(text)) if text else None


def holds_dialogue(text: str) -> bool:
    """Whether several speakers take turns in it, by lines like `USER: ...`: what is answered stands at its end."""
    speakers = Counter(SPEAKER.findall(text))
    return len(speakers) > 1 and max(speakers.values()) > 1
