"""Structured logs: one JSON object a line in production, readable lines on a desk."""

import re
from collections.abc import MutableMapping
from typing import Any  # LOGGING and log events are dicts of mixed values

import structlog

LINK_SECRET = re.compile(r"(/(?:sign-in|password|join)/)[^/\s]+")


def hide_link_secrets(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A link's secret stands in its path, and Django logs paths."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = LINK_SECRET.sub(r"\1…", value)
    return event


SHARED_PROCESSORS: list[structlog.types.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    hide_link_secrets,
]


def configure_logs(*, as_json: bool, level: str) -> dict[str, Any]:
    """Point structlog at the standard library and return the `LOGGING` setting."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED_PROCESSORS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                "foreign_pre_chain": SHARED_PROCESSORS,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": level},
            # At DEBUG it writes all that a page is made of where a variable is absent: secrets shown once, too.
            "django.template": {"level": "INFO" if level == "DEBUG" else level},
        },
    }
