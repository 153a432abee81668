"""Where a marked passage says that it stands; what was imported may say anything."""

from collections.abc import Mapping
from typing import Any  # a passage is JSON


def is_placed(span: Mapping[str, Any]) -> bool:
    """Whether it says where it stands; what was imported may say anything."""
    start, end = span.get("start"), span.get("end")
    is_turn = span.get("turn") is None or read_turn(span) is not None
    return is_turn and type(start) is int and type(end) is int and 0 <= start <= end


def read_turn(span: Mapping[str, Any]) -> int | None:
    """The turn it names, from 1 on; None where it names none that could be."""
    turn = span.get("turn")
    return turn if type(turn) is int and turn > 0 else None
