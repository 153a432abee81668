"""Worsened copies that are scored by themselves: chosen for a question, asked, and asked anew by later words."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from annotations.domain.checking.renew_known import copy_task
from annotations.domain.planning.move_tasks import list_systems, name_task
from annotations.domain.planning.tasks import TaskDraft, ensure_tasks
from annotations.models import (
    Criterion,
    Generation,
    Project,
    Rubric,
    Task,
    TaskKind,
    TaskState,
    Twin,
    TwinState,
)
from annotations.queries.scored_copies import list_scored_criteria
from evalplatform.common.errors import Conflict, Missing


def name_criterion(criterion: Criterion) -> str:
    """As orders of copies name it: rubric and criterion."""
    return f"{criterion.rubric.key}:{criterion.key}"


def list_criterion_choices(project: Project) -> list[tuple[str, str]]:
    """The questions under which copies can be scored by themselves, by name, with words."""
    words = _("by itself: its value of %(criterion)s (%(rubric)s) should not be above the original's")
    return [
        (name_criterion(criterion), words % {"criterion": criterion.key, "rubric": criterion.rubric.key})
        for criterion in list_scored_criteria(project)
    ]


def find_criterion(project: Project, name: str) -> Criterion | None:
    """The question of this name, of the newest version of its rubric; None for "", a pair. Raises Missing."""
    if not name:
        return None
    found = next((each for each in list_scored_criteria(project) if name_criterion(each) == name), None)
    if found is None:
        raise Missing(_("There is no such question whose values have an order."))
    return found


def ask_alone(*, criterion: Criterion, generation: Generation) -> Task:
    """The task that asks the copy (a generation) by itself, under the newest version of the question's rubric.

    Raises Conflict where that version does not ask the question any more.
    """
    project, item = generation.project, generation.item
    rubric = Rubric.objects.filter(project=project, key=criterion.rubric.key).order_by("-version")[0]
    if not rubric.criteria.filter(key=criterion.key).exists():
        raise Conflict(_("The newest version of the rubric does not ask this question any more."))
    draft = TaskDraft(
        kind=TaskKind.SINGLE,
        item_id=item.pk,
        item=item.key,
        rubric_id=rubric.pk,
        rubric=(rubric.key, rubric.version),
        systems=(generation.system.name,),
        generations=(generation.pk,),
        turn=None,
        dealable=True,
    )
    tasks = ensure_tasks(project=project, drafts={draft.identity: draft}).ids
    Task.objects.filter(pk=tasks[draft.identity]).update(state=TaskState.COPY)
    return Task.objects.get(pk=tasks[draft.identity])


def renew_copies(*, rubric: Rubric) -> int:
    """Ask all approved copies of this rubric by its newest words, where these ask their question; returns how many.

    Nothing is expected of them but what their rater says of the original by the same words.
    """
    asked = Twin.objects.filter(
        task=OuterRef("pk"),
        state=TwinState.APPROVED,
        criterion__rubric__key=rubric.key,
        criterion__key__in=rubric.criteria.values("key"),
    )
    tasks = Task.objects.filter(Exists(asked), project=rubric.project_id, state=TaskState.COPY)
    held = list(tasks.exclude(rubric=rubric).select_related("rubric", "item").order_by("pk"))
    systems = list_systems(held)
    for task in held:
        made = copy_task(task, rubric, name_task(task, rubric, systems[task.pk]))
        Twin.objects.filter(task=task).update(task=made)
    return len(held)
