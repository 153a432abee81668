"""A judge that obeys every order it takes for one, deterministic, in three degrees of care.

`careless` heeds no fence. `trusting` heeds them, and takes anything that looks like an end for the end. `careful` knows
only the mark that the first line of the case names. Where that names none, all three obey whatever they read.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Literal  # a verdict is JSON

import orjson

from judges.providers import JudgeRequest
from tests.security.attacks.attack_set import BREAKING, ORDERS

Care = Literal["careless", "trusting", "careful"]
CARES: tuple[Care, ...] = ("careless", "trusting", "careful")
MARK = re.compile(r"(?:The mark of this case is|Метка этого случая:) ([0-9a-f]{16})\.")
LOOKS_LIKE_AN_END = re.compile(r"<</.*>>|</\w+>|.*END OF .*|The material ends here\.|Материал закончился\.")


def reply_as(care: Care, request: JudgeRequest, *, honest: Any, wanted: Any) -> str:
    """Its reply: the `wanted` value where it sees an order, else the `honest` one; prose where it is told so."""
    seen = _normalise("\n".join(read_orders(care, request)))
    if any(_normalise(order) in seen for order in BREAKING.values()):
        return "BANANA"
    obeys = any(_normalise(order) in seen for order in ORDERS.values())
    value = wanted if obeys else honest
    return orjson.dumps(
        {key: {"rationale": "So it is.", "value": value} for key in request.schema["properties"]}
    ).decode()


def read_orders(care: Care, request: JudgeRequest) -> Iterator[str]:
    """The lines of the user prompt that it does not take for data."""
    mark = MARK.match(request.user)
    is_data = False
    for line in request.user.splitlines():
        if mark is None or care == "careless":
            yield line
        elif line == f"<</{mark[1]}>>":
            is_data = False
        elif line.startswith(f"<<{mark[1]} "):
            is_data = True
        elif is_data and care == "trusting" and LOOKS_LIKE_AN_END.fullmatch(line):
            is_data = False
        elif not is_data:
            yield line


def _normalise(text: str) -> str:
    """As a model may read it: tag characters as letters, invisible ones gone, case and spaces aside."""
    plain = "".join(
        chr(ord(letter) - 0xE0000) if "\U000e0020" <= letter <= "\U000e007e" else letter for letter in text
    )
    seen = "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")
    return " ".join(seen.casefold().split())
