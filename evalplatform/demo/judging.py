"""The demonstration's judges: baselines that need no provider and no key, run live by the worker."""

from dataclasses import dataclass, field

from annotations.models import Project
from judges.engine.control import resume_run
from judges.engine.plan import plan_run
from judges.engine.register import create_judge
from judges.models import Protocol, Run, RunState


@dataclass(frozen=True, slots=True)
class DemoJudge:
    name: str
    builtin: str
    protocol: Protocol = Protocol.PAIR
    parameters: dict[str, int] = field(default_factory=dict)


JUDGES = (
    DemoJudge("longest", "longest"),
    DemoJudge("first", "first"),
    DemoJudge("random", "random", parameters={"seed": 7}),
)


def start_judges(*, project: Project) -> list[Run]:
    """One run a judge: started at the first call, gone on with at the next ones."""
    return [_start(project, judge) for judge in JUDGES]


def _start(project: Project, wanted: DemoJudge) -> Run:
    judge = create_judge(
        project=project,
        name=wanted.name,
        protocol=wanted.protocol,
        builtin=wanted.builtin,
        parameters=wanted.parameters,
    )
    run = judge.runs.order_by("pk").first() or plan_run(project=project, judge=judge)
    if run.state == RunState.PAUSED:
        resume_run(run=run)
    return run
