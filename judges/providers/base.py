"""What every provider takes and gives, so that the engine knows no vendor."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol  # JSON schemas and replies hold any JSON value

from evalplatform.common.errors import ProviderFailure

REFUSED = "refusal"
DEFAULT_MAX_TOKENS = 1024
CONNECT_SECONDS = 5.0
NOT_INSTALLED, PRIVATE, UNSUPPORTED = "not_installed", "private_address", "unsupported"
# Failures that meet every call alike: the run pauses and says so, instead of spending its tries.
PAUSING = frozenset(
    {"http_401", "http_402", "http_403", "http_404", "quota", NOT_INSTALLED, PRIVATE, UNSUPPORTED}
)

# Rows of a batch that no model was asked for: nothing is paid, and another batch may carry them.
EXPIRED, CALLED_OFF = "batch_expired", "batch_cancelled"
UNANSWERED = frozenset({EXPIRED, CALLED_OFF})


@dataclass(frozen=True, slots=True)
class JudgeRequest:
    """One question to one model. `texts` are the generations as shown, for providers that need no prompt.

    So are `reference`, empty where there is none, and `language`. `logprobs` asks for the odds of every token. `shared`
    is how many characters at the beginning of `user` other calls begin with too.
    """

    model: str
    system: str
    user: str
    schema: dict[str, Any]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    subject: str = ""
    reference: str = ""
    language: str = ""
    logprobs: bool = False
    shared: int = 0

    @property
    def max_tokens(self) -> int:
        return int(self.parameters.get("max_tokens", DEFAULT_MAX_TOKENS))


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a reply: its bytes, and the likeliest tokens in its place with their log-probabilities."""

    piece: bytes
    logprob: float
    likeliest: tuple[tuple[bytes, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model answered; `finish_reason` is `refusal` whenever it declined, whatever the vendor calls it.

    `absent` tells why a criterion has no value, by its key: only metrics can, whose word is ours. `logprobs` are the
    tokens of `text`; `probabilities` are the odds of each value by criterion, where a provider states them itself.
    `returned` is what else the provider said of itself: fingerprint, tier, its own id.
    """

    text: str
    returned_model: str = ""
    finish_reason: str = ""
    tokens_in: int | None = None
    tokens_cached: int | None = None
    tokens_out: int | None = None
    latency: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: str = ""
    absent: Mapping[str, str] = field(default_factory=dict)
    logprobs: tuple[Token, ...] = ()
    probabilities: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    returned: Mapping[str, str | int] = field(default_factory=dict)
    tokens_cache_written: int | None = None

    @property
    def is_refusal(self) -> bool:
        return self.finish_reason == REFUSED


class Provider(Protocol):
    """A client for one connection, living on one event loop."""

    async def complete(self, request: JudgeRequest) -> Completion:
        """Ask once, without retries. Raises ProviderFailure."""

    async def close(self) -> None:
        """Let go of all connections."""


def fail_for_status(status: int, detail: str, headers: Mapping[str, str]) -> ProviderFailure:
    """The failure that an HTTP status means."""
    return ProviderFailure(
        detail,
        reason=f"http_{status}",
        retryable=status in (408, 409, 425, 429) or status >= 500,
        retry_after=read_retry_after(headers),
    )


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the provider asks us to wait; a date or nonsense counts as nothing said."""
    for name, scale in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) / scale
        except (KeyError, ValueError):
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    return None
