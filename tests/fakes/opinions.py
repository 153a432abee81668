"""A fake provider whose models are sure of some questions and waver on others."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any  # bodies are any JSON value

from tests.fakes.provider import FakeProvider

QUESTION = re.compile(r"Question (\d+)")
SIDES = {"first": "second", "second": "first"}
SIDE = re.compile(r'"(first|second)"')


@dataclass
class OpinionatedProvider(FakeProvider):
    """It prefers the longer answer; where a model doubts, two of three samples prefer the shorter one.

    `doubts` is asked by the model's name and the number in `Question 7`.
    """

    doubts: Callable[[str, int], bool] = lambda model, number: False
    _asked: Counter[tuple[str, int]] = field(default_factory=Counter)

    def _say(self, path: str, body: dict[str, Any]) -> str:
        text = super()._say(path, body)
        found = QUESTION.search(body["messages"][-1]["content"])
        number = int(found[1]) if found else 0
        if found is None or not self.doubts(body["model"], number):
            return text
        self._asked[body["model"], number] += 1
        if self._asked[body["model"], number] % 3 == 0:
            return text
        return SIDE.sub(lambda side: f'"{SIDES[side[1]]}"', text)
