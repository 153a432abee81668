"""Lines of the price table written, read from a file, and taken away. What calls cost before is not touched."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any  # lines of a file are JSON

import orjson
from django.db import transaction

from annotations.models import Project
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.errors import Fault, Invalid
from evalplatform.common.texts import drop_unstorable
from judges.engine.money.budget import round_up
from judges.engine.money.pricing import AMOUNTS, tidy_address
from judges.models import Price, Provider

LARGEST_PRICE = Decimal(10_000)
PROVIDERS = [value for value in Provider.values if value != Provider.LOCAL]  # what runs here costs nothing
TEXTS = {"base_url": 500, "model": 200, "note": 300}
IN_A_BATCH = ("batch_in", "batch_out")


@dataclass(frozen=True, slots=True)
class PriceLine:
    """USD for a million tokens of a model from a day on, to the sixth decimal; None: not stated."""

    provider: str
    model: str
    valid_from: date
    tokens_in: Decimal
    tokens_out: Decimal
    base_url: str = ""
    tokens_cached: Decimal | None = None
    tokens_written: Decimal | None = None
    batch_in: Decimal | None = None
    batch_cached: Decimal | None = None
    batch_written: Decimal | None = None
    batch_out: Decimal | None = None
    note: str = ""


NAMES = frozenset(field.name for field in fields(PriceLine))
NEEDED = ("provider", "model", "valid_from", "tokens_in", "tokens_out")


def set_price(*, line: PriceLine, project: Project | None, actor: User | None) -> Price:
    """Write a line, in place of one of the same model, address and day; without a project for all. Raises Invalid."""
    if faults := list(_find_faults(line)):
        raise Invalid("; ".join(map(str, faults)), faults=tuple(faults))
    place: dict[str, Any] = {
        "project": project,
        "provider": line.provider,
        "base_url": tidy_address(line.base_url),
        "model": line.model,
        "valid_from": line.valid_from,
    }
    values = {name: getattr(line, name) for name in (*AMOUNTS, "note")}
    with transaction.atomic():
        before = Price.objects.select_for_update().filter(**place).first()
        price, _ = Price.objects.update_or_create(**place, defaults=values)
        _note(price, "set_price", actor, before=_spell(before), after=_spell(price))
    return price


def remove_price(*, price: Price, actor: User | None) -> None:
    """Take a line away: an older one, or the next table's, holds from now on."""
    with transaction.atomic():
        _note(price, "remove_price", actor, before=_spell(price), after="")
        price.delete()


def import_prices(*, lines: Iterable[bytes], project: Project | None, actor: User | None) -> int:
    """Write the lines of a JSON lines file, all or none; returns how many. Raises Invalid with the line's number."""
    count = 0
    with transaction.atomic():
        for number, raw in enumerate(lines, 1):
            if not raw.strip():
                continue
            try:
                set_price(line=read_line(raw), project=project, actor=actor)
            except Invalid as error:
                faults = tuple(Fault(f.message, field=f.field, line=number) for f in error.faults)
                raise Invalid("; ".join(map(str, faults)), faults=faults) from None
            count += 1
    return count


def read_line(raw: bytes) -> PriceLine:
    """A JSON object as a line: amounts are numbers or texts, the day is YYYY-MM-DD. Raises Invalid."""
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Invalid.at(f"is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise Invalid.at("is no JSON object")
    missing = [Fault("is missing", field=name) for name in NEEDED if name not in found]
    unknown = [Fault("is not known", field=name) for name in sorted(set(found) - NAMES)]
    if faults := missing + unknown:
        raise Invalid("; ".join(map(str, faults)), faults=tuple(faults))
    return PriceLine(**{name: read_value(name, value) for name, value in found.items()})


def read_value(name: str, value: Any) -> Any:
    """One field of a line from JSON or a command line. Raises Invalid."""
    if name == "valid_from":
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise Invalid.at("must be a day as YYYY-MM-DD", field=name) from None
    if name not in AMOUNTS:
        if not isinstance(value, str):
            raise Invalid.at("must be a text", field=name)
        return value
    if value is None or isinstance(value, Decimal):
        return value
    try:
        if isinstance(value, bool):
            raise InvalidOperation
        return Decimal(str(value))
    except InvalidOperation:
        raise Invalid.at("must be a number", field=name) from None


def _find_faults(line: PriceLine) -> Iterable[Fault]:
    if line.provider not in PROVIDERS:
        yield Fault(f"must be one of {', '.join(PROVIDERS)}", field="provider")
    if not line.model.strip() or "*" in line.model[:-1]:
        yield Fault("must be a name; * stands at its end only", field="model")
    if line.base_url and not line.base_url.startswith(("http://", "https://")):
        yield Fault("must begin with http:// or https://", field="base_url")
    for name, longest in TEXTS.items():
        text = getattr(line, name)
        if len(text) > longest or drop_unstorable(text) != text:
            yield Fault(f"must be a text of at most {longest} characters", field=name)
    for name in AMOUNTS:
        amount = getattr(line, name)
        if amount is None:
            if name in NEEDED:
                yield Fault("must be stated", field=name)
        elif not amount.is_finite() or not 0 <= amount <= LARGEST_PRICE or amount != round_up(amount):
            yield Fault(f"must be 0 to {LARGEST_PRICE} USD in millionths at the finest", field=name)
    stated = {name for name in AMOUNTS if name.startswith("batch_") and getattr(line, name) is not None}
    if stated and not stated.issuperset(IN_A_BATCH):
        yield Fault("batch_in and batch_out are stated together", field="batch_in")


def _note(price: Price, action: str, actor: User | None, *, before: str, after: str) -> None:
    record_event(
        actor=actor,
        action=action,
        target="price",
        target_id=price.public_id,
        project=price.project.public_id if price.project else None,
        before=before,
        after=after,
        details={
            "provider": price.provider,
            "base_url": price.base_url,
            "model": price.model,
            "valid_from": price.valid_from.isoformat(),
            **{name: str(getattr(price, name)) for name in AMOUNTS if getattr(price, name) is not None},
        },
    )


def _spell(price: Price | None) -> str:
    """In and out, as the trail shows a change at a glance."""
    return f"{price.tokens_in:.6f} in, {price.tokens_out:.6f} out" if price else ""
