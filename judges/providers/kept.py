"""A reply that was kept word for word, read again as if it had just come."""

from judges.models import Connection
from judges.models import Provider as Vendor
from judges.providers import anthropic, chat, decisions, responses
from judges.providers.base import Completion, JudgeRequest
from judges.providers.capabilities import Endpoint


def read_kept_reply(connection: Connection, request: JudgeRequest, raw: str) -> Completion:
    """The completion in a kept reply to `request`. Raises ProviderFailure where it cannot be read."""
    if connection.provider == Vendor.ANTHROPIC:
        return anthropic.read(raw, headers={}, latency=0.0)
    match request.parameters.get("endpoint", Endpoint.CHAT):
        case Endpoint.RESPONSES:
            return responses.read(raw, headers={}, latency=0.0)
        case Endpoint.DECISIONS:
            return decisions.read(request, raw, headers={}, latency=0.0)
        case _:
            return chat.read(raw, headers={}, latency=0.0)


def can_read_kept(connection: Connection | None) -> bool:
    """Whether replies over this connection can be read again; what is computed on this machine is not."""
    return connection is not None and connection.provider in (Vendor.OPENAI, Vendor.ANTHROPIC)
