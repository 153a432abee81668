"""Many requests handed over at once: what every provider of batches takes and gives."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import ModuleType
from typing import Any, Protocol  # replies are any JSON value

import orjson

from evalplatform.common.errors import ProviderFailure
from judges.models import Judge
from judges.models import Provider as Vendor
from judges.providers.base import Completion, JudgeRequest, fail_for_status
from judges.providers.http import LARGEST_REPLY, name_failures, scrub
from judges.providers.reply import fail_for_reply, get_object, read_name, read_tokens

BATCH_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,199}")
MOST_RESULT_BYTES = 256 * 1024 * 1024
LISTED = 100  # the newest batches at a provider: one that was lost on the way is among them
MOST_COUNTS = 8
BATCH_REFUSED, BATCH_FULL = "batch_refused", "batch_full"


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One request under a mark of ours, which comes back with its answer."""

    mark: str
    request: JudgeRequest


@dataclass(frozen=True, slots=True)
class BatchLook:
    """A batch as the provider shows it. `problem` is why it was refused as a whole."""

    provider_id: str
    is_ended: bool
    mark: str = ""
    size: int | None = None
    created_at: datetime | None = None
    expires_at: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    problem: ProviderFailure | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What became of a row: a completion or a failure."""

    mark: str
    completion: Completion | None = None
    failure: ProviderFailure | None = None


class BatchDesk(Protocol):
    """A provider's counter for batches, living on one event loop. Everything raises ProviderFailure."""

    async def submit(self, *, mark: str, rows: Sequence[BatchRow]) -> BatchLook:
        """Hand the rows over."""

    async def find(self, *, mark: str, size: int, since: datetime) -> list[str]:
        """Ids of batches that may be the one handed over under this mark, surest first."""

    async def look(self, provider_id: str) -> BatchLook:
        """How far a batch is."""

    async def fetch(self, seen: BatchLook) -> list[BatchOutcome]:
        """The results of a batch that has ended, in any order."""

    async def cancel(self, provider_id: str) -> None:
        """Ask for no more answers; those that are there stay."""

    async def close(self) -> None:
        """Let go of all connections."""


def open_desk(judge: Judge, *, key: str) -> BatchDesk:
    """The desk of the judge's connection; call it on the loop that will use it."""
    connection = judge.connection
    if connection is None:
        raise ValueError("a builtin has no batches")  # refused when the run is planned
    if connection.provider == Vendor.ANTHROPIC:
        from judges.providers.anthropic_batches import AnthropicDesk

        return AnthropicDesk(key=key, base_url=connection.base_url)
    from judges.providers.openai_batches import OpenAIDesk

    return OpenAIDesk(key=key, base_url=connection.base_url, parameters=judge.parameters)


def read_batch_id(value: Any) -> str:
    """An id fit to stand in a path. Raises ProviderFailure."""
    if not isinstance(value, str) or not BATCH_ID.fullmatch(value):
        raise fail_for_reply("the batch has no id")
    return value


def read_counts(value: dict[str, Any]) -> dict[str, int]:
    """Rows by the provider's own words for what became of them."""
    counted = {
        read_name(name)[:40]: n for name, count in value.items() if (n := read_tokens(count)) is not None
    }
    return dict(list(counted.items())[:MOST_COUNTS])


def read_moment(value: Any) -> datetime | None:
    """Seconds since 1970 or RFC 3339; None where it is neither."""
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return datetime.fromtimestamp(value, UTC) if type(value) is int else None
    except (ValueError, OverflowError, OSError):
        return None


async def fetch_lines(sdk: ModuleType, key: str, call: Callable[[], Awaitable[Any]]) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines; odd lines are left out. Raises ProviderFailure where it is cut short."""
    answer = await name_failures(sdk, key, call)
    if len(answer.content) > MOST_RESULT_BYTES:
        raise ProviderFailure("the results are too large", reason="bad_reply", retryable=False)
    lines = [line for line in scrub(answer.text, key).split("\n") if line.strip()]
    return [found for line in lines if (found := _read_line(line)) is not None]


def _read_line(line: str) -> dict[str, Any] | None:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None  # its row is missing, and missing rows are asked for again
    return found if isinstance(found, dict) else None


def settle_row(mark: Any, read: Callable[[], Completion]) -> BatchOutcome:
    """The outcome of a row, whatever reading it comes to."""
    mark = read_name(mark)
    try:
        return BatchOutcome(mark, read())
    except ProviderFailure as failure:
        return BatchOutcome(mark, failure=failure)


def write_body(body: Any) -> str:
    """A row's reply as the text that a live call would have brought. Raises ProviderFailure."""
    if not isinstance(body, dict):
        raise fail_for_reply("the row holds no answer")
    text = orjson.dumps(body).decode()
    if len(text) > LARGEST_REPLY:
        raise ProviderFailure("the answer is too large", reason="bad_reply", retryable=False)
    return text


def fail_for_row(status: Any, body: Any) -> ProviderFailure:
    """The failure of a row that the provider answered with an error."""
    if type(status) is not int or not 400 <= status <= 599:
        return fail_for_reply("the row holds neither answer nor error")
    error = get_object(body, "error") if isinstance(body, dict) else {}
    return fail_for_status(status, read_name(error.get("message")) or "no reason is given", {})
