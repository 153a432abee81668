"""What is wrong with a study folder, collected line by line."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar  # a line is any JSON object

from evalplatform.common.errors import Fault, Invalid

MOST_FAULTS = 100
Parsed = TypeVar("Parsed")


class FaultLog:
    """Faults of a reading: the first hundred in words, the rest as counts by file.

    In partial mode bad lines are left out; else reading ends at the hundredth.
    """

    def __init__(self, *, partial: bool = False) -> None:
        self.partial = partial
        self.faults: list[Fault] = []
        self.counts: Counter[str] = Counter()
        self._lines: dict[str, array[int]] = defaultdict(lambda: array("Q"))

    def add(self, fault: Fault) -> None:
        self.counts[fault.file] += 1
        if fault.line is not None:
            self._lines[fault.file].append(fault.line)
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)
        if len(self.faults) == MOST_FAULTS:
            self.refuse()

    def list_lines(self, file: str) -> Sequence[int]:
        """Numbers of the lines of a file that are bad, as they came."""
        return self._lines.get(file, ())

    def refuse(self) -> None:
        """Raise Invalid with what was found, unless bad lines are to be left out."""
        if self.faults and not self.partial:
            count = f"{len(self.faults)} faults"
            if len(self.faults) == MOST_FAULTS:
                count += " (reading ended there)"
            first = str(self.faults[0])
            detail = first if len(self.faults) == 1 else f"{count}; the first: {first}"
            raise Invalid(detail, faults=tuple(self.faults))

    def keep_good(
        self,
        lines: Iterable[tuple[int, dict[str, Any] | Fault]],
        parse: Callable[[dict[str, Any]], Parsed],
        *,
        file: str,
    ) -> Iterator[Parsed]:
        """Each line as `parse` reads it; a line that it refuses is noted with its number and left out."""
        for number, line in lines:
            if isinstance(line, Fault):
                self.add(line)
                continue
            try:
                parsed = parse(line)
            except Invalid as error:
                self.add(replace(error.faults[0], line=number, file=file))
                continue
            yield parsed
