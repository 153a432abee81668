import io

import pytest
from rest_framework.exceptions import ParseError

from evalplatform.rest.parsers import StrictJSONParser


def parse(body: bytes) -> object:
    return StrictJSONParser().parse(io.BytesIO(body))


def test_json_is_parsed() -> None:
    assert parse('{"ключ": [1, 2.5, null, true]}'.encode()) == {"ключ": [1, 2.5, None, True]}


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b"[" * 60 + b"]" * 60,
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e999}',
        b'{"a": "\\u0000"}',
        b'{"a": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"a": "\xff"}',
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b'{"a": ' + b"1" * 5000 + b"}",
        b"",
        b"{",
    ],
    ids=[
        "abyss", "deep", "twice", "nan", "infinity", "overflow", "nul", "surrogate", "surrogate key",
        "not utf-8", "utf-16", "bom", "5000 digits", "empty", "cut",
    ],
)  # fmt: skip
def test_hostile_json_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse(body)
