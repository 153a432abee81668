"""What judges have cost: by day, judge, run or model, and what of it no provider confirmed.

A sum here is the sum of its calls' costs to the last digit, on both databases: it is taken over whole units of the
ledger's eighth decimal. A run's `spent` may be a little higher, since it counts every call rounded up to a millionth.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from enum import StrEnum
from typing import Any  # rows of a database

from django.db.models import BigIntegerField, Count, DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce, Round, TruncDate

from annotations.models import Project
from judges.models import Attempt, AttemptState

DIGITS = 8
NOT_CALLED = (AttemptState.PENDING, AttemptState.LEASED, AttemptState.CANCELLED)
UNCONFIRMED = Q(tokens_in=None) | Q(tokens_out=None)  # the cost is what was set aside before the call


class SpendBy(StrEnum):
    """What a line of spend stands for."""

    DAY = "day"
    JUDGE = "judge"
    RUN = "run"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Spend:
    """Calls made and USD paid for them. `key` tells a line from the others, `name` says it in words.

    `confirmed` follows from the provider's count of tokens; `estimated` is what calls may have cost whose answer was
    lost or counted nothing. `unpriced` calls are in neither: their price is not known.
    """

    key: str
    name: str
    calls: int = 0
    unpriced: int = 0
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_cache_written: int = 0
    tokens_out: int = 0
    confirmed: Decimal = Decimal(0)
    estimated: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        return self.confirmed + self.estimated


@dataclass(frozen=True, slots=True)
class SpendTable:
    """Lines in their order and their sum; USD, days in UTC."""

    by: str
    rows: tuple[Spend, ...]
    total: Spend


def read_spend(project: Project, *, by: str = SpendBy.DAY) -> SpendTable:
    """The project's spend, runs as they came and all else by name; a call belongs to the day on which it began."""
    calls = Attempt.objects.filter(project=project).exclude(state__in=NOT_CALLED)
    [total] = _sum_up(calls, "project") or [{}]
    rows = READERS[SpendBy(by)](calls)
    in_order = rows if by == SpendBy.RUN else sorted(rows, key=lambda row: (row.name, row.key))
    return SpendTable(by, tuple(in_order), _build("", "", total))


def read_spend_of_run(run_id: int) -> Spend:
    """What one run has cost."""
    calls = Attempt.objects.filter(run=run_id).exclude(state__in=NOT_CALLED)
    [total] = _sum_up(calls, "run") or [{}]
    return _build("", "", total)


def _read_days(calls: QuerySet[Attempt]) -> Iterator[Spend]:
    began = Coalesce("started_at", "ended_at", "created_at")
    for row in _sum_up(calls.annotate(day=TruncDate(began, tzinfo=UTC)), "day"):
        day: date = row["day"]
        yield _build(day.isoformat(), day.isoformat(), row)


def _read_judges(calls: QuerySet[Attempt]) -> Iterator[Spend]:
    for row in _sum_up(calls, "rater__name", "run__judge__public_id"):
        yield _build(str(row["run__judge__public_id"]), row["rater__name"], row)


def _read_runs(calls: QuerySet[Attempt]) -> Iterator[Spend]:
    for row in _sum_up(calls, "run_id", "run__public_id", "rater__name"):
        yield _build(str(row["run__public_id"]), row["rater__name"], row)


def _read_models(calls: QuerySet[Attempt]) -> Iterator[Spend]:
    judge = "run__judge__"
    names = f"{judge}connection__provider", f"{judge}connection__base_url", f"{judge}model", f"{judge}builtin"
    for row in _sum_up(calls, *names):
        provider, address, model, builtin = (row[name] for name in names)
        where = f" at {address}" if address else ""
        key = f"builtin:{builtin}" if builtin else f"{provider}:{model}{where}"
        yield _build(key, builtin or f"{model}{where}", row)


READERS = {
    SpendBy.DAY: _read_days,
    SpendBy.JUDGE: _read_judges,
    SpendBy.RUN: _read_runs,
    SpendBy.MODEL: _read_models,
}


def _sum_up(calls: QuerySet[Attempt], *group: str) -> list[dict[str, Any]]:
    units = ExpressionWrapper(F("cost") * 10**DIGITS, DecimalField(max_digits=24, decimal_places=0))
    whole = Cast(Round(units), BigIntegerField())
    rows = calls.order_by(*group).values(*group)
    return list(
        rows.annotate(
            calls=Count("pk"),
            unpriced=Count("pk", filter=Q(cost=None)),
            tokens_in_sum=Sum("tokens_in"),
            tokens_cached_sum=Sum("tokens_cached"),
            tokens_cache_written_sum=Sum("tokens_cache_written"),
            tokens_out_sum=Sum("tokens_out"),
            units_sum=Sum(whole),
            estimated_sum=Sum(whole, filter=UNCONFIRMED),
        )
    )


def _build(key: str, name: str, row: dict[str, Any]) -> Spend:
    def read(field: str) -> int:
        return int(row.get(field) or 0)

    estimated = Decimal(read("estimated_sum")).scaleb(-DIGITS)
    return Spend(
        key=key,
        name=name,
        calls=read("calls"),
        unpriced=read("unpriced"),
        tokens_in=read("tokens_in_sum"),
        tokens_cached=read("tokens_cached_sum"),
        tokens_cache_written=read("tokens_cache_written_sum"),
        tokens_out=read("tokens_out_sum"),
        confirmed=Decimal(read("units_sum")).scaleb(-DIGITS) - estimated,
        estimated=estimated,
    )
