from dataclasses import asdict
from typing import Any

import pytest

from judges.protocols.answer import Answer
from judges.protocols.parsing import read_verdict

SCALE = {"type": "integer", "minimum": 1, "maximum": 5}
VERDICT = {"enum": ["first", "second", "tie"]}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}
TEXT = {"type": "string"}


def read(text: str, scale: dict[str, Any], *, order: str = "0,1", refused: bool = False) -> dict[str, Any]:
    schema = {"properties": {"c": {"properties": {"value": scale}}}}
    prose = frozenset({"c"}) if scale == TEXT else frozenset[str]()
    answer = read_verdict(text, schema, refused=refused, shown_order=order, prose=prose)["c"]
    return {name: value for name, value in asdict(answer).items() if value is not None}


@pytest.mark.parametrize(
    ("scale", "text", "found"),
    [
        (SCALE, '{"c": {"value": 4}}', {"number": 4.0}),
        (SCALE, '{"c": {"value": 4.0}}', {"number": 4.0}),
        (SCALE, '{"c": {"rationale": "good", "value": 4}}', {"number": 4.0, "rationale": "good"}),
        (SCALE, '```json\n{"c": {"value": 4}}\n```', {"number": 4.0}),
        (SHARE, '{"c": {"value": 0.25}}', {"number": 0.25}),
        (TEXT, '{"c": {"value": "a\\u0000b"}}', {"text": "ab"}),
        (TEXT, '{"c": {"value": "half \\ud83d"}}', {"text": "half ?"}),
        (VERDICT, '{"c": {"value": "first"}}', {"code": "first"}),
        (SCALE, '{"c": {"value": 6}}', {"absent": "out_of_scale"}),
        (SCALE, '{"c": {"value": 0}}', {"absent": "out_of_scale"}),
        (SHARE, '{"c": {"value": 1e999}}', {"absent": "out_of_scale"}),
        (VERDICT, '{"c": {"value": "A"}}', {"absent": "out_of_scale"}),
        (SCALE, '{"c": {"value": 3.5}}', {"absent": "unparsable"}),
        (SCALE, '{"c": {"value": "10/10"}}', {"absent": "unparsable"}),
        (SCALE, '{"c": {"value": "4"}}', {"absent": "unparsable"}),
        (SCALE, '{"c": {"value": true}}', {"absent": "unparsable"}),
        (SCALE, '{"c": {"value": NaN}}', {"absent": "unparsable"}),
        (SCALE, '{"c": {"value": null}}', {"absent": "unparsable"}),
        (SCALE, '{"c": {"value": [4]}}', {"absent": "unparsable"}),
        (SCALE, '{"c": 4}', {"absent": "unparsable"}),
        (SCALE, '{"d": {"value": 4}}', {"absent": "unparsable"}),
        (SCALE, '{"c": {"value": 4}', {"absent": "unparsable"}),
        (SCALE, '{"c": {"value": 4}} {"c": {"value": 5}}', {"absent": "unparsable"}),
        (SCALE, '{"c": {"value": 4, "value": 5}}', {"absent": "unparsable"}),
        (SCALE, 'The verdict is {"c": {"value": 4}}', {"absent": "unparsable"}),
        (SCALE, "4", {"absent": "unparsable"}),
        (SCALE, "", {"absent": "unparsable"}),
        (SCALE, "[" * 100_000, {"absent": "unparsable"}),
        (VERDICT, '{"c": {"value": 1}}', {"absent": "unparsable"}),
    ],
)
def test_a_value_comes_only_from_the_schema(scale: dict[str, Any], text: str, found: dict[str, Any]) -> None:
    assert read(text, scale) == found


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("first", "second"),
        ("second", "first"),
        ("tie", "tie"),
        ("both_good", "both_good"),
        ("both_bad", "both_bad"),
    ],
)
def test_a_verdict_on_swapped_answers_is_turned_back(said: str, stored: str) -> None:
    scale = {"enum": ["first", "second", "tie", "both_good", "both_bad"]}
    reply = f'{{"c": {{"value": "{said}"}}}}'
    assert read(reply, scale, order="1,0") == {"code": stored}
    assert read(reply, scale, order="0,1") == {"code": said}


def test_a_refusal_counts_for_every_criterion_whatever_it_says() -> None:
    schema = {"properties": {key: {"properties": {"value": SCALE}} for key in ("a", "b")}}
    found = read_verdict('{"a": {"value": 4}}', schema, refused=True, shown_order="")
    assert found == {"a": Answer(absent="refused"), "b": Answer(absent="refused")}


def test_what_is_known_to_be_absent_has_no_value_whatever_the_reply_says() -> None:
    schema = {"properties": {key: {"properties": {"value": SCALE}} for key in ("a", "b")}}
    reply = '{"a": {"value": 4}, "b": {"value": 4}}'
    found = read_verdict(reply, schema, refused=False, shown_order="", absent={"a": "not_applicable"})
    assert found == {"a": Answer(absent="not_applicable"), "b": Answer(number=4.0)}


def test_each_criterion_stands_for_itself() -> None:
    schema = {"properties": {key: {"properties": {"value": SCALE}} for key in ("a", "b", "c")}}
    found = read_verdict('{"a": {"value": 4}, "b": {"value": 9}}', schema, refused=False, shown_order="")
    assert found == {
        "a": Answer(number=4.0),
        "b": Answer(absent="out_of_scale"),
        "c": Answer(absent="unparsable"),
    }


@pytest.mark.parametrize("written", ["1" + "0" * 400, "1e999", "-1e999"])
def test_a_number_beyond_all_numbers_is_out_of_scale(written: str) -> None:
    schema = {"properties": {"a": {"properties": {"value": {"type": "number"}}}}}

    found = read_verdict(f'{{"a": {{"value": {written}}}}}', schema, refused=False, shown_order="")

    assert found["a"].absent == "out_of_scale"
