"""How long a call is waited for: a hang costs about as much as two slow answers, not a whole time-out."""

from collections import deque

from django.conf import settings

from judges.engine.asking.cases import Case
from judges.engine.asking.results import Result
from judges.engine.asking.retries import SLOW

SLACK = 15.0  # beyond the read time-out, for a server that drips
ENOUGH = 50  # answers from which on the run's own latencies count
WINDOW = 500
REVIEW_EVERY = 25
SHARE = 0.99
TIMES = 1.9  # a hang costs no more than twice, the time to notice it included


def get_patience() -> float:
    """Seconds after which a call is given up, whatever trickles in."""
    return float(settings.EVALPLATFORM_PROVIDER_TIMEOUT + SLACK)


class Patience:
    """Nearly twice the 99th percentile of the latest answers for a first try, all the time there is for the next.

    A call that was cut off counts as one that would have taken twice as long: where more than one in a hundred is,
    the provider has become slower, and patience grows.
    """

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=WINDOW)
        self._count = 0
        self._limit: float | None = None

    def get_for(self, case: Case) -> float:
        """Seconds that this call may take."""
        longest = get_patience()
        if self._limit is None or case.number > 1:
            return longest
        return min(max(self._limit, settings.EVALPLATFORM_SHORTEST_PATIENCE), longest)

    def learn(self, result: Result) -> None:
        """A call ended."""
        if result.failure is None:
            self._seconds.append(result.latency)
        elif result.failure.reason == SLOW:
            self._seconds.append(2 * result.latency)
        else:
            return
        self._count += 1
        if len(self._seconds) >= ENOUGH and self._count % REVIEW_EVERY == 0:
            self._limit = TIMES * sorted(self._seconds)[int(SHARE * (len(self._seconds) - 1))]
