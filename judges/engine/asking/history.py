"""What earlier calls of a case said, as its rows tell it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from judges.models import Attempt, AttemptState
from judges.protocols.answer import Said


class CaseKey(NamedTuple):
    """A task in one order, asked for the n-th time."""

    task_id: int
    shown_order: str
    repeat: int


@dataclass(frozen=True, slots=True)
class History:
    """The steps of a case that this run has planned, what those said that were answered, and their seconds."""

    planned: set[str]
    said: dict[str, Said]
    seconds: float = 0.0


def read_history(*, run_id: int, tasks: Collection[int]) -> dict[CaseKey, History]:
    """The histories of all cases of these tasks in one query; a case without a row has none."""
    found: dict[CaseKey, History] = {}
    rows = Attempt.objects.filter(run=run_id, task__in=tasks).order_by("id")
    fields = ("task_id", "shown_order", "repeat", "step", "state", "said", "latency_ms")
    for task_id, shown_order, repeat, step, state, said, latency in rows.values_list(*fields):
        case = found.setdefault(CaseKey(task_id, shown_order, repeat), History(set(), {}))
        case.planned.add(step)
        if state == AttemptState.SAID:
            case.said[step] = Said.read(said)
            found[CaseKey(task_id, shown_order, repeat)] = History(
                case.planned, case.said, case.seconds + (latency or 0) / 1000
            )
    return found
