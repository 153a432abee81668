"""Templates are untrusted: a small part of Jinja's language, bounded in size and time, each fault with its line."""

import functools
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, cast  # a template is filled with any JSON values

import orjson
from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, nodes, pass_context
from jinja2.filters import do_truncate
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from evalplatform.common.errors import Fault, Invalid
from evalplatform.common.texts import drop_unstorable
from judges.prompts.segments import Segment, split_tree

LONGEST_TEMPLATE = 32_000  # characters
MOST_NODES, DEEPEST = 5_000, 40  # of the tree: compiling grows faster than its size
LONGEST_TEXT = 4_000_000  # characters, of what is written and of any value on the way
CPU_SECONDS = 0.5  # of one filling; those that come with the platform need less than a thousandth
STEPS_UNWATCHED = 64  # each is linear in a text of bounded length
EACH = "each item"  # no template can call a filter by this name
METHODS = frozenset(
    {
        "endswith",
        "get",
        "items",
        "keys",
        "lower",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "upper",
        "values",
    }
)
TESTS = ("defined", "undefined", "none", "string", "number", "mapping", "in", "==", "!=", "even", "odd")
PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Getitem, nodes.Slice, nodes.Neg,
    nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.CondExpr, nodes.If, nodes.Assign,
    nodes.Add, nodes.Sub, nodes.Keyword,
)  # fmt: skip
ADVICE: dict[type[nodes.Node], str] = {
    nodes.Concat: "texts are put side by side or joined by the filter join, not by ~",
    nodes.Include: "only parts that come with the platform can be included, each by a line of its own",
    nodes.Mul: "multiplication is not allowed",
    nodes.Pow: "powers are not allowed",
    nodes.Macro: "macros are not allowed",
}


class Exceeded(Exception):
    """A bound of size or time."""


@dataclass(slots=True)
class Meter:
    """What one filling has used up."""

    steps: int = 0
    until: float = field(default_factory=lambda: time.thread_time() + CPU_SECONDS)

    def check_time(self) -> None:
        """Looks at the clock now and then: asking for the time costs more than most steps."""
        self.steps += 1
        if self.steps % STEPS_UNWATCHED == 0 and time.thread_time() > self.until:
            raise Exceeded(f"it takes longer than {CPU_SECONDS:g} seconds")

    def check_size(self, value: Any) -> Any:
        self.check_time()
        if isinstance(value, str | list) and len(value) > LONGEST_TEXT:
            raise Exceeded(f"a text grows longer than {LONGEST_TEXT} characters")
        return value


_meter: ContextVar[Meter] = ContextVar("meter")


def fill_template(template: str, values: Mapping[str, Any], *, name: str = "template") -> str:
    """The text of a template over plain values; `name` is what faults call it.

    Raises Invalid, with the line, for a broken template, a name it does not know, or one that grows too large.
    """
    compiled = _compile(template, name)
    meter = Meter()
    token = _meter.set(meter)
    try:
        return drop_unstorable(_write(compiled, values)).strip() + "\n"
    except Exception as error:  # noqa: BLE001 - whatever a template does is a fault of the template
        raise _refuse([_describe(error)], name) from None
    finally:
        _meter.reset(token)


def _write(segments: Sequence[Segment], values: Mapping[str, Any]) -> str:
    parts, length = [], 0
    for part in chain.from_iterable(segment.write(values) for segment in segments):
        parts.append(part)
        length += len(part)
        if length > LONGEST_TEXT:
            raise Exceeded(f"what it writes is longer than {LONGEST_TEXT} characters")
    return "".join(parts)


def check_template(template: str, *, known: Iterable[str], name: str = "template") -> None:
    """Raises Invalid with every place where the template does what none may, or uses a variable that is not known."""
    tree = _parse(template, name)
    faults = [*_list_faults(tree), *_list_unknown(tree, frozenset(known))]
    if faults:
        raise _refuse(sorted(faults, key=lambda fault: fault.line or 0), name)


@functools.lru_cache(maxsize=64)
def _compile(template: str, name: str) -> list[Segment]:
    tree = _parse(template, name)
    if faults := _list_faults(tree):
        raise _refuse(faults, name)
    try:
        for loop in list(tree.find_all(nodes.For)):
            loop.iter = nodes.Filter(loop.iter, EACH, [], [], None, None, lineno=loop.lineno)
        return [
            Segment(_environment().from_string(part), part, is_common=is_common)
            for part, is_common in split_tree(tree)
        ]
    except Exception as error:  # noqa: BLE001 - Python's own limits of nesting, met by the template
        raise _refuse([_describe(error)], name) from None


def _parse(template: str, name: str) -> nodes.Template:
    if len(template) > LONGEST_TEMPLATE:
        raise _refuse([Fault(f"longer than {LONGEST_TEMPLATE} characters")], name)
    try:
        tree = _environment().parse(template)
    except Exception as error:  # noqa: BLE001 - numbers of a thousand digits, a thousand brackets, …
        raise _refuse([_describe(error)], name) from None
    if fault := _find_excess(tree):
        raise _refuse([fault], name)
    return tree


def _find_excess(tree: nodes.Template) -> Fault | None:
    count, waiting = 0, [(cast("nodes.Node", tree), 0)]
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if depth > DEEPEST:
            return Fault("it nests too deep", line=node.lineno)
        if count > MOST_NODES:
            return Fault(f"it has more than {MOST_NODES} parts")
        waiting.extend((child, depth + 1) for child in node.iter_child_nodes())
    return None


def _list_faults(tree: nodes.Node) -> list[Fault]:
    faults = [Fault(problem, line=node.lineno) for node in _walk(tree) if (problem := _find_fault(node))]
    called = {id(call.node) for call in tree.find_all(nodes.Call)}
    uncalled = (n for n in tree.find_all(nodes.Getattr) if n.attr in METHODS and id(n) not in called)
    return faults + [Fault(f"{n.attr} is called with brackets", line=n.lineno) for n in uncalled]


def _walk(tree: nodes.Node) -> Iterator[nodes.Node]:
    yield tree
    for child in tree.iter_child_nodes():
        yield from _walk(child)


def _find_fault(node: nodes.Node) -> str:
    if isinstance(node, nodes.Test):
        return "" if node.name in TESTS else f"no test {node.name}"
    if isinstance(node, nodes.Name):
        return "self is no variable" if node.name == "self" else ""
    if isinstance(node, PLAIN):
        return ""
    if isinstance(node, nodes.Getattr):
        return f"no attribute {node.attr}" if node.attr.startswith("_") else ""
    if isinstance(node, nodes.Filter):
        return (
            "" if node.name in FILTERS else f"no filter {node.name}; there are {', '.join(sorted(FILTERS))}"
        )
    if isinstance(node, nodes.For):
        return "a loop may not call itself" if node.recursive else ""
    if isinstance(node, nodes.List | nodes.Tuple):
        is_target = isinstance(node, nodes.Tuple) and node.ctx == "store"
        is_fixed = all(isinstance(item, nodes.Const) for item in node.items)
        return "" if is_target or is_fixed else "lists hold fixed values only"
    if isinstance(node, nodes.Call):
        return _find_fault_of_call(node)
    return ADVICE.get(type(node), f"{type(node).__name__.lower()} is not allowed in a prompt")


def _find_fault_of_call(call: nodes.Call) -> str:
    if isinstance(call.node, nodes.Getattr) and call.node.attr in METHODS:
        return "" if call.dyn_args is None and call.dyn_kwargs is None else "arguments are written out"
    called = getattr(call.node, "name", getattr(call.node, "attr", "this"))
    return f"a call of {called} is not allowed in a prompt"


def _list_unknown(tree: nodes.Template, known: frozenset[str]) -> list[Fault]:
    names = [node for node in _walk(tree) if isinstance(node, nodes.Name)]
    stored = {node.name for node in names if node.ctx == "store"} | {"loop"}
    words = f"there are {', '.join(sorted(known))}"
    return [
        Fault(f"no variable {node.name}; {words}", line=node.lineno)
        for node in names
        if node.ctx == "load" and node.name not in known | stored
    ]


def _describe(error: Exception) -> Fault:
    """The fault in words, at the line of the template where it came up."""
    if isinstance(error, TemplateSyntaxError):
        return Fault(f"it cannot be read: {error.message}", line=error.lineno)
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"
    ]
    words = "it nests too deep" if isinstance(error, RecursionError | MemoryError) else str(error)
    return Fault(words[:300] or type(error).__name__, line=lines[-1] if lines else None)


def _refuse(faults: list[Fault], name: str) -> Invalid:
    named = tuple(Fault(fault.message, field=name, line=fault.line) for fault in faults)
    return Invalid("; ".join(map(str, named[:5])), faults=named)


class PromptEnvironment(ImmutableSandboxedEnvironment):
    """Numbers are added, texts are not: so no text grows from step to step."""

    intercepted_binops = frozenset({"+", "-"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        for value in (left, right):
            if not isinstance(value, int | float):
                raise TypeError(f"only numbers can be added, not {type(value).__name__}")
        return super().call_binop(context, operator, left, right)


@functools.cache
def _environment() -> PromptEnvironment:
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
        return _meter.get().check_size(work(value, *arguments, **options))

    return bounded


def _iterate(items: Iterable[Any]) -> Iterator[Any]:
    meter = _meter.get()
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
    return do_truncate(_environment(), text, length, killwords, end, leeway)


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
