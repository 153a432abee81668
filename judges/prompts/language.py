"""The small part of Jinja that a template speaks: filters, tests, sums of numbers, and loops that are measured."""

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any  # a template is filled with any JSON values

import orjson
from jinja2 import StrictUndefined, Undefined, pass_context
from jinja2.filters import do_truncate
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from judges.prompts.meter import LONGEST_TEXT, METER, Exceeded

EACH = "each item"  # no template can call a filter by this name
TESTS = ("defined", "undefined", "none", "string", "number", "mapping", "in", "==", "!=", "even", "odd")


class PromptEnvironment(ImmutableSandboxedEnvironment):
    """Numbers are added, texts are not: so no text grows from step to step."""

    intercepted_binops = frozenset({"+", "-"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        for value in (left, right):
            if not isinstance(value, int | float):
                raise TypeError(f"only numbers can be added, not {type(value).__name__}")
        return super().call_binop(context, operator, left, right)


@functools.cache
def open_environment() -> PromptEnvironment:
    """The one environment that all templates are compiled in."""
    environment = PromptEnvironment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # prompts are plain text, never HTML
    )
    environment.globals = {}
    environment.tests = {name: environment.tests[name] for name in TESTS}
    environment.filters = {name: _bound(work) for name, work in {**FILTERS, EACH: _iterate}.items()}
    return environment


def _bound(work: Callable[..., Any]) -> Callable[..., Any]:
    """The filter with its result measured. A filter that takes the context is never worked out while compiling."""

    @pass_context
    def bounded(context: Context, value: Any, *arguments: Any, **options: Any) -> Any:
        return METER.get().check_size(work(value, *arguments, **options))

    return bounded


def _iterate(items: Iterable[Any]) -> Iterator[Any]:
    meter = METER.get()
    for item in items:
        meter.check_time()
        yield item


def _join(items: Iterable[Any], separator: str = "") -> str:
    texts = [str(item) for item in items]
    if sum(map(len, texts)) + len(separator) * len(texts) > LONGEST_TEXT:
        raise Exceeded(f"a text grows longer than {LONGEST_TEXT} characters")
    return separator.join(texts)


def _map(items: Iterable[Any], attribute: str) -> list[Any]:
    return [item[attribute] for item in items]


def _default(value: Any, fallback: Any = "") -> Any:
    return fallback if isinstance(value, Undefined) or value in (None, "") else value


def _truncate(
    text: str, length: int = 255, killwords: bool = False, end: str = "...", leeway: int = 5
) -> str:
    return do_truncate(open_environment(), text, length, killwords, end, leeway)


FILTERS: dict[str, Callable[..., Any]] = {
    "capitalize": str.capitalize,
    "default": _default,
    "first": lambda items: items[0],
    "join": _join,
    "last": lambda items: items[-1],
    "length": len,
    "lower": str.lower,
    "map": _map,
    "tojson": lambda value: orjson.dumps(value).decode(),
    "trim": str.strip,
    "truncate": _truncate,
    "upper": str.upper,
}
