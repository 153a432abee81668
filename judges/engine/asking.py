"""One call, from the question to what came of it."""

import asyncio
import time

import structlog
from django.conf import settings

from evalplatform.common.errors import ProviderFailure
from judges.engine.cases import Case
from judges.engine.results import Result
from judges.engine.retries import ABANDONED
from judges.providers import Provider

SLACK = 15.0  # beyond the read time-out, for a server that drips

log = structlog.get_logger("judges.engine")


async def ask_case(provider: Provider, case: Case) -> Result:
    """Ask once. Whatever happens is a result, so that one case takes no other down with it."""
    start = time.monotonic()
    try:
        async with asyncio.timeout(get_patience()):
            completion = await provider.complete(case.request)
    except ProviderFailure as caught:
        failure = caught
    except asyncio.CancelledError:
        failure = ProviderFailure("stopped", reason=ABANDONED, retryable=True)
    except TimeoutError:
        failure = ProviderFailure("no end in time", reason="timeout", retryable=True)
    except Exception as error:
        log.exception("a call failed in an unknown way", attempt=case.attempt_id)
        failure = ProviderFailure(type(error).__name__, reason="internal", retryable=True)
    else:
        return Result(case, completion, latency=time.monotonic() - start)
    return Result(case, failure=failure, latency=time.monotonic() - start)


def get_patience() -> float:
    """Seconds after which a call is given up, whatever trickles in."""
    return float(settings.EVALPLATFORM_PROVIDER_TIMEOUT + SLACK)
