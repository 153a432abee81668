"""The one tree of errors. Each class knows its HTTP status; views and API turn it into one problem body."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any  # members of a problem body are JSON


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: where it stands and what is the matter."""

    message: str
    field: str = ""
    line: int | None = None
    file: str = ""

    def __str__(self) -> str:
        place = ", ".join(
            part for part in (self.file, f"line {self.line}" if self.line else "", self.field) if part
        )
        return f"{place}: {self.message}" if place else self.message


class PlatformError(Exception):
    """Base of all errors that a user may see."""

    status = 400
    code = "error"  # stable, for programs
    title = "The request could not be carried out"

    def __init__(
        self, detail: str, *, faults: tuple[Fault, ...] = (), extra: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = faults
        self.extra = dict(extra or {})  # further members of the problem body


class Invalid(PlatformError):
    """The input is wrong; `faults` name the places."""

    status = 400
    code = "invalid"
    title = "The input is not valid"

    @classmethod
    def at(cls, message: str, *, field: str = "", line: int | None = None, file: str = "") -> "Invalid":
        fault = Fault(message, field=field, line=line, file=file)
        return cls(str(fault), faults=(fault,))


class Denied(PlatformError):
    """The actor may see the thing but not do this to it."""

    status = 403
    code = "denied"
    title = "This is not allowed"


class Missing(PlatformError):
    """There is no such thing, or the actor may not know of it."""

    status = 404
    code = "missing"
    title = "There is nothing here"

    def __init__(self, detail: str = "No such thing.", *, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(detail, faults=faults)


class Conflict(PlatformError):
    """The state has moved on since the caller looked."""

    status = 409
    code = "conflict"
    title = "The state has changed"


class Mismatched(PlatformError):
    """A key that names one request came with another one."""

    status = 422
    code = "mismatched"
    title = "The key names another request"


class TooLarge(PlatformError):
    """The input is larger than is taken."""

    status = 413
    code = "too_large"
    title = "The input is too large"


class Exhausted(PlatformError):
    """Nothing can be given now; `retry_after` says when to ask again (seconds)."""

    status = 503
    code = "exhausted"
    title = "Nothing to give right now"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(Exhausted):
    """Something that every answer needs is away for the moment; what was asked can be asked again."""

    code = "unavailable"
    title = "The platform cannot answer right now"


class Throttled(Exhausted):
    """The caller, or whoever shares their address, has failed too often; `retry_after` says when to go on."""

    status = 429
    code = "throttled"
    title = "Too many failed attempts"


class ProviderFailure(PlatformError):
    """A provider did not answer usefully."""

    status = 502
    code = "provider_failure"
    title = "The provider failed"

    def __init__(
        self, detail: str, *, reason: str, retryable: bool, retry_after: float | None = None
    ) -> None:
        super().__init__(detail)
        self.reason = reason
        self.retryable = retryable
        self.retry_after = retry_after


class NotInstalled(PlatformError):
    """An optional part could not be installed, for the reason in `detail`."""

    status = 503
    code = "not_installed"
    title = "An optional part is not installed"
