"""The queue of human raters: claims and submits a second, their delay and cost, at 1,000 and 100,000 tasks.

Raters in up to four processes press without a pause: by the verbs of the domain, and over HTTP at one web process as
`manage.py up` starts it. On SQLite, then on PostgreSQL from the binaries that the tests use. Everything runs on this
machine, the raters too. Then a browser, and much at once (`paint.py`, `bulk.py`).
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any  # projects are Django models, which are importable only later

from benchmarks.bulk import measure_bulk
from benchmarks.empty_view import measure_empty_step
from benchmarks.history import measure_history
from benchmarks.line import print_figure
from benchmarks.paint import measure_paint
from benchmarks.raters import AHEAD, HERE, WARM_UP
from benchmarks.servers import REPOSITORY, Web, read_server_cpu, run_postgres, run_web
from benchmarks.stores import OVERLAP, make_rater_id, make_store, make_token

PROCESSES = 4
SMALL, LARGE = 1_000, 100_000  # tasks
RATERS = (1, 8, 32)
SECONDS = 5.0
TARGETS = {8: 50.0, 32: 300.0}  # ms: the 95th percentile of a claim, by raters
MOST_GROWTH = (
    1.25  # of that percentile, from the small store to the large one; of a claim, with what a rater has done
)
MOST_CPU = {"SQLite": 10.0, "PostgreSQL": 12.0}  # ms of the web process for an answer
MOST_SERVER_CPU = 3.0  # of the database server
DRAINED = 60  # tasks of a store that is worked to its end


@dataclass(frozen=True)
class Cell:
    """What the raters of one store did in the time they had."""

    claims: list[float]
    submits: list[float]
    odd: Counter[str]
    cpu: float
    server_cpu: float
    stored: int

    def find_rate(self, raters: int) -> float:
        """Steps a second while all were busy: whoever found nothing left stopped before the time was over."""
        return raters * len(self.claims) / (sum(self.claims) + sum(self.submits))

    def find_percentile(self, name: str, percent: int) -> float:
        """Of `claims` or `submits`, in ms."""
        times: list[float] = getattr(self, name)
        return 1000 * statistics.quantiles(times, n=100)[percent - 1]


def main() -> None:
    if len(sys.argv) > 1:
        measure(sys.argv[1], int(sys.argv[2]))
        return
    run_on("SQLite", "")
    with run_postgres() as (url, server):
        if url:
            run_on("PostgreSQL", url, server)


def run_on(database: str, url: str, server: int = 0) -> None:
    """All figures of one database (its server's process), in a process of its own: Django is set up once in each."""
    with tempfile.TemporaryDirectory() as data:
        environment = {
            **os.environ,
            "EVALPLATFORM_DATA": data,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "evalplatform.settings.embedded",
            "EVALPLATFORM_LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "benchmarks.annotate", database, str(server)]
        subprocess.run(command, cwd=REPOSITORY, env=environment, check=True)


def measure(database: str, server: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from annotations.models import Slot, Task, TaskGeneration
    from evalplatform.common.bulk_rows import refresh_statistics

    empty = measure_empty_step()
    with run_web() as web:
        small = press_all(web, lambda: make_store(SMALL), server)
        store = make_store(LARGE)
        refresh_statistics(Task, TaskGeneration, Slot)
        large = press_all(web, lambda: store, server)
        for tasks, cells in ((SMALL, small), (LARGE, large)):
            for (way, raters), cell in cells.items():
                tell(database, f"{tasks:,} tasks, {way}, R = {raters}", cell, raters, empty)
        for (way, raters), cell in large.items():
            growth = cell.find_percentile("claims", 95) / small[way, raters].find_percentile("claims", 95)
            name = f"claim, 95th percentile, {LARGE:,} tasks over {SMALL:,}, {way}, R = {raters}"
            show(database, name, growth, "times", MOST_GROWTH)
        drain(database, web, "HTTP")
        drain(database, web, "verbs, leasing ahead")
        measure_paint(web.address, database)
    measure_history(database, store)
    poll_in_vain(database, store)
    measure_bulk(database)


def press_all(web: Web, find_store: Callable[[], Any], server: int) -> dict[tuple[str, int], Cell]:
    """Every number of raters by either way."""
    return {
        (way, raters): press(web, find_store(), raters, way=way, server=server)
        for way in ("verbs", "HTTP")
        for raters in RATERS
    }


def press(
    web: Web, project: Any, raters: int, *, way: str = "HTTP", seconds: float = SECONDS, server: int = 0
) -> Cell:
    """Let so many new raters press in up to four processes, all at once."""
    over_http = way == "HTTP"
    who = [make_token(project) if over_http else make_rater_id(project) for _ in range(raters)]
    shares = [share for number in range(PROCESSES) if (share := who[number::PROCESSES])]
    address = web.address if over_http else HERE if way == "verbs" else AHEAD
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
    cpu, server_cpu = web.read_cpu(), read_server_cpu(server)
    told = [json.loads(process.communicate(timeout=300)[0]) for process in processes]
    return Cell(
        claims=[time for one in told for time in one["claims"]],
        submits=[time for one in told for time in one["submits"]],
        odd=sum((Counter(one["odd"]) for one in told), Counter()),
        cpu=web.read_cpu() - cpu if over_http else 0.0,
        server_cpu=read_server_cpu(server) - server_cpu,
        stored=sum(len(one["stored"]) for one in told),
    )


def tell(database: str, where: str, cell: Cell, raters: int, empty: float) -> None:
    """`empty`: CPU of two requests that do nothing, in ms."""
    for name, target in (("claims", TARGETS.get(raters)), ("submits", None)):
        show(database, f"{name} a second, {where}", cell.find_rate(raters), "1/s")
        show(database, f"{name}, 50th percentile, {where}", cell.find_percentile(name, 50), "ms")
        show(database, f"{name}, 95th percentile, {where}", cell.find_percentile(name, 95), "ms", target)
    if cell.cpu:
        most = MOST_CPU[database]
        print_figure(
            area="annotate",
            name=f"CPU of the web process an answer, {where}, {database}",
            value=1000 * cell.cpu / len(cell.submits),
            unit="ms",
            target=most,
            peer="two requests that do nothing, same framework and server",
            peer_value=empty,
        )
    if cell.cpu and cell.server_cpu:
        each = 1000 * cell.server_cpu / len(cell.submits)
        show(database, f"CPU of the database server an answer, {where}", each, "ms", MOST_SERVER_CPU)
    show(database, f"refused, {where}", cell.odd.total(), "requests", 0)


def show(database: str, name: str, value: float, unit: str, target: float | None = None) -> None:
    print_figure(area="annotate", name=f"{name}, {database}", value=value, unit=unit, target=target)


def drain(database: str, web: Web, way: str) -> None:
    """Work a store to its end, and count the places that got too many or too few."""
    from annotations.models import Annotation

    project = make_store(DRAINED)
    cell = press(web, project, 8, seconds=0, way=way)
    answers = Annotation.objects.filter(project=project, is_current=True)
    counted = Counter(answers.exclude(phase="surplus").values_list("task", flat=True))
    over = sum(max(answered - OVERLAP, 0) for answered in counted.values())
    pairs = answers.values_list("task", "rater")
    show(database, f"answers beyond the overlap, {way}", over, "answers", 0)
    show(database, f"answers short of the overlap, {way}", DRAINED * OVERLAP - counted.total(), "answers", 0)
    show(
        database,
        f"tasks rated twice by one rater, {way}",
        pairs.count() - pairs.distinct().count(),
        "tasks",
        0,
    )
    show(database, f"answers acknowledged and not stored, {way}", cell.stored - answers.count(), "answers", 0)


def poll_in_vain(database: str, project: Any) -> None:
    """What it costs that a rater for whom nothing is left asks again and again."""
    from annotations.domain.queue.claim import claim_assignment
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
