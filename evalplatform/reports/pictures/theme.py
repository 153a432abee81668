"""How pictures look: the colours of the pages, light and dark, told apart by shape as well as by colour."""

from typing import Literal

from evalplatform.reports.pictures.picture import Spec

Theme = Literal["light", "dark"]

FONT = "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, Helvetica Neue, DejaVu Sans, Arial, sans-serif"
# Okabe and Ito's colours without yellow and black, which vanish on one of the grounds.
SERIES = {
    "light": ["#1d4f91", "#b0540a", "#1b7a56", "#8c4a86", "#3f7fb5", "#6b6b6b", "#a1252b", "#7d6a00"],
    "dark": ["#8fb8f2", "#f0a45d", "#7fd0ab", "#dc9fd4", "#7cc4ee", "#b5b5b5", "#f19a95", "#d9c95a"],
}
INKS = {
    "light": {
        "ink": "#1b1f24",
        "muted": "#565e68",
        "line": "#dcdcd5",
        "ground": "#ffffff",
        "on_strong": "#ffffff",
    },
    "dark": {
        "ink": "#e6e7e9",
        "muted": "#a3aab4",
        "line": "#31363d",
        "ground": "#1a1d21",
        "on_strong": "#0c1624",
    },
}
RAMPS = {"light": ["#eef3f9", "#1d4f91"], "dark": ["#20262e", "#8fb8f2"]}


def apply_theme(spec: Spec, theme: Theme) -> Spec:
    """The specification with the colours and letters of a theme."""
    ink = INKS[theme]
    text = {"labelColor": ink["ink"], "titleColor": ink["muted"], "labelFontSize": 12, "titleFontSize": 12}
    config = {
        "background": ink["ground"],
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            **text,
            "titleFontWeight": "normal",
            "gridColor": ink["line"],
            "domainColor": ink["line"],
            "tickColor": ink["line"],
            "labelLimit": 220,
        },
        "legend": {**text, "orient": "top", "titleFontWeight": "normal", "labelLimit": 220, "columns": 3},
        "title": {"color": ink["ink"]},
        "header": {**text, "labelFontWeight": "normal"},
        "range": {"category": SERIES[theme], "heatmap": RAMPS[theme], "ramp": RAMPS[theme]},
        "mark": {"color": SERIES[theme][0]},
        "rule": {"color": SERIES[theme][0]},
        "text": {"color": ink["ink"], "fontSize": 12},
    }
    params = [{"name": "ink", "value": ink["ink"]}, {"name": "on_strong", "value": ink["on_strong"]}]
    return {**spec, "params": params, "config": config}
