from typing import Any

import pytest
from cryptography.fernet import Fernet

from evalplatform.common.errors import Conflict
from evalplatform.common.vault import decrypt_secret, digest_secret, encrypt_secret, rotate_secret


def test_a_secret_comes_back_and_its_text_does_not_show_it() -> None:
    hidden = encrypt_secret("sk-planted")
    assert "planted" not in hidden
    assert hidden != encrypt_secret("sk-planted")
    assert decrypt_secret(hidden) == "sk-planted"


def test_keys_are_rotated(settings: Any) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.EVALPLATFORM_MASTER_KEYS = [old]
    hidden = encrypt_secret("sk-planted")
    settings.EVALPLATFORM_MASTER_KEYS = [new, old]
    fresh = rotate_secret(hidden)
    settings.EVALPLATFORM_MASTER_KEYS = [new]
    assert decrypt_secret(fresh) == "sk-planted"
    with pytest.raises(Conflict):
        decrypt_secret(hidden)


def test_a_digest_names_a_secret_and_hangs_on_the_master_key(settings: Any) -> None:
    settings.EVALPLATFORM_MASTER_KEYS = ["one"]
    first = digest_secret("openai", "sk-planted")
    assert first == digest_secret("openai", "sk-planted")
    assert first != digest_secret("openaisk-planted", "")
    assert "sk-planted" not in first
    settings.EVALPLATFORM_MASTER_KEYS = ["other"]
    assert digest_secret("openai", "sk-planted") != first
