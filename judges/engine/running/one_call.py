"""One call, from the question to what came of it."""

import asyncio
import time

import structlog

from evalplatform.common.errors import ProviderFailure
from judges.engine.asking.cases import Case
from judges.engine.asking.results import Result
from judges.engine.asking.retries import ABANDONED, SLOW
from judges.engine.pacing.patience import get_patience
from judges.providers import Provider

log = structlog.get_logger("judges.engine")


async def ask_case(provider: Provider, case: Case, *, patience: float) -> Result:
    """Ask once, for `patience` seconds. Whatever happens is a result, so that one case takes no other down with it."""
    start = time.monotonic()
    try:
        async with asyncio.timeout(patience):
            completion = await provider.complete(case.request)
    except ProviderFailure as caught:
        failure = caught
    except asyncio.CancelledError:
        failure = ProviderFailure("stopped", reason=ABANDONED, retryable=True)
    except TimeoutError:
        reason = "timeout" if patience >= get_patience() else SLOW
        failure = ProviderFailure(f"no end in {patience:.3g} s", reason=reason, retryable=True)
    except Exception as error:
        log.exception("a call failed in an unknown way", attempt=case.attempt_id)
        failure = ProviderFailure(type(error).__name__, reason="internal", retryable=True)
    else:
        return Result(case, completion, latency=time.monotonic() - start)
    return Result(case, failure=failure, latency=time.monotonic() - start)
