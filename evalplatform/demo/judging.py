"""The demonstration's judges: baselines and specimens that need no key, run live by the worker."""

from dataclasses import dataclass, field

from annotations.models import Project
from judges.engine.ledger.control import resume_run
from judges.engine.planning.plan import plan_run
from judges.engine.versions.register import create_connection, create_judge
from judges.models import Connection, Protocol, Provider, Run, RunState


@dataclass(frozen=True, slots=True)
class DemoJudge:
    name: str
    builtin: str = ""
    protocol: Protocol = Protocol.PAIR
    parameters: dict[str, int] = field(default_factory=dict)
    limit: int | None = None


JUDGES = (
    DemoJudge("longest", "longest"),
    DemoJudge("first", "first"),
    DemoJudge("random", "random", parameters={"seed": 7}),
)

# So few tasks that a slow machine is done with them in a minute.
SPECIMENS = (
    DemoJudge("smollm2-specimen", protocol=Protocol.SINGLE, limit=5),
    DemoJudge("smollm2-letters-specimen", limit=6),
)


def start_judges(*, project: Project) -> list[Run]:
    """One run a judge: started at the first call, gone on with at the next ones."""
    return [_start(project, judge) for judge in JUDGES]


def start_specimens(*, project: Project) -> list[Run]:
    """A run for each protocol of the small local model, which is installed."""
    held = Connection.objects.filter(owner=None, provider=Provider.LOCAL, projects=None).order_by("pk")
    connection = held.first() or create_connection(name="local", provider=Provider.LOCAL)
    return [_start(project, judge, connection) for judge in SPECIMENS]


def _start(project: Project, wanted: DemoJudge, connection: Connection | None = None) -> Run:
    judge = create_judge(
        project=project,
        name=wanted.name,
        protocol=wanted.protocol,
        builtin=wanted.builtin,
        connection=connection,
        parameters=wanted.parameters,
    )
    run = judge.runs.order_by("pk").first() or plan_run(project=project, judge=judge, limit=wanted.limit)
    if run.state == RunState.PAUSED:
        resume_run(run=run)
    return run
