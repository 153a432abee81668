"""Length and markdown of a text, as numbers."""

import re
from collections.abc import Mapping

PER = 1000  # characters
MARKUP: Mapping[str, re.Pattern[str]] = {
    "headers": re.compile(r"^[ ]{0,3}#{1,6}[ \t]", re.MULTILINE),
    "list_items": re.compile(r"^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]", re.MULTILINE),
    "bold": re.compile(r"\*\*[^*\n]{1,300}\*\*|__[^_\n]{1,300}__"),
    "code": re.compile(r"```|`[^`\n]{1,300}`"),
}


def markup_features(text: str) -> dict[str, float]:
    r"""Length of a text in characters, and its markdown as occurrences in 1,000 characters.

    Parameters
    ----------
    text : as the raters saw it

    Returns
    -------
    dict
        ``length``, and the densities ``headers``, ``list_items``, ``bold`` and ``code`` (fences and spans), 0
        for an empty text.

    Notes
    -----
    The features of Chatbot Arena's style control, as densities so that they do not speak of length again.

    Examples
    --------
    >>> from evalplatform.agreement.bias import markup_features
    >>> markup_features("# Hi\n- **yes**\n- no " + "." * 480)["list_items"]
    4.0
    """
    length = len(text)
    found = {name: len(pattern.findall(text)) for name, pattern in MARKUP.items()}
    return {
        "length": float(length),
        **{name: PER * count / length if length else 0.0 for name, count in found.items()},
    }
