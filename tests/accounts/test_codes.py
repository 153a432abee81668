"""Codes are those of RFC 6238; recovery codes are drawn from enough, and read however they are typed."""

import base64
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from evalplatform.accounts.codes import (
    draw_key,
    draw_picture,
    draw_recovery_codes,
    find_step,
    read_code,
    spell_address,
)

RFC_KEY = base64.b32encode(b"12345678901234567890").decode()
# Appendix B of RFC 6238, SHA-1: eight digits there, of which apps show the last six.
VECTORS = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(("seconds", "digits"), VECTORS)
def test_codes_are_those_of_the_rfc(seconds: int, digits: str) -> None:
    assert find_step(key=RFC_KEY, code=digits[-6:], now=at(seconds)) == seconds // 30


def test_a_clock_may_be_one_step_off_either_way() -> None:
    step = 1234567890 // 30
    found = [find_step(key=RFC_KEY, code="005924", now=at((step + off) * 30)) for off in range(-2, 3)]
    assert found == [None, step, step, step, None]


@pytest.mark.parametrize("code", ["", "00592", "0059240", "٠٠٥٩٢٤", "005 924", "89005924", "005925"])
def test_nothing_else_is_a_code(code: str) -> None:
    assert find_step(key=RFC_KEY, code=code, now=at(1234567890)) is None


def test_the_address_is_what_apps_read() -> None:
    key = draw_key()
    parts = urlsplit(spell_address(key=key, username="ada"))
    assert (parts.scheme, parts.netloc, unquote(parts.path)) == ("otpauth", "totp", "/evalplatform:ada")
    assert parse_qs(parts.query) == {"secret": [key], "issuer": ["evalplatform"]}
    assert len(base64.b32decode(key)) == 20


def test_the_picture_needs_no_style_and_no_script() -> None:
    picture = unquote(draw_picture(spell_address(key=draw_key(), username="ada")))
    assert picture.startswith("data:image/svg+xml")
    assert "style" not in picture
    assert "script" not in picture


def test_recovery_codes_are_ten_and_differ_and_are_read_as_typed() -> None:
    codes = draw_recovery_codes()
    assert len(set(codes)) == 10
    assert {len(read_code(code)) for code in codes} == {24}
    assert read_code(f" {codes[0].lower().replace('-', ' ')}\n") == read_code(codes[0])
