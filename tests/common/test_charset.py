from typing import Any  # WSGI's environment holds anything

import pytest

from evalplatform.common.charset import read_as_utf8


@pytest.mark.parametrize(
    ("claimed", "read"),
    [
        ("text/plain; charset=hex", "text/plain"),
        ('application/json; charset="rot13"; version=1', "application/json; version=1"),
        ("multipart/form-data; boundary=x; CHARSET=undefined", "multipart/form-data; boundary=x"),
        ("application/json", "application/json"),
        ("", ""),
    ],
)
def test_a_claimed_encoding_is_dropped(claimed: str, read: str) -> None:
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: object) -> list[bytes]:
        seen.update(environ)
        return []

    read_as_utf8(application)({"CONTENT_TYPE": claimed}, print)

    assert seen["CONTENT_TYPE"] == read
