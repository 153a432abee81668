"""Every figure of bias with what it promises not to depend on; one that is not entered here fails the suite."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

from evalplatform.agreement import Estimate, RatingTable, pair_orders
from evalplatform.agreement.bias import (
    compare_slices,
    first_slot_rate,
    language_bias,
    longer_preference_rate,
    position_bias,
    robustness_to_change,
    scale_use,
    self_consistency,
    self_preference,
    style_bias,
    style_effects,
    verbosity_bias,
)

Row = tuple[int, str, str | None, str]  # unit, rater (judges j and x, people p and q), value, order shown
Figure = Callable[..., Any]  # Any: an estimate, or a result that holds some
Promise = Literal[
    "order",  # which row comes first
    "sides",  # which answer of a pair is the canonical first one
    "copies",  # every unit twice
]
VALUES = ("first", "second", "tie", "inconsistent", None)
PEOPLE = ("p", "q")
MIRROR = {"first": "second", "second": "first"}
TURNED = {"forward": "swapped", "swapped": "forward"}
NUMBERS = {"first": 1, "second": 2, "tie": 3, "inconsistent": 4}
SYSTEMS = (("own", "b"), ("b", "c"), ("c", "own"), ("d", "b"))
FAMILIES = {"own": "a", "j": "a", "x": "x"}


@dataclass(frozen=True)
class Declared:
    """A figure of rows, turned if the canonical order of both answers is, in any result that holds it."""

    statistic: str  # its public name
    figure: Figure
    promises: frozenset[Promise]


def find_estimates(result: Any, name: str = "") -> dict[str, Estimate]:  # Any: as for Figure
    """All estimates in a result, by where they stand."""
    if isinstance(result, Estimate):
        return {name: result}
    if is_dataclass(result):
        result = {field.name: getattr(result, field.name) for field in fields(result)}
    if isinstance(result, tuple):
        result = dict(enumerate(result))
    if not isinstance(result, Mapping):
        return {}
    return {
        place: found
        for key, held in result.items()
        for place, found in find_estimates(held, f"{name}.{key}").items()
    }


def tabulate(rows: list[Row], *, turned: bool = False, numbers: bool = False) -> RatingTable:
    """A table in which every rater is named, by a unit that nobody else rated; items hold two units."""
    everyone: list[Row] = [
        (-2 * place, rater, "tie", "forward") for place, rater in enumerate("jxpq", start=1)
    ]
    records = []
    for unit, rater, value, order in [*everyone, *rows]:
        held: str | int | None = MIRROR.get(value or "", value) if turned else value
        if numbers:
            held = NUMBERS.get(value or "")
        records.append((unit, rater, held, unit // 2, None, TURNED[order] if turned else order))
    categories = [1, 2, 3, 4] if numbers else None
    return RatingTable.from_records(
        records, level="interval" if numbers else "nominal", categories=categories
    )


def of_pairs(table: RatingTable, pairs: tuple[Any, ...]) -> dict[int, Any]:
    """One of a few pairs for each unit."""
    return {unit: pairs[unit % len(pairs)] for unit in table.units.tolist()}


def flip(
    pairs: tuple[tuple[Any, Any], ...], turned: bool
) -> tuple[tuple[Any, Any], ...]:  # Any: of both answers
    return tuple((other, one) for one, other in pairs) if turned else pairs


LENGTHS = ((100, 10), (20, 400), (50, 60), (70, 200), (300, 5))
FEATURES = tuple(
    ({"length": one, "bold": one % 7}, {"length": other, "bold": other % 3}) for one, other in LENGTHS
)


def place(rows: list[Row], *, turned: bool = False, **options: Any) -> Any:
    records = [
        {
            "unit": unit,
            "rater": rater,
            "value": "tie" if value == "inconsistent" else value,
            "presentation": order,
        }
        for unit, rater, value, order in sorted(rows, key=repr)
    ]
    pairs = pair_orders(records).get("j")
    if pairs is None:
        return position_bias([], [], **options)
    found = sorted(zip(pairs.units, pairs.forward, pairs.swapped, strict=True), key=repr)
    columns: list[list[Any]] = [[row[column] for row in found] for column in range(3)]
    if turned:
        columns[1:] = [[MIRROR.get(value, value) for value in column] for column in (columns[2], columns[1])]
    return position_bias(columns[1], columns[2], clusters=[unit // 2 for unit in columns[0]], **options)


def slot(rows: list[Row], *, turned: bool = False, **options: Any) -> Any:
    return first_slot_rate(tabulate(rows, turned=turned), "j", **options)


def longer(rows: list[Row], *, turned: bool = False, **options: Any) -> Any:
    table = tabulate(rows, turned=turned)
    return longer_preference_rate(table, of_pairs(table, flip(LENGTHS, turned)), raters=PEOPLE, **options)


def verbose(rows: list[Row], *, turned: bool = False, **options: Any) -> Any:
    table = tabulate(rows, turned=turned)
    return verbosity_bias(table, "j", PEOPLE, of_pairs(table, flip(LENGTHS, turned)), **options)


def family(rows: list[Row], *, turned: bool = False, **options: Any) -> Any:
    table = tabulate(rows, turned=turned)
    systems = of_pairs(table, flip(SYSTEMS, turned))
    return self_preference(table, "j", PEOPLE, systems, FAMILIES, **options)


def family_of_length(rows: list[Row], *, turned: bool = False, **options: Any) -> Any:
    table = tabulate(rows, turned=turned)
    systems, lengths = (of_pairs(table, flip(pairs, turned)) for pairs in (SYSTEMS, LENGTHS))
    return self_preference(table, "j", PEOPLE, systems, FAMILIES, lengths=lengths, **options)


def style(rows: list[Row], *, turned: bool = False, **options: Any) -> Any:
    table = tabulate(rows, turned=turned)
    return style_effects(table, of_pairs(table, flip(FEATURES, turned)), raters="j", **options)


def styles(rows: list[Row], *, turned: bool = False, **options: Any) -> Any:
    table = tabulate(rows, turned=turned)
    return style_bias(table, "j", PEOPLE, of_pairs(table, flip(FEATURES, turned)), **options)


def scale(rows: list[Row], **options: Any) -> Any:
    return scale_use(tabulate(rows, numbers=True), "j", PEOPLE, **options)


def language(rows: list[Row], **options: Any) -> Any:
    table = tabulate(rows, numbers=True)
    return language_bias(table, "j", PEOPLE, languages=of_pairs(table, ("en", "ru", "de")), **options)


def leniency(rows: list[Row], **options: Any) -> Any:
    table = tabulate(rows, numbers=True)
    languages = of_pairs(table, ("en", "ru", "de"))
    return language_bias(table, "j", PEOPLE, measure="leniency", languages=languages, **options)


def slices(rows: list[Row], **options: Any) -> Any:
    outcomes = [NUMBERS.get(value or "") for _, _, value, _ in rows]
    units = [unit for unit, _, _, _ in rows]
    return compare_slices(outcomes, ["en" if unit % 3 else "ru" for unit in units], clusters=units, **options)


def repeats(rows: list[Row], **options: Any) -> Any:
    return self_consistency(tabulate(rows), "j", **options)


def change(rows: list[Row], **options: Any) -> Any:
    values = [value for _, _, value, _ in rows]
    orders = [order for _, _, _, order in rows]
    seen = [value if order == "forward" else "first" for value, order in zip(values, orders, strict=True)]
    clusters = [unit for unit, _, _, _ in rows]
    return robustness_to_change(values, seen, values[:], clusters=clusters, **options)


def declare(statistic: Figure, figure: Figure, *promises: Promise) -> Declared:
    return Declared(statistic.__name__, figure, frozenset(promises))


REGISTRY: dict[str, Declared] = {
    "place": declare(position_bias, place, "order", "sides", "copies"),
    "slot": declare(first_slot_rate, slot, "order", "sides", "copies"),
    "longer": declare(longer_preference_rate, longer, "order", "sides", "copies"),
    "verbosity": declare(verbosity_bias, verbose, "order", "sides", "copies"),
    "family": declare(self_preference, family, "order", "sides"),
    "family of length": declare(self_preference, family_of_length, "order", "sides"),
    "style": declare(style_effects, style, "order", "sides"),
    "style of both": declare(style_bias, styles, "order", "sides"),
    "scale": declare(scale_use, scale, "order", "copies"),
    "language": declare(language_bias, language, "order", "copies"),
    "leniency by language": declare(language_bias, leniency, "order", "copies"),
    "slices": declare(compare_slices, slices, "order", "copies"),
    "repeats": declare(self_consistency, repeats, "order"),
    "change": declare(robustness_to_change, change, "order", "copies"),
}
OTHERS = {"markup_features"}  # no figure of ratings
