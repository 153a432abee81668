"""`Idempotency-Key`: the same request twice acts once, and both get the same bytes.

The key's row is inserted at the start of the transaction that does the work and committed with it. So a process that
dies in between leaves nothing, a twin waits for the first, and an answer is only kept of work that was done.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any  # an answer's body is JSON

import orjson
import structlog
from django.db import OperationalError, transaction
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from psycopg.errors import LockNotAvailable
from rest_framework.request import Request

from evalplatform.accounts.models import ApiToken, IdempotentReply, User
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Conflict, Exhausted, Invalid, Mismatched

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
LONGEST_KEY = 255
KEPT_DAYS = 7
FORGOTTEN_AT_ONCE = 1_000
log = structlog.get_logger("rest.idempotency")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
KEY_PARAMETER = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="Your own name of this request, new for each: sent again, it acts once and is answered the same.",
)


@dataclass(frozen=True, slots=True)
class NamedRequest:
    """A request under the key that its sender gave it; a key counts for one token (or user), method and path."""

    user: User
    scope: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: exactly this text, the first time and every other."""

    status: int
    body: str
    is_replay: bool = False

    @classmethod
    def of(cls, status: int, content: dict[str, Any]) -> "Reply":
        return cls(status, orjson.dumps(content).decode())

    def to_response(self) -> HttpResponse:
        response = HttpResponse(self.body, status=self.status, content_type="application/json")
        if self.is_replay:
            response[REPLAYED] = "true"
        return response


def read_key(request: Request) -> str:
    """The request's key. Raises Invalid where there is none, or none that can be kept."""
    key = request.headers.get(HEADER, "").strip()
    if not key:
        raise Invalid.at("a key is wanted: your own name of this request", field=HEADER)
    if len(key) > LONGEST_KEY or CONTROL.search(key):
        raise Invalid.at(f"at most {LONGEST_KEY} characters, and no controls, are wanted", field=HEADER)
    return key


def name_request(request: Request, *, key: str, content: str) -> NamedRequest:
    """The request by its key; `content` is a hash of its body."""
    user = current_user(request)
    sender = f"token:{request.auth.public_id}" if isinstance(request.auth, ApiToken) else f"user:{user.pk}"
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    asked = "\n".join((media_type, request.META.get("QUERY_STRING", ""), content))
    fingerprint = hashlib.sha256(asked.encode("utf-8", "surrogateescape")).hexdigest()
    return NamedRequest(user, f"{sender} {request.method} {request.path}", key, fingerprint)


def find_reply(named: NamedRequest) -> Reply | None:
    """The answer that was given already. Raises Mismatched where the key came with another request."""
    row = IdempotentReply.objects.filter(scope=named.scope, key=named.key).first()
    return _replay(row, named) if row is not None else None


def answer_once(*, named: NamedRequest, work: Callable[[], Reply]) -> Reply:
    """The reply of `work`, done and kept in one transaction; where it was done already, the reply kept then.

    Raises Mismatched where the key came with another request, Conflict while a twin is at work for long, Exhausted
    where the database cannot do it now: then nothing was done.
    """
    try:
        with transaction.atomic():
            row = _take_key(named)
            if row.status:
                return _replay(row, named)
            reply = work()
            row.status, row.body = reply.status, reply.body
            row.save(update_fields=["status", "body"])
    except OperationalError as error:
        log.warning("a request was not carried out", path=named.scope, reason=str(error))
        raise Exhausted("The database is busy. Send the request again.", retry_after=5) from None
    return reply


def _take_key(named: NamedRequest) -> IdempotentReply:
    """The key's row: a new one of ours (status 0), or that of the twin who was first and has committed."""
    row = IdempotentReply(
        user=named.user, scope=named.scope, key=named.key, fingerprint=named.fingerprint, status=0
    )
    try:
        # A twin at work holds the key: PostgreSQL waits here until it ends, SQLite has let only one begin.
        IdempotentReply.objects.bulk_create([row], ignore_conflicts=True)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise Conflict("The same request is still being worked on. Send it again later.") from None
    return IdempotentReply.objects.get(scope=named.scope, key=named.key)


def _replay(row: IdempotentReply, named: NamedRequest) -> Reply:
    if row.fingerprint != named.fingerprint:
        raise Mismatched("This key was used before for another request. Give every request a key of its own.")
    return Reply(row.status, row.body, is_replay=True)


def forget_old_replies() -> int:
    """Drop replies that nobody asks for any more, some at a time; the sweep comes again."""
    old = IdempotentReply.objects.filter(created_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))
    ids = list(old.order_by("created_at").values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    return IdempotentReply.objects.filter(pk__in=ids).delete()[0]
