"""Reference pages made from the code, so that they cannot fall behind it."""

import argparse
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any  # an OpenAPI description is JSON

import orjson
from django.core.management import get_commands, load_command_class
from drf_spectacular.renderers import OpenApiJsonRenderer

from evalplatform.common import errors

APPS = (
    "annotations",
    "judges",
    "evalplatform",
    "evalplatform.reports",
    "evalplatform.accounts",
    "evalplatform.home",
)


def list_own_commands() -> list[tuple[str, str]]:
    """(command, application) of every command that is ours."""
    return sorted((name, str(app)) for name, app in get_commands().items() if app in APPS)


def describe_commands() -> str:
    lines = ["# Commands", "", "Each is `.venv/bin/python manage.py NAME`, after any make target.", ""]
    for name, app in list_own_commands():
        parser = load_command_class(app, name).create_parser("manage.py", name)
        lines += [f"## {name}", "", parser.description or "", "", "| argument | meaning |", "| --- | --- |"]
        for action in parser._actions:
            if not action.dest.startswith(("version", "verbosity", "settings", "pythonpath", "help")) and (
                action.dest not in ("traceback", "no_color", "force_color", "skip_checks")
            ):
                lines.append(f"| {_spell_argument(action)} | {_explain(action)} |")
        lines.append("")
    return "\n".join(lines)


def _spell_argument(action: argparse.Action) -> str:
    return f"`{', '.join(action.option_strings) or action.metavar or action.dest}`"


def _explain(action: argparse.Action) -> str:
    choices = ", ".join(f"`{choice}`" for choice in action.choices or ())
    return "; ".join(part for part in (action.help or "", choices) if part) or "required"


def describe_errors() -> str:
    lines = [
        "# Errors",
        "",
        "Every error of the API is one problem body (RFC 9457) with one of these codes.",
        "",
    ]
    lines += ["| code | status | meaning |", "| --- | --- | --- |"]
    for kind in _subclasses(errors.PlatformError):
        lines.append(f"| `{kind.code}` | {kind.status} | {_first_line(kind)} |")
    return "\n".join([*lines, ""])


def _subclasses(root: type[errors.PlatformError]) -> Iterator[type[errors.PlatformError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from _subclasses(kind)


def describe_statistics() -> str:
    from evalplatform import agreement

    lines = ["# Statistics", "", "All of it works in a notebook, without Django.", ""]
    for room in (agreement, *_list_rooms(agreement)):
        lines += [f"## {room.__name__}", "", inspect.getdoc(room) or "", ""]
        for name in sorted(room.__all__, key=str.lower):
            lines += _describe_name(name, getattr(room, name))
    return "\n".join(lines)


def _list_rooms(package: ModuleType) -> Iterator[ModuleType]:
    """Packages within it that have public names of their own."""
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        room = import_module(module.name)
        if module.ispkg and hasattr(room, "__all__"):
            yield room


def _describe_name(name: str, thing: object) -> list[str]:
    if not (inspect.isfunction(thing) or inspect.isclass(thing)):
        return []
    lines = [f"### {name}", ""]
    if inspect.isfunction(thing):
        lines += ["```python", f"{name}{inspect.signature(thing)}", "```", ""]
    return [*lines, "```text", inspect.getdoc(thing) or "", "```", ""]


def describe_api() -> str:
    lines = [
        "# API",
        "",
        "Under `/api/v1/`, with `Authorization: Bearer evp_…`. A running platform serves the OpenAPI",
    ]
    lines += [
        "description ([as a file](openapi.json)) at `/api/v1/schema/` and pages to try it at `/api/v1/docs/`.",
        "",
    ]
    lines += ["| call | does |", "| --- | --- |"]
    for path, operations in sorted(_generate_schema()["paths"].items()):
        for verb, operation in operations.items():
            does = operation.get("summary") or operation.get("description", "").split("\n")[0]
            lines.append(f"| `{verb.upper()} {path}` | {does} |")
    return "\n".join([*lines, ""])


def describe_schema() -> str:
    return orjson.dumps(_generate_schema(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"


def _generate_schema() -> dict[str, Any]:
    from drf_spectacular.generators import SchemaGenerator

    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # drf-spectacular has no types here
    schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    plain: dict[str, Any] = orjson.loads(OpenApiJsonRenderer().render(schema))
    return plain


def _first_line(thing: object) -> str:
    return (inspect.getdoc(thing) or "").split("\n")[0]


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": describe_commands,
    "errors.md": describe_errors,
    "statistics.md": describe_statistics,
    "api.md": describe_api,
    "openapi.json": describe_schema,
}


def write_pages(folder: Path) -> list[Path]:
    """Write every page that has changed; returns those."""
    changed = []
    for name, describe in PAGES.items():
        file, text = folder / name, describe()
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
            changed.append(file)
    return changed
