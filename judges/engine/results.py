"""How a call ended, and what it cost."""

from dataclasses import dataclass
from decimal import Decimal

from evalplatform.common.errors import ProviderFailure
from judges.engine.cases import Case, CaseBook
from judges.engine.retries import RATE_LIMITED
from judges.providers import PAUSING, Completion

UNPAID = PAUSING | {RATE_LIMITED}


@dataclass(frozen=True, slots=True)
class Result:
    """How one call ended: with a completion or a failure, which in an outage is not the case's own."""

    case: Case
    completion: Completion | None = None
    failure: ProviderFailure | None = None
    latency: float = 0.0
    is_outage: bool = False


def find_cost(book: CaseBook, result: Result) -> Decimal | None:
    """What a call cost; where an answer was lost on the way, what it may have cost; None: price unknown."""
    if book.price is None:
        return None
    if result.failure is not None:
        refused = result.failure.reason.startswith("http_") or result.failure.reason in UNPAID
        return Decimal(0) if refused else result.case.estimate
    completion = result.completion
    if completion is None or completion.tokens_in is None or completion.tokens_out is None:
        return result.case.estimate
    return book.price.charge(
        tokens_in=completion.tokens_in,
        tokens_out=completion.tokens_out,
        tokens_cached=completion.tokens_cached or 0,
    )
