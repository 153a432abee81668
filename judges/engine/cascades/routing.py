"""Who decides a task: the cheap judge, the dear one, or people."""

from collections.abc import Iterable, Sequence

from evalplatform.agreement.panels import route_cases
from judges.engine.cascades.evidence import Evidence
from judges.engine.cascades.terms import Terms, is_calibration


def route_tasks(
    evidence: Evidence, tasks: Iterable[int], terms: Terms, thresholds: Sequence[float | None]
) -> tuple[dict[int, int], tuple[int, ...]]:
    """Who decides each held-out task, and which wait for the dear judge."""
    held = [
        task
        for task in tasks
        if evidence.ballot.spoken.get(task) and not is_calibration(evidence.tasks[task], terms)
    ]
    sure = [[evidence.read_sure(task, place) for task in held] for place in (0, 1)]
    routes, waiting = {}, []
    for task, place in zip(held, route_cases(thresholds, sure).tolist(), strict=True):
        has_dear = evidence.judges[1].pk in evidence.ballot.spoken[task]
        if place == 2 and not has_dear and thresholds[1] is not None:
            waiting.append(task)
        else:
            routes[task] = place
    return routes, tuple(waiting)
