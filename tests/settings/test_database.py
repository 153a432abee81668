"""`DATABASE_URL` and what it says of prepared statements."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from evalplatform.settings.database import postgres_database

URL = "postgresql://ada:secret@db.example:5433/ratings"


@pytest.mark.parametrize(
    ("asked", "threshold"), [("", 3), ("?prepare_threshold=10", 10), ("?prepare_threshold=none", None)]
)
def test_statements_are_prepared_after_some_uses_or_never(asked: str, threshold: int | None) -> None:
    options: dict[str, Any] = postgres_database(URL + asked)["OPTIONS"]
    assert options["prepare_threshold"] == threshold


def test_other_options_go_to_the_driver() -> None:
    found = postgres_database(f"{URL}?sslmode=require")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert [found[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "ada", "secret", "db.example", 5433, "ratings",
    ]  # fmt: skip


def test_a_threshold_that_is_no_number_is_refused_at_the_start() -> None:
    with pytest.raises(ImproperlyConfigured, match="prepare_threshold"):
        postgres_database(f"{URL}?prepare_threshold=often")
