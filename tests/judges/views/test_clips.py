"""A foreign text on a page: never more than the page can bear, with every hidden mark spelled out."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judges.views.clips import clip_text, describe_parts


@given(st.text(max_size=300), st.integers(0, 400))
def test_a_clip_fits_its_bytes_and_says_when_it_is_cut(text: str, most: int) -> None:
    clip = clip_text(text, most=most)
    assert len(escape(clip.text).encode("utf-8", "surrogatepass")) <= most
    assert clip.length == len(text)
    if not clip.is_cut:
        assert len(clip.text) >= len(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\x00\x1b[31mb", "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}[31mb"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_marks_are_seen(text: str, shown: str) -> None:
    assert clip_text(text, most=1000).text == shown


def test_a_part_of_a_request_is_text_or_json_and_empty_ones_are_left_out() -> None:
    parts = describe_parts({"system": "", "user": "Rate.", "schema": {"a": 1}, "parameters": {}}, most=100)
    assert [(name, clip.text) for name, clip in parts] == [("user", "Rate."), ("schema", '{\n  "a": 1\n}')]
