"""What a provider said of its limits, as the loops that call it keep it in the store."""

from dataclasses import dataclass

import redis

from evalplatform.common.errors import PlatformError
from evalplatform.common.store import ask_store
from evalplatform.common.vault import decrypt_secret
from judges.engine.pacing.account import name_account, read_own_limits
from judges.engine.pacing.pace import name_pace
from judges.models import Judge


@dataclass(frozen=True, slots=True)
class StatedLimits:
    """Requests and tokens a minute, 0 where none is known; `own` ones are the judge's, the others the provider's.

    `hold`: seconds for which a refusal asks all who call the account to wait.
    """

    requests: int = 0
    tokens: int = 0
    own_requests: int = 0
    own_tokens: int = 0
    hold: float = 0.0

    @property
    def binding_requests(self) -> int:
        """The tighter of both; 0: no limit is known."""
        return min(filter(None, (self.requests, self.own_requests)), default=0)

    @property
    def binding_tokens(self) -> int:
        """The tighter of both; 0: no limit is known."""
        return min(filter(None, (self.tokens, self.own_tokens)), default=0)


def read_stated_limits(judge: Judge) -> StatedLimits | None:
    """The limits of the account that the judge calls; None where it calls none.

    The provider's are 0 until an answer told them, some minutes after the last call, and while the store is away.
    """
    account = _find_account(judge)
    if account is None:
        return None
    requests, tokens, hold = (
        ask_store(lambda store: _read_pace(store, name_pace(account)), default=(0, 0, 0.0))
        if account
        else (0, 0, 0.0)
    )
    return StatedLimits(requests, tokens, *read_own_limits(judge), hold)


def _find_account(judge: Judge) -> str | None:
    """None for a judge without an account; empty where its key cannot be read, so that nothing is called either."""
    if judge.connection is None:
        return None
    sealed = judge.connection.encrypted_key
    try:
        key = decrypt_secret(sealed) if sealed else ""
    except PlatformError:
        return ""
    return name_account(judge, key=key) or None


def _read_pace(store: redis.Redis, key: str) -> tuple[int, int, float]:
    with store.pipeline(transaction=False) as pipeline:
        pipeline.hmget(key, ["requests", "tokens", "held"])
        pipeline.time()
        (requests, tokens, held), (seconds, micros) = pipeline.execute()
    return int(requests or 0), int(tokens or 0), max(float(held or 0) - seconds - micros / 1e6, 0.0)
