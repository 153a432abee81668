"""What a call costs: the judge's own price, the project's, the instance's, or the list that comes with the platform.

An unknown price is never zero. What a call did cost is stored with it, so that a price may change.
"""

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from typing import Any  # lines of the list are JSON

import orjson
from django.db.models import Q

from annotations.models import Project
from evalplatform.common.clock import database_now
from judges.engine.money.tariff import FREE, Tariff
from judges.models import Judge, Lane, Price, Provider
from judges.queries.prices import list_prices

DATED = re.compile(r"-(latest|\d{8}|\d{4}-\d{2}-\d{2})\Z")
LIST = Path(__file__).with_name("list_prices.jsonl")
STANDARD = ("default", "auto", "standard_only")
AMOUNTS = (
    "tokens_in", "tokens_cached", "tokens_written", "tokens_out",
    "batch_in", "batch_cached", "batch_written", "batch_out",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundPrice:
    """A line of a price table and whose table it is: the project's, the instance's or the list's."""

    price: Price
    source: str


def list_lines(project: Project | None) -> list[Price]:
    """Every line that may price a call: the tables', where a project is named with its own, and then the list."""
    return [*list_prices(project), *read_list()]


def find_price(judge: Judge, *, lane: str = Lane.LIVE, on: date | None = None) -> Tariff | None:
    """What the judge's calls cost on a day (UTC; left out, today); None: unknown."""
    connection = judge.connection
    if judge.builtin or (connection and connection.provider == Provider.LOCAL):
        return FREE
    if "price_in" in judge.parameters and "price_out" in judge.parameters:
        return read_tariff(_read_own(judge.parameters), lane)
    if judge.parameters.get("service_tier", STANDARD[0]) not in STANDARD:
        return None  # a tier of its own has prices of its own
    found = find_listed(judge, on=on)
    return read_tariff(found.price, lane) if found else None


def find_listed(judge: Judge, *, on: date | None = None) -> FoundPrice | None:
    """The line that prices the model on a day: of the nearest table, the closest name's, the newest."""
    connection = judge.connection
    if connection is None:
        return None
    day = on or database_now().astimezone(UTC).date()
    rows = Price.objects.filter(
        Q(project=None) | Q(project=judge.project_id), provider=connection.provider, valid_from__lte=day
    )
    listed = [row for row in read_list() if row.provider == connection.provider and row.valid_from <= day]
    address = tidy_address(connection.base_url)
    for source, table in (
        ("project", [row for row in rows if row.project_id]),
        ("instance", [row for row in rows if not row.project_id]),
        ("list", listed),
    ):
        if best := _choose([row for row in table if row.base_url == address], judge.model):
            return FoundPrice(best, source)
    return None


def _choose(rows: Iterable[Price], model: str) -> Price | None:
    fitting = [(rank, row.valid_from, row) for row in rows if (rank := _rank(row.model, model))]
    return max(fitting, key=lambda found: found[:2])[2] if fitting else None


def _rank(listed: str, model: str) -> int:
    """How closely a listed name fits; 0: not at all. The name itself, its model without a date, a longer beginning."""
    if listed == model:
        return 1000
    if listed == DATED.sub("", model):
        return 999
    return len(listed) if listed.endswith("*") and model.startswith(listed[:-1]) else 0


def read_tariff(price: Price, lane: str) -> Tariff:
    """The line's prices in a lane: what it does not state costs as much as fresh tokens, and as a live call."""
    if lane == Lane.BATCH and price.batch_in is not None and price.batch_out is not None:
        fresh, cached, written, out = price.batch_in, price.batch_cached, price.batch_written, price.batch_out
    else:
        fresh, cached, written, out = (
            price.tokens_in, price.tokens_cached, price.tokens_written, price.tokens_out,
        )  # fmt: skip
    return Tariff(fresh, fresh if cached is None else cached, fresh if written is None else written, out)


def _read_own(parameters: dict[str, Any]) -> Price:
    names = {
        "tokens_in": "price_in",
        "tokens_cached": "price_cached",
        "tokens_written": "price_written",
        "tokens_out": "price_out",
        "batch_in": "price_batch_in",
        "batch_out": "price_batch_out",
    }
    stated = {name: Decimal(str(parameters[own])) for name, own in names.items() if own in parameters}
    return Price(**stated)


@functools.cache
def read_list() -> tuple[Price, ...]:
    """The list that comes with the platform: standard rates at the vendors' own addresses."""
    return tuple(_read_line(orjson.loads(line)) for line in LIST.read_bytes().splitlines())


def _read_line(line: dict[str, Any]) -> Price:
    amounts = {name: Decimal(line[name]) for name in AMOUNTS if name in line}
    return Price(
        provider=line["provider"],
        model=line["model"],
        valid_from=date.fromisoformat(line["valid_from"]),
        note=line["note"],
        **amounts,
    )


def tidy_address(base_url: str) -> str:
    """An address without the slash at its end, which means nothing."""
    return base_url.rstrip("/")
