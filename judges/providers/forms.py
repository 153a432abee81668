"""How a request tells the form of its answer where the model keeps to no schema: in words, with the schema itself."""

import orjson

from judges.providers.base import JudgeRequest
from judges.providers.capabilities import ReplyFormat

WORDS = "Reply with one JSON object that fits this JSON schema, and with nothing before or after it:"


def read_reply_format(request: JudgeRequest) -> ReplyFormat:
    """How the model is held to the form of a verdict."""
    return ReplyFormat(request.parameters.get("reply_format", ReplyFormat.JSON_SCHEMA))


def write_system(request: JudgeRequest) -> str:
    """The system text, with the schema spelled out where nothing else tells it."""
    if read_reply_format(request) == ReplyFormat.JSON_SCHEMA:
        return request.system
    return f"{request.system.rstrip()}\n\n{WORDS}\n{orjson.dumps(request.schema).decode()}\n"
