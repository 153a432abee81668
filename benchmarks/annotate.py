"""The queue of human raters: claims and submits a second, their delay and cost, at 1,000 and 100,000 tasks.

Raters in up to four processes press without a pause: by the verbs of the domain, and over HTTP at one web process as
`manage.py up` starts it. On SQLite, then on PostgreSQL from the binaries that the tests use. Everything runs on this
machine, the raters too.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # projects are Django models, which are importable only later

from benchmarks.line import print_figure
from benchmarks.raters import HERE, WARM_UP

REPOSITORY = Path(__file__).resolve().parents[1]
PROCESSES = 4
OVERLAP = 3
SMALL, LARGE = 1_000, 100_000  # tasks
RATERS = (1, 8, 50)
SECONDS = 6.0
TARGETS = {8: 50.0, 50: 300.0}  # ms: the 95th percentile of a claim, by raters
MOST_GROWTH = 1.25  # of that percentile, from the small store to the large one
DRAINED = 60  # tasks of a store that is worked to its end
TASKS_OF_AN_ITEM = 100


@dataclass(frozen=True)
class Cell:
    """What the raters of one store did in the time they had."""

    claims: list[float]
    submits: list[float]
    odd: Counter[str]
    cpu: float

    def find_percentile(self, name: str, percent: int) -> float:
        """Of `claims` or `submits`, in ms."""
        times: list[float] = getattr(self, name)
        return 1000 * statistics.quantiles(times, n=100)[percent - 1]


def main() -> None:
    if len(sys.argv) > 1:
        measure(sys.argv[1])
        return
    run_on("SQLite", "")
    with run_postgres() as url:
        if url:
            run_on("PostgreSQL", url)


def run_on(database: str, url: str) -> None:
    """All figures of one database, in a process of its own: Django is set up once in each."""
    with tempfile.TemporaryDirectory() as data:
        environment = {
            **os.environ,
            "EVALPLATFORM_DATA": data,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "evalplatform.settings.embedded",
            "EVALPLATFORM_LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "benchmarks.annotate", database]
        subprocess.run(command, cwd=REPOSITORY, env=environment, check=True)


@contextmanager
def run_postgres() -> Iterator[str]:
    """URL of a server; empty, with the reason said, where none can be had."""
    from tests.support.postgres import Postgres

    try:
        server = Postgres()
        server.start()
    except (RuntimeError, OSError) as error:
        sys.stderr.write(f"PostgreSQL is missing: {error}\n")
        yield ""
        return
    try:
        yield server.url
    finally:
        server.stop()


def measure(database: str) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from annotations.domain.bulk_rows import refresh_statistics
    from annotations.models import Slot, Task, TaskGeneration

    with run_web() as web:
        small = press_all(web, lambda: make_store(SMALL))
        store = make_store(LARGE)
        refresh_statistics(Task, TaskGeneration, Slot)
        large = press_all(web, lambda: store)
        for tasks, cells in ((SMALL, small), (LARGE, large)):
            for (way, raters), cell in cells.items():
                tell(f"{database}, {tasks:,} tasks, {way}, R = {raters}", cell, raters)
        for (way, raters), cell in large.items():
            growth = cell.find_percentile("claims", 95) / small[way, raters].find_percentile("claims", 95)
            name = f"claim, 95th percentile, {LARGE:,} tasks over {SMALL:,}, {way}, R = {raters}"
            show(database, name, growth, "times", MOST_GROWTH)
        drain(database, web)
    poll_in_vain(database, store)


@dataclass(frozen=True)
class Web:
    """A web process and its address."""

    address: str
    pid: int

    def read_cpu(self) -> float:
        """CPU seconds of it and of what it started, which share its group."""
        clock = os.sysconf("SC_CLK_TCK")
        total = 0
        for file in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = file.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it ended meanwhile
            if int(fields[2]) == self.pid:
                total += int(fields[11]) + int(fields[12])
        return total / clock


@contextmanager
def run_web() -> Iterator[Web]:
    from evalplatform.management.services import describe_web
    from evalplatform.management.web import is_healthy
    from tests.support.platform import find_free_port

    port = find_free_port()
    service = describe_web(dict(os.environ), host="127.0.0.1", port=port)
    with subprocess.Popen(
        service.command, cwd=REPOSITORY, env=service.environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            while not is_healthy("127.0.0.1", port):
                time.sleep(0.1)
            yield Web(f"127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()


def make_store(tasks: int) -> Any:
    """A project of so many pairs with their places, a hundred of them on each item."""
    from annotations.domain.tasks import task_rank
    from annotations.models import Task, TaskKind
    from tests.factories.ledger import make_generation, make_item, make_pair_rubric, make_project, make_system

    project = make_project(overlap=OVERLAP)
    rubric = make_pair_rubric(project)
    systems = make_system(project), make_system(project)
    for first in range(0, tasks, TASKS_OF_AN_ITEM):
        item = make_item(project)
        pair = [make_generation(item, system, "An answer.") for system in systems]
        names = [f"task {number}" for number in range(first, min(first + TASKS_OF_AN_ITEM, tasks))]
        store_tasks(
            pair,
            [
                Task(
                    project=project,
                    item=item,
                    rubric=rubric,
                    kind=TaskKind.PAIR,
                    identity=name,
                    rank=task_rank(project=project, identity=name),
                )
                for name in names
            ],
        )
    return project


def store_tasks(pair: list[Any], tasks: list[Any]) -> None:
    from annotations.models import Slot, Task, TaskGeneration

    Task.objects.bulk_create(tasks)
    TaskGeneration.objects.bulk_create(
        TaskGeneration(project=task.project, task=task, generation=generation, position=position)
        for task in tasks
        for position, generation in enumerate(pair)
    )
    Slot.objects.bulk_create(
        Slot(project=task.project, task=task, number=number, rank=task.rank)
        for task in tasks
        for number in range(1, OVERLAP + 1)
    )


def press_all(web: Web, find_store: Callable[[], Any]) -> dict[tuple[str, int], Cell]:
    """Every number of raters by either way."""
    cells = {("verbs", raters): press(web, find_store(), raters, over_http=False) for raters in RATERS}
    return cells | {("HTTP", raters): press(web, find_store(), raters) for raters in RATERS}


def press(web: Web, project: Any, raters: int, *, seconds: float = SECONDS, over_http: bool = True) -> Cell:
    """Let so many new raters press in up to four processes, all at once."""
    who = [make_token(project) if over_http else make_rater_id(project) for _ in range(raters)]
    shares = [share for number in range(PROCESSES) if (share := who[number::PROCESSES])]
    address = web.address if over_http else HERE
    command = [sys.executable, "-m", "benchmarks.raters", address, project.slug, str(seconds)]
    processes = [
        subprocess.Popen(
            [*command, *share], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for share in shares
    ]
    for process in processes:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise RuntimeError("a process of raters did not start")
    for process in processes:
        if process.stdin is not None:
            process.stdin.write("go\n")
            process.stdin.flush()
    time.sleep(WARM_UP)
    cpu = web.read_cpu()
    told = [json.loads(process.communicate(timeout=300)[0]) for process in processes]
    return Cell(
        claims=[time for one in told for time in one["claims"]],
        submits=[time for one in told for time in one["submits"]],
        odd=sum((Counter(one["odd"]) for one in told), Counter()),
        cpu=web.read_cpu() - cpu if over_http else 0.0,
    )


def make_rater_id(project: Any) -> str:
    from tests.factories.ledger import make_person

    return str(make_person(project).pk)


def make_token(project: Any) -> str:
    from evalplatform.accounts.tokens import create_api_token
    from tests.factories.ledger import make_person

    user = make_person(project).user
    if user is None:
        raise RuntimeError("this rater cannot sign in")
    return create_api_token(user=user, name="benchmark")[1]


def tell(where: str, cell: Cell, raters: int) -> None:
    for name, target in (("claims", TARGETS.get(raters)), ("submits", None)):
        rate = len(getattr(cell, name)) / SECONDS
        print_figure(area="annotate", name=f"{name} a second, {where}", value=rate, unit="1/s")
        for percent in (50, 95):
            print_figure(
                area="annotate",
                name=f"{name}, {percent}th percentile, {where}",
                value=cell.find_percentile(name, percent),
                unit="ms",
                target=target if percent == 95 else None,
            )
    if cell.cpu:
        cpu = 1000 * cell.cpu / len(cell.submits)
        print_figure(area="annotate", name=f"CPU of the web process an answer, {where}", value=cpu, unit="ms")
    odd = cell.odd.total()
    print_figure(area="annotate", name=f"refused, {where}", value=odd, unit="requests", target=0)


def show(database: str, name: str, value: float, unit: str, target: float | None = None) -> None:
    print_figure(area="annotate", name=f"{name}, {database}", value=value, unit=unit, target=target)


def drain(database: str, web: Web) -> None:
    """Work a store to its end, and count the places that got too many or too few."""
    from annotations.models import Annotation

    project = make_store(DRAINED)
    press(web, project, 8, seconds=0)
    answers = Annotation.objects.filter(project=project, is_current=True)
    counted = Counter(answers.exclude(phase="surplus").values_list("task", flat=True))
    over = sum(max(answered - OVERLAP, 0) for answered in counted.values())
    pairs = answers.values_list("task", "rater")
    show(database, "answers beyond the overlap", over, "answers", 0)
    show(database, "answers short of the overlap", DRAINED * OVERLAP - counted.total(), "answers", 0)
    show(database, "tasks rated twice by one rater", pairs.count() - pairs.distinct().count(), "tasks", 0)


def poll_in_vain(database: str, project: Any) -> None:
    """What it costs that a rater for whom nothing is left asks again and again."""
    from annotations.domain.claim import claim_assignment
    from annotations.models import Annotation, Presentation, Task
    from tests.factories.ledger import make_person

    rater = make_person(project)
    tasks = Task.objects.filter(project=project).values_list("pk", flat=True)
    given = (
        Annotation(project=project, task_id=pk, rater=rater, presentation=Presentation.SHOWN)
        for pk in tasks.iterator()
    )
    Annotation.objects.bulk_create(given, batch_size=2_000)
    times = []
    for _ in range(10):
        begin = time.perf_counter()
        if claim_assignment(rater=rater) is not None:
            raise RuntimeError("somebody who answered everything was dealt a task")
        times.append(time.perf_counter() - begin)
    name = f"a claim in vain, {LARGE:,} tasks answered"
    show(database, f"{name}, the first", 1000 * times[0], "ms")
    show(database, f"{name}, those that follow, median", 1000 * statistics.median(times[1:]), "ms", 50)


if __name__ == "__main__":
    main()
