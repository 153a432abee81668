"""Codes of a second factor: six digits that an app works out of a shared key and the time, and codes on paper."""

import hmac
import re
import secrets
from datetime import datetime

import pyotp
import segno

ISSUER = "evalplatform"
DRIFT = 1  # time steps that a clock may be off either way
RECOVERY_CODES = 10
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 characters, none to be taken for another
GROUPS, GROUP = 6, 4  # 24 characters, 120 bits: too many to try out, so that a plain hash protects them
SIX_DIGITS = re.compile(r"[0-9]{6}")


def draw_key() -> str:
    """A new shared key: 160 random bits in base32."""
    return pyotp.random_base32()


def spell_address(*, key: str, username: str) -> str:
    """The `otpauth:` address of the key, as apps read it."""
    return pyotp.TOTP(key).provisioning_uri(name=username, issuer_name=ISSUER)


def draw_picture(address: str) -> str:
    """A QR code as a `data:` address of an SVG picture, black on white in any theme, with its quiet zone."""
    picture = segno.make(address, error="m", micro=False)
    return str(picture.svg_data_uri(scale=4, border=4, dark="#000", light="#fff"))


def looks_like_digits(code: str) -> bool:
    """Whether it can be a code of an app."""
    return SIX_DIGITS.fullmatch(code) is not None


def find_step(*, key: str, code: str, now: datetime) -> int | None:
    """The time step (30 seconds each, since 1970) whose code this is, at most one off; None for a wrong code."""
    if not looks_like_digits(code):
        return None
    totp = pyotp.TOTP(key)
    current = int(now.timestamp()) // totp.interval
    steps = range(current - DRIFT, current + DRIFT + 1)
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step), code)), None)


def draw_recovery_codes() -> list[str]:
    """Ten new codes, in groups to be read and typed."""
    return [_draw_recovery_code() for _ in range(RECOVERY_CODES)]


def _draw_recovery_code() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def read_code(typed: str) -> str:
    """What was typed, without spaces and hyphens, in capitals."""
    return re.sub(r"[\s-]", "", typed).upper()
