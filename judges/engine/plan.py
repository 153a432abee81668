"""What a run is to do, as rows, before any message is sent."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from annotations.domain.project_lock import lock_project
from annotations.domain.rubrics import mark_rubrics_used
from annotations.models import Annotation, Criterion, Project, Rubric, Task, TaskGeneration, TaskState
from evalplatform.accounts.models import User
from evalplatform.common.errors import Invalid
from judges.engine.budget import has_project_budget
from judges.engine.control import ring_for
from judges.engine.keys import read_key
from judges.engine.pricing import find_price
from judges.models import Attempt, AttemptState, Judge, Run, RunState, Shard
from judges.protocols import PROTOCOLS
from judges.protocols.scales import NOT_ASKED

CHUNK = 1000
HELD = (AttemptState.PENDING, AttemptState.LEASED, AttemptState.DONE, AttemptState.QUARANTINED)


def plan_run(
    *,
    project: Project,
    judge: Judge,
    limit: int | None = None,
    budget: Decimal | None = None,
    follow: bool = False,
    user: User | None = None,
    wake: bool = True,
) -> Run:
    """Plan an attempt for every open task and order that the judge has no verdict on.

    `limit` bounds the number of tasks, `budget` (USD) the money; with `follow` the sweep adds tasks yet to
    come. `wake=False` leaves the ringing to a caller that works on the run itself.
    """
    if judge.project_id != project.pk:
        raise Invalid.at("this judge belongs to another project", field="judge")
    if limit is not None and limit < 1:
        raise Invalid.at("must be at least 1", field="limit")
    _check_budget(project, judge, budget)
    read_key(judge)
    with transaction.atomic():
        lock_project(project)  # a budget set at this moment counts this run in
        run = Run.objects.create(
            project=project, judge=judge, follow=follow, task_limit=limit, budget=budget, started_by=user
        )
        Shard.objects.create(project=project, run=run, number=0)
        plan_attempts(run=run)
        if wake:
            ring_for(run=run)
    return run


def _check_budget(project: Project, judge: Judge, budget: Decimal | None) -> None:
    if budget is None and not has_project_budget(project.pk):
        return
    if budget is not None and budget <= 0:
        raise Invalid.at("must be above zero", field="budget")
    if find_price(judge) is None:
        raise Invalid.at(
            "the price of this model is not known: give the judge price_in and price_out (USD a million tokens)",
            field="budget",
        )


def plan_attempts(*, run: Run) -> int:
    """Attempts for tasks of the run's protocol that it has none for yet; returns how many."""
    planned = 0
    orders = PROTOCOLS[run.judge.protocol].orders
    with transaction.atomic():
        ids = list(_find_tasks(run).values_list("pk", flat=True))
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            for order in orders:
                planned += _plan_order(run, chunk, order)
        if planned:
            _mark_used(run)
    return planned


def _find_tasks(run: Run) -> QuerySet[Task]:
    """Open tasks with all their texts, in queue order, that lack a verdict and have no attempt in this run."""
    rule = PROTOCOLS[run.judge.protocol]
    textless = TaskGeneration.objects.filter(task=OuterRef("pk"), generation__text=None)
    planned = Attempt.objects.filter(task=OuterRef("pk"), run=run)
    asked = Criterion.objects.filter(rubric=OuterRef("rubric")).exclude(level__in=NOT_ASKED)
    tasks = (
        Task.objects.filter(~Exists(textless), ~Exists(planned), Exists(asked))
        .filter(_lacks_verdict(run, rule.orders))
        .filter(project=run.project_id, kind=rule.kind, state=TaskState.OPEN)
        .order_by("rank", "pk")
    )
    if run.task_limit is None:
        return tasks
    already = run.attempts.values("task").distinct().count()
    return tasks[: max(run.task_limit - already, 0)]


def _lacks_verdict(run: Run, orders: tuple[str, ...]) -> Q:
    lacking = Q()
    for order in orders:
        lacking |= ~Exists(_list_held(run, order)) & ~Exists(_list_answered(run, order))
    return lacking


def _list_held(run: Run, order: str) -> QuerySet[Attempt]:
    return Attempt.objects.filter(
        task=OuterRef("pk"), rater=run.judge.rater_id, shown_order=order, repeat=0, state__in=HELD
    )


def _list_answered(run: Run, order: str) -> QuerySet[Annotation]:
    return Annotation.objects.filter(
        task=OuterRef("pk"), rater=run.judge.rater_id, shown_order=order, repeat=0, is_current=True
    )


def _plan_order(run: Run, task_ids: list[int], order: str) -> int:
    tasks = Task.objects.filter(pk__in=task_ids)
    lacking = tasks.filter(_lacks_verdict(run, (order,))).order_by("rank", "pk").values_list("pk", flat=True)
    earlier = Attempt.objects.filter(task__in=task_ids, rater=run.judge.rater_id, shown_order=order, repeat=0)
    numbers = dict(earlier.values_list("task").annotate(last=Max("number")))
    attempts = [
        Attempt(
            project_id=run.project_id,
            run=run,
            rater_id=run.judge.rater_id,
            task_id=task_id,
            shown_order=order,
            number=numbers.get(task_id, 0) + 1,
        )
        for task_id in lacking
    ]
    # A run planned at the same moment may have been first: the constraint decides.
    Attempt.objects.bulk_create(attempts, batch_size=CHUNK, ignore_conflicts=True)
    return len(attempts)


def _mark_used(run: Run) -> None:
    """From now on judge and rubrics never change."""
    now = timezone.now()
    Judge.objects.filter(pk=run.judge_id, used_at=None).update(used_at=now)
    asked = Attempt.objects.filter(run=run, task__rubric=OuterRef("pk"))
    mark_rubrics_used(rubrics=Rubric.objects.filter(Exists(asked)), now=now)


def plan_following(*, project_id: int) -> int:
    """Take new tasks into the project's runs that follow, and wake their workers; returns how many attempts."""
    planned = 0
    for run in _list_followers(project_id):
        if count := plan_attempts(run=run):
            planned += count
            ring_for(run=run)
    return planned


def are_judged(*, project: Project, tasks: QuerySet[Task]) -> bool:
    """Whether no attempt on these tasks waits or is in flight, and no run that follows has yet to take one up."""
    waiting = Attempt.objects.filter(task__in=tasks, state__in=(AttemptState.PENDING, AttemptState.LEASED))
    return not waiting.exists() and not any(
        tasks.filter(pk__in=_find_tasks(run).values("pk")).exists() for run in _list_followers(project.pk)
    )


def _list_followers(project_id: int) -> list[Run]:
    running = Run.objects.filter(project=project_id, state=RunState.RUNNING, follow=True)
    return list(running.select_related("judge", "project").order_by("pk"))
