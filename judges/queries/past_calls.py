"""What calls to a judge's model came to before: the best guide to what the next ones will."""

from dataclasses import dataclass
from typing import Any  # requests are JSON

import orjson
from django.db.models import Q, QuerySet

from judges.models import Attempt, AttemptState, Judge

MOST = 200


@dataclass(frozen=True, slots=True)
class PastCall:
    """Tokens and seconds of a call; `size` is what was sent in bytes, None where that was forgotten."""

    size: int | None
    tokens_in: int
    tokens_cached: int
    tokens_cache_written: int
    tokens_out: int
    seconds: float


def list_own_calls(judge: Judge) -> list[PastCall]:
    """The newest calls of this very judge that the provider counted."""
    return _read(Q(rater=judge.rater_id))


def list_kindred_calls(judge: Judge) -> list[PastCall]:
    """The newest calls to the same model at the same address, by any judge of the project."""
    if judge.connection is None:
        return []
    kin = Judge.objects.filter(
        project=judge.project_id,
        model=judge.model,
        connection__provider=judge.connection.provider,
        connection__base_url=judge.connection.base_url,
    )
    return _read(Q(rater__in=list(kin.values_list("rater", flat=True))))


def _read(which: Q) -> list[PastCall]:
    calls: QuerySet[Attempt] = Attempt.objects.filter(
        which, state=AttemptState.DONE, tokens_in__gt=0, tokens_out__isnull=False, latency_ms__isnull=False
    )
    rows = calls.order_by("-pk").values_list(
        "raw_reply__request", "tokens_in", "tokens_cached", "tokens_cache_written", "tokens_out", "latency_ms"
    )[:MOST]
    return [
        PastCall(
            _measure(request), sent or 0, cached or 0, written or 0, answered or 0, (latency or 0) / 1000
        )
        for request, sent, cached, written, answered, latency in rows
    ]


def _measure(request: Any) -> int | None:
    """Bytes of prompt and schema in UTF-8."""
    if not isinstance(request, dict):
        return None
    words = f"{request.get('system', '')}{request.get('user', '')}"
    return len(words.encode("utf-8", "surrogatepass")) + len(orjson.dumps(request.get("schema")))
