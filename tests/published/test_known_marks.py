"""How often professionals meet each other's marks, as decision 0060 tells it."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from annotations.queries.compared import Marks, agrees
from tests.published.expected.study import Line, Study

FOLDER = Path(settings.EVALPLATFORM_STUDIES) / "mqm-ende"
Spans = list[dict[str, Any]]

pytestmark = [
    pytest.mark.published,
    pytest.mark.skipif(
        not FOLDER.is_dir(), reason="the real data sets are not here: set EVALPLATFORM_STUDIES"
    ),
]


def name_text(line: Line) -> tuple[str, str, str | None]:
    return line["item_id"], line["systems"][0], line.get("meta", {}).get("shown_beside")


@cache
def read_pairs() -> list[tuple[Spans, Spans]]:
    """What two raters marked in the same text, of all pairs of them."""
    by_text: dict[tuple[str, str, str | None], dict[str, Spans]] = defaultdict(dict)
    for line in Study(FOLDER).people:
        by_text[name_text(line)][line["rater"]] = line["value"]
    return [
        pair for said in by_text.values() for pair in combinations([said[key] for key in sorted(said)], 2)
    ]


@cache
def read_wholes() -> list[tuple[Spans, Spans]]:
    """Marks whose words stand once in their text, and beside each answer the whole text as its first error."""
    study = Study(FOLDER)
    return [
        (placed, [{**placed[0], "start": 0, "end": len(text)}])
        for line in study.people
        if line["value"]
        and (text := study.texts[line["item_id"], line["systems"][0]]["text"])
        and (placed := list(place(line["value"], text)))
        and len(placed) == len(line["value"])
    ]


def place(spans: Spans, text: str) -> Iterator[dict[str, Any]]:
    for span in spans:
        words = span.get("text")
        if words and text.count(words) == 1:
            start = text.index(words)
            yield {**span, "start": start, "end": start + len(words)}


def meets(expected: Spans, said: Spans, share: float) -> bool:
    return agrees({1: Marks(expected, share)}, {1: Marks(said)})


def drop_names(spans: Spans) -> Spans:
    return [{key: span[key] for key in span if key not in ("category", "severity")} for span in spans]


def rate(pairs: list[tuple[Spans, Spans]], share: float) -> int:
    """Of pairs, how many are as expected, in %."""
    return round(100 * sum(meets(one, other, share) for one, other in pairs) / len(pairs))


def test_two_professionals_meet_each_other_on_a_quarter_of_the_texts() -> None:
    pairs = read_pairs()
    clean = sum(not one and not other for one, other in pairs)
    alone = sum(bool(one) != bool(other) for one, other in pairs)
    assert (len(pairs), clean, alone) == (3120, 394, 626)
    assert rate(pairs, 0.5) == 24


def test_where_both_mark_few_are_as_expected_and_names_are_not_the_reason() -> None:
    both = [(one, other) for one, other in read_pairs() if one and other]
    assert len(both) == 2100
    assert [rate(both, share) for share in (0.3, 0.5, 0.7)] == [9, 17, 26]
    places = [(drop_names(one), drop_names(other)) for one, other in both]
    assert [rate(places, share) for share in (0.3, 0.5, 0.7)] == [15, 23, 32]


def test_whoever_marks_everything_is_rarely_as_expected() -> None:
    wholes = read_wholes()
    assert len(wholes) == 844
    assert [rate(wholes, share) for share in (0.3, 0.5, 0.7)] == [6, 11, 25]
    third = [(one, whole) for one, whole in wholes if count(one) <= whole[0]["end"] / 3 - 1]
    assert len(third) > 500
    assert not any(meets(one, whole, 0.5) for one, whole in third if is_of_one_name(one))


def count(spans: Spans) -> int:
    return len({at for span in spans for at in range(span["start"], span["end"])})


def is_of_one_name(spans: Spans) -> bool:
    return len({(span.get("category"), span.get("severity")) for span in spans}) == 1
