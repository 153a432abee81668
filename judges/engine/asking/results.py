"""How a call ended, and what it cost."""

from dataclasses import dataclass
from decimal import Decimal

from evalplatform.common.errors import ProviderFailure
from judges.engine.asking.cases import Case
from judges.engine.asking.retries import RATE_LIMITED
from judges.providers import PAUSING, Completion
from judges.providers.base import UNANSWERED

UNPAID = PAUSING | UNANSWERED | {RATE_LIMITED}


@dataclass(frozen=True, slots=True)
class Result:
    """How one call ended: with a completion or a failure, which in an outage is not the case's own.

    `reused_from` is the attempt whose reply this is, where no call was made.
    """

    case: Case
    completion: Completion | None = None
    failure: ProviderFailure | None = None
    latency: float = 0.0
    is_outage: bool = False
    reused_from: int | None = None


def find_cost(result: Result) -> Decimal | None:
    """What a call cost; where an answer was lost on the way, what it may have cost; None: price unknown."""
    price = result.case.price
    if result.reused_from is not None:
        return Decimal(0)
    if price is None:
        return None
    if result.failure is not None:
        refused = result.failure.reason.startswith("http_") or result.failure.reason in UNPAID
        return Decimal(0) if refused else result.case.estimate
    completion = result.completion
    if completion is None or completion.tokens_in is None or completion.tokens_out is None:
        return result.case.estimate
    return price.charge(
        tokens_in=completion.tokens_in,
        tokens_out=completion.tokens_out,
        tokens_cached=completion.tokens_cached or 0,
        tokens_written=completion.tokens_cache_written or 0,
    )
