"""A cascade's steps: each is one transaction, taken by whoever is rung, and changes nothing when taken again."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from annotations.domain.queue.slots import open_places
from evalplatform.agreement.panels import Cascade as CascadePlan
from evalplatform.agreement.results import Undefined
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Denied, Invalid
from judges.engine.cascades.ahead import list_asked_ahead, list_ready, list_through, may_go_ahead
from judges.engine.cascades.evidence import NEVER_SURE
from judges.engine.cascades.filling import fill_cascade
from judges.engine.cascades.leaving import find_left
from judges.engine.cascades.stages import ASKED, Scene, read_scene
from judges.engine.cascades.starting import find_callable
from judges.engine.cascades.steering import LONGEST_REASON
from judges.engine.cascades.study import count_held_out, study_cascade
from judges.engine.cascades.terms import read_terms
from judges.engine.planning.plan import foresee_attempts, plan_run
from judges.models import (
    GOING,
    Attempt,
    AttemptState,
    Cascade,
    CascadeRun,
    Judge,
    Run,
    RunState,
    Stage,
    StageRun,
)

SCANT = frozenset({"no_pairable_units", "too_few_items"})  # more labels might help
CHUNK = 1000


def step_cascade(*, run_id: int, wake: bool = True) -> None:
    """Take a cascade at work as far as it goes without a judge's answer.

    Where the cheap judge is at the other items, the dear one begins on what that one has left over.
    What cannot be done pauses it, with the reason. `wake=False` leaves the runs to the caller.
    """
    with transaction.atomic():
        held = (
            CascadeRun.objects.select_for_update(of=("self",))
            .select_related("project", "cascade__rater", "cascade__cheap", "cascade__dear", "started_by")
            .filter(pk=run_id, state=RunState.RUNNING)
            .first()
        )
        if held is None:
            return
        try:
            while held.state == RunState.RUNNING:
                with transaction.atomic():  # what was settled before a stage that cannot begin stays settled
                    if not _take_stage(held, wake=wake):
                        return
                    _go_on(held)
        except (Conflict, Denied, Invalid) as error:
            _pause(held, error.detail)


def _take_stage(held: CascadeRun, *, wake: bool) -> bool:
    """Whether the stage at hand is over."""
    stage = Stage(held.stage)
    if stage in ASKED:
        if not _is_under_way(held, stage):
            return not _ask(held, stage, wake=wake)
        if held.state == RunState.RUNNING and may_go_ahead(held):
            _ask_ahead(held, wake=wake)
        return False
    if stage == Stage.THRESHOLDS:
        return _choose_thresholds(held)
    _leave_rest(held)
    return True


def _go_on(held: CascadeRun) -> None:
    """The next stage; after the last it is finished."""
    following = list(Stage)[list(Stage).index(Stage(held.stage)) + 1 :]
    if following:
        held.stage = following[0]
        held.save(update_fields=["stage"])
        return
    held.state, held.finished_at = RunState.FINISHED, database_now()
    held.save(update_fields=["state", "finished_at"])


def _pause(held: CascadeRun, reason: str) -> None:
    held.state, held.pause_reason = RunState.PAUSED, reason[:LONGEST_REASON]
    CascadeRun.objects.filter(pk=held.pk).update(state=held.state, pause_reason=held.pause_reason)


def _is_under_way(held: CascadeRun, stage: Stage) -> bool:
    """Whether a run of the stage is going; one that is paused pauses the cascade, one that was called off is no run."""
    going = Run.objects.filter(stage__cascade_run=held, stage__stage=stage, state__in=GOING)
    states = dict(going.values_list("state", "pause_reason"))
    if RunState.PAUSED in states:
        _pause(held, states[RunState.PAUSED])
    return bool(states)


def _ask_ahead(held: CascadeRun, *, wake: bool) -> None:
    """Let the dear judge begin, one run at a time, on what the cheap one is through with and not sure of."""
    if _is_under_way(held, Stage.DEAR):
        return
    judge, thresholds = find_judge(held.cascade, Stage.DEAR), _read_thresholds(held)
    if thresholds[1] is None:  # it would keep nothing
        return
    through = list_through(held)
    scene = read_scene(held.project, read_terms(held.cascade))
    tasks = list_ready(held, through, scene, thresholds, judge)
    if tasks and foresee_attempts(judge=judge, limit=None, only=tasks, repeats=1)[1]:
        _plan_stage(held, Stage.DEAR, tasks, wake=wake, is_ahead=True)


def _ask(held: CascadeRun, stage: Stage, *, wake: bool) -> bool:
    """Plan the stage's run unless it has had one; False where the judge has nothing left to say."""
    runs = Run.objects.filter(stage__cascade_run=held, stage__stage=stage, stage__is_ahead=False)
    if runs.filter(state=RunState.FINISHED).exists():
        return False
    scene = read_scene(held.project, read_terms(held.cascade))
    if stage == Stage.DEAR_CALIBRATION and not scene.evidence.states[0]:
        raise Invalid.at(NEVER_SURE, field="cheap")
    judge = find_judge(held.cascade, stage)
    tasks = scene.list_tasks(stage, _read_thresholds(held))
    if stage == Stage.CHEAP_CALIBRATION and held.places:
        open_places(project=held.project, tasks=tasks, places=held.places)
    if stage == Stage.DEAR and (asked := list_asked_ahead(held)):
        tasks = [task for task in tasks if task not in asked]
    if _do_others_hold(held, judge, tasks):
        return True
    if not foresee_attempts(judge=judge, limit=None, only=tasks, repeats=1)[1]:
        return False
    _plan_stage(held, stage, tasks, wake=wake)
    return True


def _plan_stage(
    held: CascadeRun, stage: Stage, tasks: list[int], *, wake: bool, is_ahead: bool = False
) -> None:
    """A run of the stage's judge over these tasks, within what is left of the budget."""
    run = plan_run(
        project=held.project,
        judge=find_judge(held.cascade, stage),
        only=tasks,
        budget=_find_left(held),
        repeats=1,
        user=held.started_by,
        wake=wake,
    )
    StageRun.objects.create(project=held.project, cascade_run=held, stage=stage, run=run, is_ahead=is_ahead)


def find_judge(cascade: Cascade, stage: Stage) -> Judge:
    """Who is asked in this stage. Raises Invalid where it is no judge that can be called."""
    place = ASKED[stage]
    return find_callable((cascade.cheap_id, cascade.dear_id)[place], ("cheap", "dear")[place])


def _do_others_hold(held: CascadeRun, judge: Judge, tasks: list[int]) -> bool:
    """Whether another run of the judge is at these tasks: their verdicts are waited for, not bought twice."""
    for start in range(0, len(tasks), CHUNK):
        waiting = Attempt.objects.filter(
            task__in=tasks[start : start + CHUNK],
            rater=judge.rater_id,
            state__in=(AttemptState.PENDING, AttemptState.LEASED),
        )
        if waiting.filter(run__state=RunState.PAUSED).exists():
            _pause(
                held,
                _("Another run of %(judge)s is at its tasks, and is paused.") % {"judge": judge.rater.name},
            )
            return True
        if waiting.exists():
            return True
    return False


def _read_thresholds(held: CascadeRun) -> list[float | None]:
    return list(held.cascade.thresholds or (None, None))


def _find_left(held: CascadeRun) -> Decimal | None:
    """What is left of the budget. Raises Invalid where nothing is."""
    if held.budget is None:
        return None
    spent = Run.objects.filter(stage__cascade_run=held).aggregate(sum=Sum("spent"))["sum"] or Decimal(0)
    if spent >= held.budget:
        raise Invalid(_("The budget of this cascade is spent."))
    return held.budget - spent


def _choose_thresholds(held: CascadeRun) -> bool:
    """Freeze them; where too few calibration items have a label to tell, it waits for people, and is False."""
    if held.cascade.thresholds is not None:
        return True
    study = study_cascade(project=held.project, terms=read_terms(held.cascade))
    if study.plan.undefined and _are_labels_scant(study.plan):
        _pause(
            held, _("Too few calibration items have a label: people have to say more before it can go on.")
        )
        return False
    held.cascade.thresholds = list(study.plan.thresholds)
    Cascade.objects.filter(pk=held.cascade.pk).update(thresholds=held.cascade.thresholds)
    return True


def _are_labels_scant(plan: CascadePlan) -> bool:
    reasons: list[Undefined | None] = [stage.undefined for stage in plan.stages]
    return any(str(reason) in SCANT for reason in reasons if reason)


def _leave_rest(held: CascadeRun) -> None:
    """Let the cascade's rater speak, and give what is left to people."""
    fill_cascade(cascade=held.cascade)
    terms, thresholds = read_terms(held.cascade), _read_thresholds(held)
    scene = read_scene(held.project, terms)
    routes, left = find_left(scene, terms, thresholds)
    opened = open_places(project=held.project, tasks=left, places=held.places) if held.places else 0
    held.outcome = _describe(scene, routes, left) | {"opened": opened}
    held.save(update_fields=["outcome"])


def _describe(scene: Scene, routes: dict[int, int], left: list[int]) -> dict[str, object]:
    cheap, dear = count_held_out(scene.evidence, routes)
    return {
        "calibration": len(scene.calibration),
        "held_out": len(scene.held_out),
        "kept": [cheap.kept, dear.kept],
        "labelled": [cheap.labelled, dear.labelled],
        "disagreements": [cheap.disagreements, dear.disagreements],
        "left": len(left),
    }
