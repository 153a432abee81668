"""When a provider is out, it is left alone: longer and longer pauses, and one call to see whether it is back."""

import time

FAILURES_TO_OPEN = 5
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0


class Breaker:
    """Closed while answers come; opened by failures in a row; half-open while a single call tries the provider."""

    def __init__(self, *, failing_for: float = 0.0) -> None:
        """`failing_for`: seconds since which the loops before this one have been failing."""
        self._failures = 0
        self._pause = FIRST_PAUSE
        self._opened = time.monotonic() - failing_for if failing_for else None
        self._quiet_until = 0.0
        self._is_probing = False

    @property
    def is_open(self) -> bool:
        return self._opened is not None

    @property
    def open_for(self) -> float:
        """Seconds since the provider stopped answering; 0 while it answers."""
        return 0.0 if self._opened is None else time.monotonic() - self._opened

    def may_ask(self) -> bool:
        """Whether a call may start now; while the breaker is open only one at a time."""
        return not self.is_open or not (self._is_probing or time.monotonic() < self._quiet_until)

    def note_start(self) -> bool:
        """A call starts; returns whether it is the one that tries a provider that is out."""
        self._is_probing = self.is_open
        return self._is_probing

    def note_success(self) -> None:
        """An answer came, even one to a call from before the outage."""
        self._failures, self._pause, self._opened, self._is_probing = 0, FIRST_PAUSE, None, False

    def note_failure(self, *, is_probe: bool) -> None:
        """A failure that another call might not meet. Late ones from before the outage lengthen nothing."""
        self._failures += 1
        if is_probe or (not self.is_open and self._failures >= FAILURES_TO_OPEN):
            now = time.monotonic()
            self._opened = now if self._opened is None else self._opened
            self._quiet_until = now + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
        if is_probe:
            self._is_probing = False

    def drop_probe(self) -> None:
        """The trying call ended without telling anything of the provider."""
        self._is_probing = False
