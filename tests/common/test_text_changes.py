"""What changed between two texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalplatform.common.text_changes import MOST_WORDS, Change, Part, compare_texts

SAME, ADDED, REMOVED = Change.SAME, Change.ADDED, Change.REMOVED


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("", "", ()),
        ("a\n", "a\n", (Part(SAME, "a\n"),)),
        ("", "a\n", (Part(ADDED, "a\n"),)),
        ("a\nb\n", "b\n", (Part(REMOVED, "a\n"), Part(SAME, "b\n"))),
        (
            "Prefer the true answer.\nBe quick.\n",
            "Prefer the clear answer.\nBe quick.\n",
            (
                Part(SAME, "Prefer the"),
                Part(REMOVED, " true"),
                Part(ADDED, " clear"),
                Part(SAME, " answer.\nBe quick.\n"),
            ),
        ),
    ],
)
def test_lines_and_words(old: str, new: str, parts: tuple[Part, ...]) -> None:
    assert compare_texts(old, new) == parts


def test_a_very_long_changed_stretch_is_told_whole() -> None:
    old, new = "a " * (MOST_WORDS + 1) + "b", "a " * (MOST_WORDS + 1) + "c"
    assert compare_texts(old, new) == (Part(REMOVED, old), Part(ADDED, new))


@given(st.text("ab \n", max_size=40), st.text("ab \n", max_size=40))
def test_both_texts_can_be_read_out_of_it(old: str, new: str) -> None:
    parts = compare_texts(old, new)
    assert "".join(part.text for part in parts if part.change != ADDED) == old
    assert "".join(part.text for part in parts if part.change != REMOVED) == new
