import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalplatform.common.errors import Invalid
from evalplatform.common.strict_json import DEEPEST, LARGEST, SMALLEST, parse_strict

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NUMBERS = st.integers(SMALLEST, LARGEST) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_plain_json_comes_out_as_it_went_in(value: object) -> None:
    assert parse_strict(json.dumps(value)) == value


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"a": [1, {"b": NaN}]}', "a[1].b"),
        ('{"a": -Infinity}', "a"),
        ('{"a": 1e999}', "a"),
        ('{"a": ' + "9" * 5000 + "}", "a"),
        ('{"a": 18446744073709551616}', "a"),
        ('{"a": {"b": 1, "c": 2, "b": 1}}', "a.b"),
        ('{"a": ["\\u0000"]}', "a[0]"),
        ('{"a": "\\udc00"}', "a"),
        ("[" * (DEEPEST + 2) + "]" * (DEEPEST + 2), "[0]" * (DEEPEST + 1)),
    ],
)
def test_what_is_hostile_is_refused_where_it_stands(text: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_strict(text)
    assert [fault.field for fault in caught.value.faults] == [field]


@pytest.mark.parametrize("text", ["\ufeff{}", "{", "", "[" * 100_000, "{'a': 1}"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_strict(text)


@pytest.mark.parametrize("zero", ["-0.0", "-0e3", "-1e-400"])
def test_minus_zero_is_read_as_zero(zero: str) -> None:
    assert repr(parse_strict(f'{{"a": [{zero}, "-0.0"]}}')) == "{'a': [0.0, '-0.0']}"
