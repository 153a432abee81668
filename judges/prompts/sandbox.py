"""Templates are untrusted: a small part of Jinja's language, bounded in size and time, each fault with its line."""

import functools
import traceback
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, cast  # a template is filled with any JSON values

from jinja2 import TemplateSyntaxError, nodes

from evalplatform.common.errors import Fault, Invalid
from evalplatform.common.texts import drop_unstorable
from judges.prompts.language import EACH, open_environment
from judges.prompts.meter import LONGEST_TEXT, METER, Exceeded, Meter
from judges.prompts.segments import Segment, split_tree
from judges.prompts.template_faults import list_faults, list_unknown

LONGEST_TEMPLATE = 32_000  # characters
MOST_NODES, DEEPEST = 5_000, 40  # of the tree: compiling grows faster than its size


def fill_template(template: str, values: Mapping[str, Any], *, name: str = "template") -> str:
    """The text of a template over plain values; `name` is what faults call it.

    Raises Invalid, with the line, for a broken template, a name it does not know, or one that grows too large.
    """
    compiled = _compile(template, name)
    meter = Meter()
    token = METER.set(meter)
    try:
        return drop_unstorable(_write(compiled, values)).strip() + "\n"
    except Exception as error:  # noqa: BLE001 - whatever a template does is a fault of the template
        raise _refuse([_describe(error)], name) from None
    finally:
        METER.reset(token)


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
    faults = [*list_faults(tree), *list_unknown(tree, frozenset(known))]
    if faults:
        raise _refuse(sorted(faults, key=lambda fault: fault.line or 0), name)


@functools.lru_cache(maxsize=64)
def _compile(template: str, name: str) -> list[Segment]:
    tree = _parse(template, name)
    if faults := list_faults(tree):
        raise _refuse(faults, name)
    try:
        for loop in list(tree.find_all(nodes.For)):
            loop.iter = nodes.Filter(loop.iter, EACH, [], [], None, None, lineno=loop.lineno)
        return [
            Segment(open_environment().from_string(part), part, is_common=is_common)
            for part, is_common in split_tree(tree)
        ]
    except Exception as error:  # noqa: BLE001 - Python's own limits of nesting, met by the template
        raise _refuse([_describe(error)], name) from None


def _parse(template: str, name: str) -> nodes.Template:
    if len(template) > LONGEST_TEMPLATE:
        raise _refuse([Fault(f"longer than {LONGEST_TEMPLATE} characters")], name)
    try:
        tree = open_environment().parse(template)
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
