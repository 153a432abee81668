"""What one filling of a template may use up: time by the clock of its thread, and the length of any text."""

import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any  # a value on the way is any JSON value

LONGEST_TEXT = 4_000_000  # characters, of what is written and of any value on the way
CPU_SECONDS = 0.5  # of one filling; those that come with the platform need less than a thousandth
STEPS_UNWATCHED = 64  # each is linear in a text of bounded length


class Exceeded(Exception):
    """A bound of size or time."""


@dataclass(slots=True)
class Meter:
    """What one filling has used up."""

    steps: int = 0
    until: float = field(default_factory=lambda: time.thread_time() + CPU_SECONDS)

    def check_time(self) -> None:
        """Looks at the clock now and then: asking for the time costs more than most steps."""
        self.steps += 1
        if self.steps % STEPS_UNWATCHED == 0 and time.thread_time() > self.until:
            raise Exceeded(f"it takes longer than {CPU_SECONDS:g} seconds")

    def check_size(self, value: Any) -> Any:
        self.check_time()
        if isinstance(value, str | list) and len(value) > LONGEST_TEXT:
            raise Exceeded(f"a text grows longer than {LONGEST_TEXT} characters")
        return value


METER: ContextVar[Meter] = ContextVar("meter")  # of the filling that goes on
