"""The dear judge begins on what the cheap one has left over while that one goes on."""

from collections.abc import Collection, Iterator, Sequence

from judges.engine.cascades.stages import Scene
from judges.models import Attempt, AttemptState, CascadeRun, Judge, Run, RunState, Stage

FEWEST = 10  # tasks that are worth a run of their own
CHUNK = 1000
OPEN = (AttemptState.PENDING, AttemptState.LEASED)


def may_go_ahead(held: CascadeRun) -> bool:
    """Whether both judges may be asked at once.

    Not under a budget: each stage may spend what those before it left, which is known when they are over.
    """
    return held.stage == Stage.CHEAP and held.budget is None


def list_through(held: CascadeRun) -> set[int]:
    """Tasks that the cheap judge is through with, in both orders.

    Ask before what was said is read: a verdict that comes between the two would be missed, and its task taken for one
    that the cheap judge is not sure of.
    """
    cheap = Attempt.objects.filter(run__stage__cascade_run=held, run__stage__stage=Stage.CHEAP)
    asked = set(cheap.exclude(run__state=RunState.CANCELLED).values_list("task", flat=True))
    return asked - set(cheap.filter(state__in=OPEN).values_list("task", flat=True))


def list_ready(
    held: CascadeRun,
    through: Collection[int],
    scene: Scene,
    thresholds: Sequence[float | None],
    dear: Judge,
) -> list[int]:
    """Those of the tasks that the cheap judge is through with and not sure of, and that nobody has the dear one at.

    None where they are too few for a run.
    """
    ready = [task for task in scene.list_tasks(Stage.DEAR, thresholds) if task in through]
    for taken in (list_asked_ahead(held), _list_open(dear, ready)):
        ready = [task for task in ready if task not in taken]
    return ready if len(ready) >= FEWEST else []


def list_asked_ahead(held: CascadeRun) -> set[int]:
    """Tasks that the dear judge had while the cheap one went on: those that it gave up are not tried without end."""
    runs = Run.objects.filter(stage__cascade_run=held, stage__stage=Stage.DEAR, stage__is_ahead=True)
    asked = Attempt.objects.filter(run__in=runs.exclude(state=RunState.CANCELLED))
    return set(asked.values_list("task", flat=True))


def _list_open(judge: Judge, tasks: Sequence[int]) -> set[int]:
    return {task for chunk in _cut(tasks) for task in _find_open(judge, chunk)}


def _find_open(judge: Judge, tasks: Collection[int]) -> Iterator[int]:
    open_calls = Attempt.objects.filter(task__in=tasks, rater=judge.rater_id, state__in=OPEN)
    yield from open_calls.values_list("task", flat=True)


def _cut(tasks: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(tasks), CHUNK):
        yield tasks[start : start + CHUNK]
