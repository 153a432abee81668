"""What judges are told: the default templates, and how a template is filled."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any  # a template is filled with any JSON values

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from evalplatform.common.errors import Invalid

FOLDER = Path(__file__).parent


def read_default_templates(protocol: str, *, provider: str = "") -> tuple[str, str]:
    """The system and user template that come with the platform: a provider with a folder here has its own."""
    own = FOLDER / provider
    folder = own if own.is_dir() else FOLDER
    system, user = (folder / f"{protocol}.{part}.j2" for part in ("system", "user"))
    return system.read_text(encoding="utf-8"), user.read_text(encoding="utf-8")


def fill_template(template: str, values: Mapping[str, Any]) -> str:
    """The text of a template over plain values. Raises Invalid for a broken template or a name it does not know."""
    try:
        return _compile(template).render(values).strip() + "\n"
    except TemplateError as error:
        raise Invalid.at(f"the template cannot be filled: {error}", field="template") from None


@functools.cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # prompts are plain text, never HTML
    )


@functools.lru_cache(maxsize=64)
def _compile(template: str) -> Template:
    return _environment().from_string(template)
