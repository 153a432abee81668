"""How fast one loop asks: as many calls at once as the provider bears, no faster than its headers allow."""

import re
import time
from collections.abc import Mapping

FIRST_CALLS = 8
SHORTEST_HOLD = 0.5
LONGEST_HOLD = 60.0
CATCH_UP = 0.2  # starts come in ticks: what a tick was late may be made up for
COUNT = re.compile(r"[1-9][0-9]{0,8}")
LIMIT_HEADERS = ("x-ratelimit-limit-requests", "anthropic-ratelimit-requests-limit")


class Pacer:
    """Grows with every answer up to `most` calls, halves at a refusal, keeps the distance a stated limit asks for."""

    def __init__(self, most: int) -> None:
        self._most = float(most)
        self._allowed = min(float(FIRST_CALLS), self._most)
        self._steady = self._most
        self._held_until = self._next = 0.0
        self._distance = 0.0

    def may_start(self, running: int) -> bool:
        """Whether one more call may start now beside `running` others; if so it is counted as started."""
        now = time.monotonic()
        if running >= int(self._allowed) or now < max(self._held_until, self._next):
            return False
        if self._distance:
            self._next = max(self._next, now - CATCH_UP) + self._distance
        return True

    def learn(self, headers: Mapping[str, str]) -> None:
        """An answer came: a little more may run at once, at the rate that the headers state."""
        step = 1.0 if self._allowed < self._steady else 1 / self._allowed
        self._allowed = min(self._allowed + step, self._most)
        for name in LIMIT_HEADERS:
            stated = headers.get(name, "")
            if COUNT.fullmatch(stated):
                self._distance = 60 / int(stated)

    def slow_down(self, retry_after: float | None) -> None:
        """The provider refused for its limits: half as much at once, and nothing for a while."""
        now = time.monotonic()
        if now >= self._held_until:  # calls refused together count once
            self._allowed = self._steady = max(self._allowed / 2, 1.0)
        hold = min(max(retry_after or 0.0, SHORTEST_HOLD), LONGEST_HOLD)
        self._held_until = max(self._held_until, now + hold)
