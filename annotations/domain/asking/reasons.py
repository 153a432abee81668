"""When an answer needs a reason: a rule of the rubric version, read by the page and the server alike.

`true` asks for one always. An object asks where any of its parts holds: `at_most` and `at_least` compare a number,
`values` lists codes or numbers, and severities of marked passages. Sides of a pair count as shown.
"""

from collections.abc import Mapping
from typing import Any, Final  # a rule and a value are JSON

Rule = bool | Mapping[str, Any]
BOUNDS: Final = ("at_most", "at_least")


def needs_reason(rule: Rule | None, value: Any) -> bool:
    """Whether the rule asks for a reason beside this value."""
    if not isinstance(rule, Mapping):
        return bool(rule)
    if isinstance(value, list):
        return any(span.get("severity") in rule.get("values", ()) for span in value)
    if value in rule.get("values", ()):
        return True
    if isinstance(value, str):
        return False
    return ("at_most" in rule and value <= rule["at_most"]) or (
        "at_least" in rule and value >= rule["at_least"]
    )
