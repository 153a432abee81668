"""Specifications to pictures, on the server: no script and no foreign host is needed to see them."""

import json
import re
from typing import Any  # a specification is JSON

from evalplatform.common.hashing import canonical_json
from evalplatform.common.texts import show_controls
from evalplatform.reports.pictures.picture import Picture, Spec
from evalplatform.reports.pictures.theme import Theme, apply_theme

BEYOND_BASIC_PLANE = re.compile("[\U00010000-\U0010ffff]")


def render_svg(spec: Spec, *, theme: Theme = "light") -> str:
    """An SVG of its own, with no script in it."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(_drawable(apply_theme(spec, theme)), vl_version=_version(spec))
    return svg


def render_png(spec: Spec, *, theme: Theme = "light") -> bytes:
    """A picture of twice the size on the page, for slides and papers."""
    import vl_convert

    drawable = _drawable(apply_theme(spec, theme))
    png: bytes = vl_convert.vegalite_to_png(drawable, vl_version=_version(spec), scale=2)
    return png


def render_spec(picture: Picture) -> bytes:
    """The Vega-Lite specification with its data, as a file."""
    return json.dumps(json.loads(canonical_json(apply_theme(picture.spec, "light"))), indent=1).encode()


def _drawable(value: Any) -> Any:
    """The specification with texts that the renderer survives: it aborts the process at a control character.

    It also cuts long labels between the halves of a character beyond the basic plane, so those are marks too.
    """
    if isinstance(value, str):
        return BEYOND_BASIC_PLANE.sub("\N{REPLACEMENT CHARACTER}", show_controls(value))
    if isinstance(value, dict):
        return {key: _drawable(inner) for key, inner in value.items()}
    return [_drawable(inner) for inner in value] if isinstance(value, list) else value


def _version(spec: Spec) -> str:
    """The Vega-Lite release that altair wrote the specification for, as vl-convert names it."""
    major, minor = str(spec["$schema"]).rsplit("/v", 1)[-1].split(".")[:2]
    return f"{major}.{minor}"
