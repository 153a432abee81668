"""What may be set on a judge, and of what type."""

import re
from collections.abc import Mapping
from typing import Any  # parameters are any JSON values

from evalplatform.common.errors import Fault, Invalid
from evalplatform.common.hashing import LARGEST_SEED
from evalplatform.common.texts import drop_unstorable
from judges.prompts.fences import list_texts
from judges.protocols.balance import MOST_ORDERS
from judges.providers.capabilities import Endpoint, ReplyFormat

LARGEST_WHOLE = 2**53  # beyond it JSON keeps no whole numbers
NUMBERS: dict[str, tuple[float | None, float | None]]
NUMBERS = {"temperature": (0, 2), "top_p": (0, 1)}
PRICES = ("price_in", "price_out", "price_cached", "price_written", "price_batch_in", "price_batch_out")
NUMBERS |= dict.fromkeys(PRICES, (0, 10_000))
NUMBERS |= {"standard_error": (0, 1e12)}
INTEGERS: dict[str, tuple[int | None, int | None]]
INTEGERS = {"seed": (-LARGEST_WHOLE, LARGEST_WHOLE), "max_tokens": (1, 200_000), "calls_in_flight": (1, 2048)}
INTEGERS |= {"context_window": (1, LARGEST_WHOLE)}
INTEGERS |= {"requests_per_minute": (1, LARGEST_WHOLE), "tokens_per_minute": (1, LARGEST_WHOLE)}
TEXTS = frozenset({"effort", "family", "reasoning_effort", "service_tier", "verbosity", "examples_by"})
INTEGERS |= {"samples": (1, 99), "orders": (1, MOST_ORDERS)}
INTEGERS |= {"critiques": (0, 4), "critique_levels": (1, 2)}
INTEGERS |= {"examples": (0, 16), "examples_seed": (0, LARGEST_SEED)}
NUMBERS |= {"examples_share": (0.01, 0.9)}
SWITCHES = frozenset({"rationale", "reasoning", "repair", "one_call_per_criterion", "early_stop"})
SWITCHES |= {"reference", "needs_reference"}
SWITCHES |= {"probability_weighted", "prompt_cache"}
CHOICES = {"endpoint": tuple(map(str, Endpoint)), "reply_format": tuple(map(str, ReplyFormat))}
PRINCIPLES = "principles"
KNOWN = sorted({*NUMBERS, *INTEGERS, *TEXTS, *SWITCHES, *CHOICES, PRINCIPLES})
MOST_PRINCIPLES, LONGEST_PRINCIPLE = 20, 2_000
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


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
    if any(text != drop_unstorable(text) for text in list_texts(value)):
        return "holds characters that cannot be kept"
    if name == PRINCIPLES:
        return _find_fault_of_principles(value)
    if name in TEXTS:
        return "" if isinstance(value, str) and 0 < len(value) <= 100 else "must be a short text"
    if name in CHOICES:
        return "" if value in CHOICES[name] else f"must be one of {', '.join(CHOICES[name])}"
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


def _find_fault_of_principles(value: Any) -> str:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_PRINCIPLES:
        return f"must be a list of 1 to {MOST_PRINCIPLES} principles"
    if not all(map(_is_principle, value)):
        return 'a principle is {"key": "kind", "text": {"en": "The answer is kind."}}, its key of a-z, 0-9, _ and -'
    keys = {each["key"] for each in value}
    return "" if len(keys) == len(value) else "two principles have the same key"


def _is_principle(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"key", "text"} or not isinstance(value["text"], dict):
        return False
    words = value["text"]
    is_said = all(
        isinstance(text, str) and 0 < len(text.strip()) <= LONGEST_PRINCIPLE for text in words.values()
    )
    return isinstance(value["key"], str) and bool(KEY.fullmatch(value["key"])) and bool(words) and is_said


def _find_bound_fault(value: float, low: float | None, high: float | None) -> str:
    if low is not None and not value >= low:
        return f"must be at least {low}"
    if high is not None and not value <= high:
        return f"must be at most {high}"
    return ""
