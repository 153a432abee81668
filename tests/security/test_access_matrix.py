"""Row 28: every address of the URLconf, every method, everybody, with own, foreign and made-up ids."""

import pytest
from django.db import connection

from tests.security.matrix import MATRIX, MEMBERS, PUBLIC, row
from tests.security.sweep import Sweep, list_routes
from tests.security.world import build_world


@pytest.fixture(autouse=True)
def _no_line_for_every_refusal(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("ERROR", logger="django.request")


def test_row_28_every_route_has_a_row_and_every_row_a_route() -> None:
    keys = [route.key for route in list_routes()]
    assert sorted(keys) == sorted(MATRIX)
    holders = {route.key for route in list_routes() if "public_id" in route.parts}
    assert {key for key, held in MATRIX.items() if held.of} == holders


@pytest.mark.timeout(600)
@pytest.mark.database
def test_row_28_everybody_gets_what_the_matrix_says() -> None:
    sweep = Sweep(build_world(), [], is_brief=connection.vendor == "postgresql")
    for route in list_routes():
        sweep.try_route(route)
    assert not sweep.faults, "\n".join(sweep.faults)
    assert sweep.requests > 1000


@pytest.mark.database
def test_row_28_a_wrong_policy_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MATRIX, "report", row(GET=MEMBERS))
    monkeypatch.setitem(MATRIX, "home", row(GET=PUBLIC))
    monkeypatch.setitem(MATRIX, "rate-undo", row())
    sweep = Sweep(build_world(), [])
    for route in list_routes():
        if route.key in ("report", "home", "rate-undo"):
            sweep.try_route(route)
    assert sorted(fault.split(":")[0] for fault in sweep.faults) == [
        "GET home as anonymous",
        "GET home as expired token",
        "GET home as revoked token",
        "GET report as deactivated rater",
        "GET report as rater",
        "GET report as rater elsewhere",
        "POST rate-undo as rater",
        "POST rate-undo as researcher",
    ]
