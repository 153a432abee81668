"""Which call of its case a call is."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

CRITERION, SAMPLE, ORDER = "criterion-", "sample-", "order-"


class Act(StrEnum):
    """What a call is for; rating needs no name."""

    RATE = ""
    REPAIR = "repair"
    PRINCIPLES = "principles"
    CRITIQUE = "critique"
    REVISION = "revision"
    SECOND = "second"
    CRITIC = "critic"
    DOUBT = "doubt"


# Of acts that write a text: the field of the reply that holds it.
WORDS_OF = {
    Act.CRITIQUE: "critique", Act.REVISION: "revision", Act.CRITIC: "critique", Act.DOUBT: "holds",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """A call of a case; the only call of a plain protocol has the empty name.

    `criterion` is the place, from 1, of the only criterion asked for (0: all of them), `sample` the number of the
    sample, from 1 (0: the case is not sampled), `order` the number of the order of presentation, from 1 (0: the case
    has only one).
    """

    criterion: int = 0
    sample: int = 0
    act: Act = Act.RATE
    order: int = 0

    @classmethod
    def read(cls, name: str) -> Self:
        """The step of this name, such as `criterion-2/sample-1/repair`. Raises ValueError."""
        step = cls()
        for part in filter(None, name.split("/")):
            if part.startswith(CRITERION):
                step = replace(step, criterion=int(part.removeprefix(CRITERION)))
            elif part.startswith(SAMPLE):
                step = replace(step, sample=int(part.removeprefix(SAMPLE)))
            elif part.startswith(ORDER):
                step = replace(step, order=int(part.removeprefix(ORDER)))
            else:
                step = replace(step, act=Act(part))
        return step

    def __str__(self) -> str:
        criterion = f"{CRITERION}{self.criterion}" if self.criterion else ""
        sample = f"{SAMPLE}{self.sample}" if self.sample else ""
        order = f"{ORDER}{self.order}" if self.order else ""
        return "/".join(filter(None, (criterion, sample, order, self.act)))

    def turn_to(self, act: Act) -> Self:
        """The call of the same criterion and sample that does something else."""
        return replace(self, act=act)
