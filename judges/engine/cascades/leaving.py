"""What a cascade leaves to people."""

from uuid import UUID

from annotations.models import Task
from judges.engine.cascades.routing import route_tasks
from judges.engine.cascades.stages import Scene, read_scene
from judges.engine.cascades.terms import Terms, read_terms
from judges.models import Cascade

PEOPLE = 2


def find_left(scene: Scene, terms: Terms, thresholds: list[float | None]) -> tuple[dict[int, int], list[int]]:
    """Who decides each task on other items, and which of them neither judge does: unsure, or without a verdict."""
    routes, _waiting = route_tasks(scene.evidence, scene.held_out, terms, thresholds)
    return routes, [task for task in scene.held_out if routes.get(task, PEOPLE) == PEOPLE]


def list_left(cascade: Cascade) -> list[UUID]:
    """Ids of the tasks that people have to decide as things stand; none while it has no thresholds."""
    if cascade.thresholds is None:
        return []
    terms = read_terms(cascade)
    _, left = find_left(read_scene(cascade.project, terms), terms, list(cascade.thresholds))
    names = dict(Task.objects.filter(project=cascade.project_id).values_list("pk", "public_id"))
    return [names[task] for task in left]
