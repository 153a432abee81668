"""Which strings the pages translate: read from templates as Django parses them, and from Python as Python does."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.template import Template, engines
from django.template.base import Node
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

ROOT = Path(__file__).parents[2]
APPLICATIONS = ("evalplatform", "annotations", "judges")
SINGLE = {"_", "gettext", "gettext_lazy"}
PLURAL = {"ngettext", "ngettext_lazy"}


class Message(NamedTuple):
    """A string to translate, where it stands, and its plural if it has one."""

    place: str
    text: str
    plural: str = ""


def list_template_messages() -> list[Message]:
    """Strings of `translate` and `blocktranslate` in every template of ours."""
    return [
        message
        for application in APPLICATIONS
        for file in sorted((ROOT / application).rglob("templates/**/*.html"))
        for message in _read_template(file)
    ]


def list_python_messages() -> list[Message]:
    """Literal arguments of gettext and ngettext, under their usual names."""
    return [
        message
        for application in APPLICATIONS
        for file in sorted((ROOT / application).rglob("*.py"))
        for message in _read_python(file)
    ]


def _read_template(file: Path) -> Iterator[Message]:
    template: Template = engines["django"].from_string(file.read_text())  # type: ignore[assignment]  # the backend's wrapper
    place = str(file.relative_to(ROOT))
    nodes = template.template.nodelist  # type: ignore[attr-defined]  # of the wrapper
    for node in nodes.get_nodes_by_type(Node):
        if isinstance(node, TranslateNode) and isinstance(node.filter_expression.var, str):
            yield Message(place, node.filter_expression.var)
        elif isinstance(node, TranslateNode) and (literal := node.filter_expression.var.literal):
            yield Message(place, str(literal))
        elif isinstance(node, BlockTranslateNode):
            singular, _ = node.render_token_list(node.singular)
            plural = node.render_token_list(node.plural)[0] if node.plural else ""
            yield Message(place, singular, plural)


def _read_python(file: Path) -> Iterator[Message]:
    place = str(file.relative_to(ROOT))
    for node in ast.walk(ast.parse(file.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if node.func.id in SINGLE and texts:
            yield Message(place, texts[0])
        elif node.func.id in PLURAL and len(texts) > 1:
            yield Message(place, texts[0], texts[1])
