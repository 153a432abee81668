"""A template in parts: those that show only what calls have in common are written once, and not once a call."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any  # templates are filled with any JSON values

from jinja2 import Template, nodes

COMMON = frozenset(
    {"title", "instructions", "criteria", "rationale"}
)  # a rubric's words, the same objects each time
REMEMBERED = 64


def split_tree(tree: nodes.Template) -> list[tuple[nodes.Template, bool]]:
    """The template's parts in order, and of each whether it shows common values alone.

    What a template stores is seen further down: one that stores anything but in a loop stays whole.
    """
    is_plain = all(isinstance(node, nodes.Output | nodes.If | nodes.For) for node in tree.body)
    if not is_plain or tree.find(nodes.Assign):
        return [(tree, False)]
    runs = groupby(tree.body, key=lambda node: _list_names(node, "load") - _list_stored(node) <= COMMON)
    return [
        (nodes.Template(list(run), lineno=tree.lineno, environment=tree.environment), is_common)
        for is_common, run in runs
    ]


def _list_names(node: nodes.Node, context: str) -> frozenset[str]:
    return frozenset(name.name for name in node.find_all(nodes.Name) if name.ctx == context)


def _list_stored(node: nodes.Node) -> frozenset[str]:
    return _list_names(node, "store") | {"loop"}


class Segment:
    """One part. Its text is remembered by the very objects that it shows, which are kept with it."""

    def __init__(self, template: Template, part: nodes.Template, *, is_common: bool) -> None:
        self._template, self._is_common = template, is_common
        self._stored = _list_stored(part)
        self._shown = sorted(_list_names(part, "load") - self._stored)
        self._written: dict[tuple[int, ...], tuple[list[Any], str]] = {}

    def write(self, values: Mapping[str, Any]) -> Iterator[str]:
        """Its text in pieces."""
        if not self._is_common or not self._stored.isdisjoint(values):
            yield from self._template.generate(values)
            return
        shown = [values.get(name) for name in self._shown]
        key = tuple(map(id, shown))
        held = self._written.get(key)  # looked up once: another thread may empty the memory at any moment
        if held is None:
            held = (shown, "".join(self._template.generate(values)))
            if len(self._written) >= REMEMBERED:
                self._written.clear()
            self._written[key] = held
        yield held[1]
