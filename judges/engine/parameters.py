"""What may be set on a judge, and of what type."""

from collections.abc import Mapping
from typing import Any  # parameters are any JSON values

from evalplatform.common.errors import Fault, Invalid

NUMBERS = {"temperature": (0, 2), "top_p": (0, 1), "price_in": (0, None), "price_out": (0, None)}
NUMBERS |= {"price_cached": (0, None)}
INTEGERS = {"seed": (None, None), "max_tokens": (1, 200_000), "calls_in_flight": (1, 2048)}
TEXTS = frozenset({"effort", "family", "reasoning_effort", "service_tier", "verbosity"})
SWITCHES = frozenset({"rationale"})
KNOWN = sorted({*NUMBERS, *INTEGERS, *TEXTS, *SWITCHES})


def check_parameters(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters, if all are known and of the right type. Raises Invalid with every fault."""
    faults = [
        Fault(problem, field=name)
        for name, value in parameters.items()
        if (problem := _find_fault(name, value))
    ]
    if faults:
        raise Invalid("; ".join(map(str, faults)), faults=tuple(faults))
    return dict(parameters)


def _find_fault(name: str, value: Any) -> str:
    if name in TEXTS:
        return "" if isinstance(value, str) and 0 < len(value) <= 100 else "must be a short text"
    if name in SWITCHES:
        return "" if isinstance(value, bool) else "must be true or false"
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if name in INTEGERS:
        return _find_bound_fault(value, *INTEGERS[name]) if is_whole else "must be a whole number"
    if name in NUMBERS:
        return (
            _find_bound_fault(value, *NUMBERS[name])
            if is_whole or isinstance(value, float)
            else "must be a number"
        )
    return f"is not known; there are {', '.join(KNOWN)}"


def _find_bound_fault(value: float, low: float | None, high: float | None) -> str:
    if low is not None and not value >= low:
        return f"must be at least {low}"
    if high is not None and not value <= high:
        return f"must be at most {high}"
    return ""
