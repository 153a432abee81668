"""Requests that claim an encoding Django would stumble over before any middleware runs."""

import re
from collections.abc import Callable, Iterable
from typing import Any  # WSGI's environment holds anything

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
CHARSET = re.compile(r";\s*charset\s*=\s*(\"?)([^;\"]*)\1", re.IGNORECASE)


def read_as_utf8(application: Application) -> Application:
    """Wrap a WSGI application: bodies are UTF-8, whatever else their Content-Type says."""

    def wrapped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["CONTENT_TYPE"] = CHARSET.sub("", environ.get("CONTENT_TYPE", ""))
        return application(environ, start_response)

    return wrapped
