import pytest

from evalplatform.settings.logs import hide_link_secrets
from tests.security.sweep import list_routes

LINKS = [route.pattern for route in list_routes() if "<str:secret>" in route.pattern]


@pytest.mark.parametrize("pattern", LINKS)
def test_the_secret_of_a_link_is_not_logged(pattern: str) -> None:
    path = "/" + pattern.replace("<str:secret>", "{}")
    event = {"event": f"Forbidden (CSRF cookie not set.): {path.format('s3cr3t-Value_1')}", "status": 403}

    assert hide_link_secrets(None, "warning", event) == {
        "event": f"Forbidden (CSRF cookie not set.): {path.format('…')}",
        "status": 403,
    }


def test_there_are_such_links() -> None:
    assert len(LINKS) == 3
