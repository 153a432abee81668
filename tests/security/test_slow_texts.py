"""Row 35: texts made to be slow, as long as any that is stored, are shown, marked and read in bounded time."""

import time
from collections.abc import Callable

import pytest

from annotations.domain.formats.batch_lines import LONGEST_TEXT
from annotations.domain.showing.masking import mask_names
from evalplatform.common.markdown import render_markdown
from evalplatform.common.texts import show_controls
from evalplatform.metrics.exact import match_exactly
from judges.protocols.parsing import read_reply

# Of processor time. The slowest takes 1.4 s on a slow core; what grows with the square of its length takes minutes.
MOST_SECONDS = 10.0
SEEDS = {
    "brackets": "[", "links": "[a](", "pictures": "![](", "stars": "*a", "underscores": "__a", "tildes": "~~a",
    "ticks": "`", "odd ticks": "`a``", "angles": "<", "tags": "<a b=", "quotes": "> ", "lists": "- ",
    "numbers": "1. ", "tables": "|a", "dollars": "$a", "formulas": "$$\\", "braces": "{", "commands": "\\frac",
    "entities": "&#1", "autolinks": "http://a", "spaces": " ", "lines": "\n", "escapes": "\\", "fences": "```\n",
    "headings": "#", "rules": "---\n", "references": "[a]: <", "marks": "\u202e", "digits": "9", "thousands": "1,",
    "words": "one hundred and ", "Russian words": "сто тысяч ", "mixed": "[*`_~<$|",
}  # fmt: skip


def fill(seed: str) -> str:
    """The longest text that a batch may bring, of this alone."""
    return seed * (LONGEST_TEXT // len(seed.encode()))


def measure(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize("name", SEEDS)
def test_row_35_no_text_keeps_a_page_for_long(name: str) -> None:
    text = fill(SEEDS[name])
    assert measure(lambda: render_markdown(text)) < MOST_SECONDS
    assert measure(lambda: show_controls(text)) < MOST_SECONDS


@pytest.mark.parametrize("name", SEEDS)
def test_row_35_no_text_keeps_a_metric_for_long(name: str) -> None:
    text = fill(SEEDS[name])
    assert measure(lambda: match_exactly(text, "forty-two", language="en")) < MOST_SECONDS


@pytest.mark.parametrize("name", SEEDS)
def test_row_35_no_text_keeps_masking_or_the_reading_of_a_reply_for_long(name: str) -> None:
    text = fill(SEEDS[name])
    assert (
        measure(lambda: mask_names(text, names=["gpt-4o", "aurora large"], families=["OpenAI"]))
        < MOST_SECONDS
    )
    assert measure(lambda: read_reply(text)) < MOST_SECONDS
