"""How fast one loop asks: as many calls at once as the provider bears, each in its slot where there is a limit."""

import re
import time
from collections import deque
from collections.abc import Mapping

from judges.engine.pacing.pace import Order, OwnPace, Pace

FIRST_CALLS = 8
PROBE_SECONDS = 5.0  # that the first call, alone, has for telling the limits
SHORTEST_HOLD = 0.5
LONGEST_HOLD = 60.0
STALE = 0.2  # a slot that the loop missed by more is lost: made up for, it would come on top of later ones
TOLERANCE = 0.005  # seconds behind its slot that a call may start unnoticed
LEAD = 0.15  # seconds before the last slot at which more are asked for
LOOK_EVERY = 1.0  # seconds between looks for what others learned, where no limit is known
TRUSTING = (
    10.0  # seconds in which a second refusal makes it doubtful that the limits known are the ones that bind
)
LONGEST_STEP = 0.05  # share of the newest answer in the tokens that one is taken to need
COUNT = re.compile(r"[1-9][0-9]{0,8}")
REQUESTS = ("x-ratelimit-limit-requests", "anthropic-ratelimit-requests-limit")
TOKENS = (
    "x-ratelimit-limit-tokens",
    "anthropic-ratelimit-tokens-limit",
    "anthropic-ratelimit-input-tokens-limit",
)
REMEMBERED = 64
_reached: dict[str, float] = {}  # by account: calls at once that the last loop of this process had come to


class Pacer:
    """One call at first; then, where no limit is stated, more with every answer up to `most`, halved at a refusal."""

    def __init__(
        self, most: int, pace: Pace | None = None, *, own: tuple[int, int] = (0, 0), account: str = ""
    ) -> None:
        self._pace: Pace = pace or OwnPace()
        self._most, self._own, self._account = float(most), own, account
        self._allowed = self._steady = min(_reached.get(account, 1.0), self._most)
        if account not in _reached:
            self._steady = self._most
        self._began: float | None = None
        self._held_until = self._refused = self._asked = 0.0
        self._hold = self._late = self._tokens = 0.0
        self._gap: float | None = None  # None: the pace has not been asked yet
        self._slots: deque[float] = deque()
        self._learned, self._told = (0, 0), (0, 0)

    def may_start(self, running: int) -> bool:
        """Whether one more call may start now beside `running` others; if so it is counted as started."""
        now = time.monotonic()
        self._began = self._began or now
        if running >= int(self._count_allowed(now)) or now < self._held_until or self._gap is None:
            return False
        return not self._gap or self._take_slot(now)

    def _count_allowed(self, now: float) -> float:
        is_probing = self._allowed < FIRST_CALLS and self._steady == self._most
        if is_probing and self._began is not None and now > self._began + PROBE_SECONDS:
            self._allowed = min(float(FIRST_CALLS), self._most)
        return self._allowed

    def _take_slot(self, now: float) -> bool:
        while self._slots and self._slots[0] < now - STALE:
            self._slots.popleft()
        if not self._slots or self._slots[0] > now:
            return False
        self._late = max(self._late, now - self._slots.popleft() - TOLERANCE)
        return True

    @property
    def seconds_to_slot(self) -> float:
        """Until the next slot in hand; infinite where there is none."""
        return max(self._slots[0] - time.monotonic(), 0.0) if self._slots else float("inf")

    def wants_slots(self, running: int, waiting: int) -> bool:
        """Whether the pace is to be asked, before a loop with free places and waiting cases runs out of slots."""
        now = time.monotonic()
        if self._gap is None or self._learned != self._told or self._hold:
            return True
        if not self._gap:
            return now > self._asked + LOOK_EVERY
        has_use = len(self._slots) < min(waiting, int(self._count_allowed(now)) - running)
        return has_use and (not self._slots or self._slots[-1] < now + LEAD)

    async def reserve(self, running: int, waiting: int) -> None:
        """Ask the pace for slots, and tell it what was learned."""
        free = max(min(int(self._allowed) - running, waiting) - len(self._slots), 1)
        order = Order(free, self._tokens, self._late, self._hold, self._learned, self._own)
        self._late = self._hold = 0.0
        grant = await self._pace.reserve(order)
        now = self._asked = time.monotonic()
        self._told = order.learned
        if not grant.gap:
            self._held_until = max(self._held_until, now + grant.start if grant.start > 0 else 0.0)
            self._slots.clear()
        else:
            self._allowed = self._steady = self._most
            self._slots.extend(now + grant.start + place * grant.gap for place in range(grant.count))
        self._gap = grant.gap

    def learn(self, headers: Mapping[str, str], tokens: int = 0) -> None:
        """An answer came: a little more may run at once, at the rate that the headers state."""
        self._learned = (
            _read_limit(headers, REQUESTS) or self._learned[0],
            _read_limit(headers, TOKENS) or self._learned[1],
        )
        if tokens:
            self._tokens += (tokens - self._tokens) * (LONGEST_STEP if self._tokens else 1.0)
        if self._learned != self._told and not self._gap:
            self._gap = None  # nothing starts until the pace knows
        if self._steady == self._most and self._allowed < FIRST_CALLS:
            self._allowed = min(float(FIRST_CALLS), self._most)
            return
        step = 1.0 if self._allowed < self._steady else 1 / self._allowed
        self._allowed = min(self._allowed + step, self._most)

    def slow_down(self, retry_after: float | None) -> None:
        """The provider refused for its limits: nothing for a while, and half as much at once where none is stated.

        Under stated limits a single refusal means that calls arrived unevenly; a second one means more.
        """
        now = time.monotonic()
        hold = min(max(retry_after or 0.0, SHORTEST_HOLD), LONGEST_HOLD)
        if self._gap and now > self._refused + TRUSTING:
            hold = min(hold, 2 * self._gap)
        elif not self._gap and now >= self._held_until:  # calls refused together count once
            self._allowed = self._steady = max(self._allowed / 2, 1.0)
        self._refused = now
        self._hold = max(self._hold, hold)
        self._held_until = max(self._held_until, now + hold)
        self._slots = deque(slot for slot in self._slots if slot >= self._held_until)

    async def close(self) -> None:
        """Remember for the next loop how many calls the account bears."""
        if self._account and self._gap is not None:
            if len(_reached) >= REMEMBERED:
                _reached.clear()
            _reached[self._account] = self._allowed
        await self._pace.close()


def _read_limit(headers: Mapping[str, str], names: tuple[str, ...]) -> int:
    for name in names:
        if COUNT.fullmatch(stated := headers.get(name, "")):
            return int(stated)
    return 0
