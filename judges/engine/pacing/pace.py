"""When calls to one account may start, and no sooner: slots at the distance that its limits ask for.

Slots are given out in small blocks, so that a thousand calls a second need no thousand questions. One script in the
store serves all loops on all machines; a loop that cannot reach the store goes on by itself.
"""

import time
from dataclasses import dataclass
from typing import Protocol

import redis.asyncio
import structlog
from django.conf import settings
from redis.exceptions import RedisError

BLOCK = 0.25  # seconds of slots given out at once
MARGIN = 1.01  # a hundredth below the limit: what is on its way arrives less evenly than it was sent
WINDOW = 1.0  # seconds over which calls are counted: in each, slots move once by what calls were late
KEPT = 600  # seconds for which limits are remembered after the last call
PATIENCE = 1.0  # seconds that the store may take
REST = 5.0  # seconds for which a store that did not answer is not asked again

SCRIPT = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1e6
local held = redis.call('HMGET', KEYS[1], 'free', 'held', 'requests', 'tokens', 'shift', 'shifted')
local wanted, each, late, hold = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local function tighter(own, learned) return own > 0 and (learned == 0 or own < learned) and own or learned end
local learned = {}
for i = 1, 2 do
  local told = tonumber(ARGV[4 + i])
  learned[i] = told > 0 and told or tonumber(held[2 + i] or 0)
end
local requests, tokens = tighter(tonumber(ARGV[7]), learned[1]), tighter(tonumber(ARGV[8]), learned[2])
local gap = 0
if requests > 0 then gap = 60 / requests end
if tokens > 0 then gap = math.max(gap, 60 * each / tokens) end
gap = gap * ARGV[9]
local quiet = math.max(tonumber(held[2] or 0), now + hold)
local start = math.max(now, quiet)
local count = wanted
local shift, shifted = tonumber(held[5] or 0), tonumber(held[6] or 0)
if now > shifted + ARGV[12] then shift = 0 end
local more = math.max(late - shift, 0)
if more > 0 then shift, shifted = late, now end
if gap > 0 then
  start = math.max(start, tonumber(held[1] or 0) + more)
  count = math.min(wanted, math.max(1, math.ceil(ARGV[10] / gap)))
end
local function spell(number) return string.format('%.6f', number) end
redis.call('HSET', KEYS[1], 'free', spell(start + count * gap), 'held', spell(quiet),
  'requests', learned[1], 'tokens', learned[2], 'shift', spell(shift), 'shifted', spell(shifted))
redis.call('EXPIRE', KEYS[1], ARGV[11])
return {spell(start - now), spell(gap), count}
"""

log = structlog.get_logger("judges.engine")


@dataclass(frozen=True, slots=True)
class Order:
    """What a loop asks for: up to `count` slots for calls of `tokens` each.

    Limits are a minute, 0 where there is none: `learned` ones came from headers, `own` ones are the judge's.
    `late`: seconds by which its calls started behind their slots; `hold`: seconds that a refusal asked all to wait.
    """

    count: int
    tokens: float = 0.0
    late: float = 0.0
    hold: float = 0.0
    learned: tuple[int, int] = (0, 0)
    own: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Grant:
    """`count` slots from `start` seconds from now on, `gap` seconds apart; a gap of 0 knows no limit."""

    start: float
    gap: float
    count: int


class Pace(Protocol):
    """What gives out slots."""

    async def reserve(self, order: Order) -> Grant:
        """As much of the order as may be given now."""

    async def close(self) -> None:
        """Let go of connections."""


class OwnPace:
    """Slots for one loop alone."""

    def __init__(self) -> None:
        self._free = self._held = self._shift = self._shifted = 0.0
        self._learned = (0, 0)

    async def reserve(self, order: Order) -> Grant:
        return self.give(order)

    def give(self, order: Order) -> Grant:
        now = time.monotonic()
        self._learned = (order.learned[0] or self._learned[0], order.learned[1] or self._learned[1])
        requests, tokens = (
            min(filter(None, pair), default=0) for pair in zip(order.own, self._learned, strict=True)
        )
        gap = MARGIN * max(60 / requests if requests else 0, 60 * order.tokens / tokens if tokens else 0)
        self._held = max(self._held, now + order.hold)
        start, count = max(now, self._held), order.count
        if now > self._shifted + WINDOW:
            self._shift = 0.0
        if (more := max(order.late - self._shift, 0.0)) > 0:
            self._shift, self._shifted = order.late, now
        if gap:
            start = max(start, self._free + more)
            count = min(count, max(1, -int(-BLOCK // gap)))
        self._free = start + count * gap
        return Grant(start - now, gap, count)

    async def close(self) -> None:
        """There is nothing to let go of."""


def name_pace(account: str) -> str:
    """Under what the store keeps an account's slots and limits."""
    return f"evalplatform:pace:{account}"


class SharedPace:
    """Slots for all loops that call one account, kept in the store under a name that tells nothing of the key."""

    def __init__(self, account: str) -> None:
        self._key = name_pace(account)
        self._store = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
        )
        self._script = self._store.register_script(SCRIPT)
        self._alone = OwnPace()
        self._asleep_until = 0.0
        self._is_alone = False

    async def reserve(self, order: Order) -> Grant:
        if time.monotonic() < self._asleep_until:
            return self._alone.give(order)
        numbers = [order.count, order.tokens, order.late, order.hold, *order.learned, *order.own]
        try:
            start, gap, count = await self._script(
                keys=[self._key], args=[*numbers, MARGIN, BLOCK, KEPT, WINDOW]
            )
        except (RedisError, OSError, TimeoutError) as error:
            self._asleep_until = time.monotonic() + REST
            if not self._is_alone:
                log.warning("the pace is not shared while the store is away", reason=type(error).__name__)
            self._is_alone = True
            return self._alone.give(order)
        self._is_alone = False
        return Grant(float(start), float(gap), int(count))

    async def close(self) -> None:
        await self._store.aclose()
