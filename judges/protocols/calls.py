"""A planned call as plain values: what a fast run reads of its attempts, at a tenth of the price of model instances."""

from typing import NamedTuple
from uuid import UUID

from annotations.models import Task
from judges.models import Attempt


class PlannedTask(NamedTuple):
    """What a call needs of its task beyond the texts."""

    pk: int
    public_id: UUID
    identity: str
    turn: int | None
    rubric_id: int


class PlannedCall(NamedTuple):
    """What a call needs of its attempt."""

    pk: int
    task_id: int
    shown_order: str
    repeat: int
    step: str
    number: int
    losses: int
    task: PlannedTask


AnyTask = Task | PlannedTask
AnyCall = Attempt | PlannedCall
