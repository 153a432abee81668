"""What a run is to do, as rows, before any message is sent."""

import itertools
from collections.abc import Collection
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from annotations.domain.asking.rubrics import mark_rubrics_used
from annotations.domain.locks.project_lock import lock_project
from annotations.models import Annotation, Project, Rubric, Task, TaskGeneration
from evalplatform.accounts.models import User
from evalplatform.common.bulk_rows import refresh_statistics
from evalplatform.common.errors import Invalid
from judges.engine.asking.keys import read_key
from judges.engine.asking.recipes import get_recipe
from judges.engine.asking.rubric_facts import RubricBook
from judges.engine.ledger.control import ring_for
from judges.engine.money.budget import has_project_budget
from judges.engine.money.pricing import find_price
from judges.engine.planning.lane_check import check_lane
from judges.engine.planning.rateable import is_choosy, pick_rateable
from judges.engine.planning.repeats import choose_repeats, draw_repeated
from judges.models import Attempt, AttemptState, Judge, Lane, Provider, Run, RunState, Shard
from judges.protocols import PROTOCOLS
from judges.queries.given_up import HELD
from judges.queries.judged_tasks import list_fitting_tasks

CHUNK = 1000


def plan_run(
    *,
    project: Project,
    judge: Judge,
    limit: int | None = None,
    only: Collection[int] | None = None,
    budget: Decimal | None = None,
    follow: bool = False,
    repeats: int | None = None,
    repeat_tasks: int | None = None,
    lane: str = Lane.LIVE,
    reuse: bool = True,
    user: User | None = None,
    wake: bool = True,
) -> Run:
    """Plan an attempt for every open task and order that the judge has no verdict on.

    `limit` bounds the number of tasks, `only` (ids) names those that it may be, `budget` (USD) bounds the money; with
    `follow` the sweep adds tasks yet to come. `repeats` is how often each of `repeat_tasks` tasks is asked: left out,
    several times in a model's first run, and once in any other. With `reuse`, a question that the project has an
    answer to is not asked again. In the batch `lane` the provider answers within a day. `wake=False` leaves the
    ringing to a caller that works on the run itself.
    """
    if judge.project_id != project.pk:
        raise Invalid.at("this judge belongs to another project", field="judge")
    if limit is not None and limit < 1:
        raise Invalid.at("must be at least 1", field="limit")
    if follow and only is not None:
        raise Invalid.at("a run over named tasks takes up no others", field="follow")
    check_lane(judge, lane)
    check_budget(project, judge, budget)
    read_key(judge)
    again = choose_repeats(judge, repeats=repeats, tasks=repeat_tasks)
    with transaction.atomic():
        lock_project(project)  # a budget set at this moment counts this run in
        run = Run.objects.create(
            project=project,
            judge=judge,
            follow=follow,
            task_limit=limit,
            budget=budget,
            started_by=user,
            reuse=reuse,
            repeats=again.repeats,
            repeat_tasks=again.tasks,
            lane=lane,
        )
        _plan_shards(run, alone=not wake)
        planned = plan_attempts(run=run, only=only)
        if wake:
            ring_for(run=run)
    if planned >= CHUNK:
        refresh_statistics(Attempt)
    return run


def _plan_shards(run: Run, *, alone: bool) -> None:
    """A place for each loop that may work on the run at once; what runs on this machine gains by no second one."""
    connection = run.judge.connection
    is_far = connection is not None and connection.provider != Provider.LOCAL
    count = settings.EVALPLATFORM_SHARDS if is_far and not alone else 1
    Shard.objects.bulk_create(
        Shard(project_id=run.project_id, run=run, number=number) for number in range(count)
    )


def check_budget(project: Project, judge: Judge, budget: Decimal | None) -> None:
    """Raises Invalid where a budget is none, or cannot hold because the model's price is not known."""
    if budget is None and not has_project_budget(project.pk):
        return
    if budget is not None and budget <= 0:
        raise Invalid.at("must be above zero", field="budget")
    if find_price(judge) is None:
        raise Invalid.at(
            "the price of this model is not known: give the judge price_in and price_out (USD a million tokens)",
            field="budget",
        )


def plan_attempts(*, run: Run, only: Collection[int] | None = None) -> int:
    """Attempts for tasks of the run's protocol, among `only` (ids), that it has none for yet; returns how many."""
    planned = 0
    orders = PROTOCOLS[run.judge.protocol].orders
    rubrics = RubricBook(get_recipe(run.judge))
    with transaction.atomic():
        ids = list_planned(run, only)
        again = draw_repeated(run, ids)
        for repeat, asked in enumerate([ids, *[again] * (run.repeats - 1)]):
            for start in range(0, len(asked), CHUNK):
                chunk = asked[start : start + CHUNK]
                planned += sum(_plan_order(run, rubrics, chunk, order, repeat) for order in orders)
        if planned:
            _mark_used(run)
    return planned


def list_planned(run: Run, only: Collection[int] | None = None) -> list[int]:
    """Tasks, among `only` (ids), that the run has yet to take up, in queue order and within its limit."""
    tasks, most = _find_tasks(run), _count_room(run)
    if only is None and not is_choosy(run.judge):
        return list(tasks.values_list("pk", flat=True)[:most])
    wanted = None if only is None else frozenset(only)
    ids = pick_rateable(run.judge, tasks)
    return list(itertools.islice((pk for pk in ids if wanted is None or pk in wanted), most))


def _count_room(run: Run) -> int | None:
    if run.task_limit is None:
        return None
    already = Attempt.objects.filter(run=run.pk).values("task").distinct().count()
    return max(run.task_limit - already, 0)


def foresee_attempts(
    *,
    judge: Judge,
    limit: int | None,
    only: Collection[int] | None = None,
    repeats: int | None = None,
    repeat_tasks: int | None = None,
) -> tuple[list[int], int]:
    """What `plan_run` would plan now, without planning it: the tasks in their order, and how many attempts.

    Further steps of a case, which follow from what its first calls say, are not among them.
    """
    again = choose_repeats(judge, repeats=repeats, tasks=repeat_tasks)
    run = Run(
        project=judge.project, judge=judge, task_limit=limit, repeats=again.repeats, repeat_tasks=again.tasks
    )
    ids, rubrics, calls = list_planned(run, only), RubricBook(get_recipe(judge)), 0
    for repeat, asked in enumerate([ids, *[draw_repeated(run, ids)] * (run.repeats - 1)]):
        for start in range(0, len(asked), CHUNK):
            chunk = asked[start : start + CHUNK]
            sizes = _count_answers(run, chunk)
            for order in PROTOCOLS[judge.protocol].orders:
                lacking = Task.objects.filter(_lacks_verdict(run, (order,), repeat), pk__in=chunk)
                calls += sum(
                    len(rubrics.list_first_steps(rubric_id, sizes.get(pk, 0)))
                    for pk, rubric_id in lacking.values_list("pk", "rubric_id")
                )
    return ids, calls


def _find_tasks(run: Run) -> QuerySet[Task]:
    """Open tasks with all their texts, in queue order, that lack a verdict and have no attempt in this run."""
    rule = PROTOCOLS[run.judge.protocol]
    planned = Attempt.objects.filter(task=OuterRef("pk"), run=run.pk)
    fitting = list_fitting_tasks(run.project_id, rule.kind)
    return fitting.filter(_lacks_verdict(run, rule.orders), ~Exists(planned))


def _lacks_verdict(run: Run, orders: tuple[str, ...], repeat: int = 0) -> Q:
    lacking = Q()
    for order in orders:
        lacking |= ~Exists(_list_held(run, order, repeat)) & ~Exists(_list_answered(run, order, repeat))
    return lacking


def _list_held(run: Run, order: str, repeat: int) -> QuerySet[Attempt]:
    return Attempt.objects.filter(
        task=OuterRef("pk"), rater=run.judge.rater_id, shown_order=order, repeat=repeat, state__in=HELD
    )


def _list_answered(run: Run, order: str, repeat: int) -> QuerySet[Annotation]:
    return Annotation.objects.filter(
        task=OuterRef("pk"), rater=run.judge.rater_id, shown_order=order, repeat=repeat, is_current=True
    )


def _plan_order(run: Run, rubrics: RubricBook, task_ids: list[int], order: str, repeat: int) -> int:
    tasks = Task.objects.filter(pk__in=task_ids).filter(_lacks_verdict(run, (order,), repeat))
    # Held: a task that is planned here does not move to another version of its rubric at the same moment.
    held = tasks.order_by("rank", "pk").select_for_update(no_key=True, of=("self",))
    lacking = list(held.values_list("pk", "rubric_id"))
    sizes, numbers = _count_answers(run, task_ids), _read_numbers(run, task_ids, order, repeat)
    attempts = [
        Attempt(
            project_id=run.project_id,
            run=run,
            rater_id=run.judge.rater_id,
            task_id=task_id,
            shown_order=order,
            repeat=repeat,
            step=step,
            number=numbers.get((task_id, step), 0) + 1,
        )
        for task_id, rubric_id in lacking
        for step in rubrics.list_first_steps(rubric_id, sizes.get(task_id, 0))
    ]
    # A run planned at the same moment may have been first: the constraint decides.
    Attempt.objects.bulk_create(attempts, batch_size=CHUNK, ignore_conflicts=True)
    return len(attempts)


def _count_answers(run: Run, task_ids: list[int]) -> dict[int, int]:
    """How many answers each task has, where that decides how many calls it takes."""
    if not get_recipe(run.judge).is_ranking:
        return {}
    held = TaskGeneration.objects.filter(task__in=task_ids).values_list("task").annotate(n=Count("pk"))
    return dict(held.order_by())


def _read_numbers(run: Run, task_ids: list[int], order: str, repeat: int) -> dict[tuple[int, str], int]:
    """The last number of each step that earlier runs have asked for."""
    earlier = Attempt.objects.filter(
        task__in=task_ids, rater=run.judge.rater_id, shown_order=order, repeat=repeat
    )
    last = earlier.values_list("task", "step").annotate(last=Max("number")).order_by()
    return {(task_id, step): number for task_id, step, number in last}


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
    return not waiting.exists() and not any(_may_take(run, tasks) for run in _list_followers(project.pk))


def _may_take(run: Run, tasks: QuerySet[Task]) -> bool:
    if is_choosy(run.judge) or run.task_limit is not None:
        return tasks.filter(pk__in=list_planned(run)).exists()
    return tasks.filter(pk__in=_find_tasks(run).values("pk")).exists()


def _list_followers(project_id: int) -> list[Run]:
    running = Run.objects.filter(project=project_id, state=RunState.RUNNING, follow=True)
    return list(running.select_related("judge", "project").order_by("pk"))
