"""What a cascade would ask and cost, told before it is started. Nothing is written and nobody is called."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from annotations.models import Project
from evalplatform.common.errors import Invalid
from judges.engine.cascades.stages import ASKED, Scene, read_scene
from judges.engine.cascades.starting import check_live
from judges.engine.cascades.study import study_cascade
from judges.engine.cascades.terms import Terms
from judges.engine.money.ranges import Range
from judges.engine.planning.forecast import forecast_run
from judges.models import Judge, Lane, Stage


@dataclass(frozen=True, slots=True)
class StageForecast:
    """Tasks at most, calls, and USD (None: the price is not known)."""

    stage: Stage
    judge: str
    tasks: int
    calls: Range[int]
    cost: Range[Decimal] | None


@dataclass(frozen=True, slots=True)
class CascadeForecast:
    """What a cascade would come to, and what its dear judge would on everything.

    `share` is the part of all other tasks that is taken to come to the dear judge: by recorded verdicts, and without
    them all (`is_recorded` false). Whatever it is, the range runs from none of them to all.
    """

    calibration: int
    held_out: int
    share: float
    is_recorded: bool
    stages: tuple[StageForecast, ...]
    cost: Range[Decimal] | None
    dear_alone: Range[Decimal] | None
    people_alone: Decimal | None


def forecast_cascade(
    *, project: Project, terms: Terms, people_price: Decimal | None = None
) -> CascadeForecast:
    """What `start_cascade` with these terms would come to; what has a verdict already costs nothing. Raises Invalid."""
    _, judges, criterion = check_live(project, terms)
    named = replace(terms, criterion=criterion.name)
    scene = read_scene(project, named)
    recorded = _find_share(project, named)
    share = 1.0 if recorded is None else recorded
    stages = tuple(_foresee(stage, judges[ASKED[stage]], scene, share) for stage in ASKED_IN_ORDER)
    return CascadeForecast(
        calibration=len(scene.calibration),
        held_out=len(scene.held_out),
        share=share,
        is_recorded=recorded is not None,
        stages=stages,
        cost=_add([stage.cost for stage in stages]),
        dear_alone=_find_cost(judges[1], [*scene.calibration, *scene.held_out]),
        people_alone=None if people_price is None else people_price * len(scene.held_out),
    )


ASKED_IN_ORDER = tuple(stage for stage in Stage if stage in ASKED)


def _find_share(project: Project, terms: Terms) -> float | None:
    """The part that the cheap judge passes on, where verdicts tell."""
    try:
        plan = study_cascade(project=project, terms=terms).plan
    except Invalid:
        return None
    return None if plan.undefined else plan.stages[1].reached


def _foresee(stage: Stage, judge: Judge, scene: Scene, share: float) -> StageForecast:
    tasks = (
        scene.calibration if stage in (Stage.CHEAP_CALIBRATION, Stage.DEAR_CALIBRATION) else scene.held_out
    )
    told = forecast_run(judge=judge, only=tasks, repeats=1)
    further, cost = told.further_calls, told.lanes[Lane.LIVE].cost
    calls = Range(told.calls + further.low, told.calls + further.expected, told.calls + further.high)
    if stage == Stage.DEAR:
        calls = Range(0, round(calls.expected * share), calls.high)
        cost = cost and Range(Decimal(0), cost.expected * Decimal(share), cost.high)
    return StageForecast(stage, judge.rater.name, told.tasks, calls, cost)


def _find_cost(judge: Judge, tasks: Sequence[int]) -> Range[Decimal] | None:
    return forecast_run(judge=judge, only=tasks, repeats=1).lanes[Lane.LIVE].cost


def _add(costs: Sequence[Range[Decimal] | None]) -> Range[Decimal] | None:
    known = [cost for cost in costs if cost is not None]
    if len(known) < len(costs):
        return None
    low, expected, high = (
        sum((getattr(cost, name) for cost in known), Decimal(0)) for name in ("low", "expected", "high")
    )
    return Range(low, expected, high)
