import io

import pytest
from pytest_django import Settings

from evalplatform.common.errors import Invalid, TooLarge
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
    with pytest.raises(Invalid):
        parse(body)


def test_a_body_that_is_too_large_is_not_read(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20

    assert parse(b'{"a": "23456789012"}') == {"a": "23456789012"}
    with pytest.raises(TooLarge):
        parse(b'{"a": "234567890123"}')
