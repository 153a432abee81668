"""Specifications to pictures, on the server: no script and no foreign host is needed to see them."""

import json

from evalplatform.common.hashing import canonical_json
from evalplatform.reports.pictures.picture import Picture, Spec
from evalplatform.reports.pictures.theme import Theme, apply_theme


def render_svg(spec: Spec, *, theme: Theme = "light") -> str:
    """An SVG of its own, with no script in it."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(apply_theme(spec, theme), vl_version=_version(spec))
    return svg


def render_png(spec: Spec, *, theme: Theme = "light") -> bytes:
    """A picture of twice the size on the page, for slides and papers."""
    import vl_convert

    png: bytes = vl_convert.vegalite_to_png(apply_theme(spec, theme), vl_version=_version(spec), scale=2)
    return png


def render_spec(picture: Picture) -> bytes:
    """The Vega-Lite specification with its data, as a file."""
    return json.dumps(json.loads(canonical_json(apply_theme(picture.spec, "light"))), indent=1).encode()


def _version(spec: Spec) -> str:
    """The Vega-Lite release that altair wrote the specification for, as vl-convert names it."""
    major, minor = str(spec["$schema"]).rsplit("/v", 1)[-1].split(".")[:2]
    return f"{major}.{minor}"
