from datetime import timedelta

import pytest


@pytest.fixture(autouse=True)
def _looks_are_due_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from judges.engine.batches import lane  # pytest may load this file before Django is ready

    monkeypatch.setattr(lane, "FIRST_LOOK", timedelta(0))
    monkeypatch.setattr(lane, "LONGEST_LOOK", timedelta(0))
