"""How a judge is asked: which tasks, how often and in which orders."""

from dataclasses import dataclass

from annotations.models import TaskKind
from judges.protocols.order import IN_ORDER, SWAPPED


@dataclass(frozen=True, slots=True)
class ProtocolRule:
    """`orders` are the presentations of one task: one case each. The orders of a ranking are calls of one case."""

    kind: TaskKind
    orders: tuple[str, ...]


PROTOCOLS = {
    "single": ProtocolRule(TaskKind.SINGLE, ("",)),
    "pair": ProtocolRule(TaskKind.PAIR, (IN_ORDER, SWAPPED)),
    "ranking": ProtocolRule(TaskKind.RANKING, ("",)),
}
