"""What changed between two texts."""

from math import isqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalplatform.common.text_changes import MOST_LINES, MOST_PAIRS, MOST_WORDS, Change, Part, compare_texts

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


def test_of_texts_of_very_many_lines_the_new_one_is_told_whole() -> None:
    most = "".join(f"{number}\n" for number in range(MOST_LINES))
    assert compare_texts(most, most.removeprefix("0\n")) == (
        Part(REMOVED, "0\n"),
        Part(SAME, most.removeprefix("0\n")),
    )
    assert compare_texts(most, most + "a\n") == (Part(ADDED, most + "a\n"),)
    assert compare_texts(most + "a\n", most) == (Part(ADDED, most),)
    assert compare_texts(most + "a\n", "") == ()


def test_of_texts_of_very_many_equal_lines_the_new_one_is_told_whole() -> None:
    side = isqrt(MOST_PAIRS)
    assert compare_texts("\n" * side, "\n" * side + "a\n") == (Part(SAME, "\n" * side), Part(ADDED, "a\n"))
    assert compare_texts("\n" * side, "\n" * (side + 2)) == (Part(ADDED, "\n" * (side + 2)),)


def test_very_many_equal_words_are_told_whole_and_the_changes_before_them_word_by_word() -> None:
    old, new = " s" * (isqrt(MOST_PAIRS) + 1) + " a\n", " s" * (isqrt(MOST_PAIRS) + 1) + " b\n"
    assert compare_texts(old, new) == (Part(REMOVED, old), Part(ADDED, new))
    assert compare_texts("c d\nsame\n" + old, "c e\nsame\n" + new) == (
        Part(SAME, "c"),
        Part(REMOVED, " d"),
        Part(ADDED, " e"),
        Part(SAME, "\nsame\n"),
        Part(REMOVED, old),
        Part(ADDED, new),
    )


def test_a_comparison_is_made_once() -> None:
    assert compare_texts("a remembered\n", "text\n") is compare_texts("a remembered\n", "text\n")


@given(st.text("ab \n", max_size=40), st.text("ab \n", max_size=40))
def test_both_texts_can_be_read_out_of_it(old: str, new: str) -> None:
    parts = compare_texts(old, new)
    assert "".join(part.text for part in parts if part.change != ADDED) == old
    assert "".join(part.text for part in parts if part.change != REMOVED) == new
