from evalplatform.settings.logs import hide_sign_in_secrets


def test_a_sign_in_secret_is_not_logged() -> None:
    event = {"event": "Forbidden (CSRF cookie not set.): /sign-in/s3cr3t-Value_1/", "status": 403}

    assert hide_sign_in_secrets(None, "warning", event) == {
        "event": "Forbidden (CSRF cookie not set.): /sign-in/…/",
        "status": 403,
    }
