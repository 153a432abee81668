"""Judgements a second against a provider of fixed latency, beside the vendor's own SDK in a bare loop.

The provider is the tests' fake one in a process of its own, unless FAKE_LLM_URL names another.
"""

import asyncio
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any  # a run is a Django model, which is importable only later

from benchmarks.line import print_figure

REPOSITORY = Path(__file__).resolve().parents[1]
LATENCY = 0.5
SECONDS = 6  # that each measured run would take at the limit
CALLS = (64, 256)
RATE = 10.0
SHARE_LOST = 0.04
BODY = {"type": "object", "properties": {"clarity": {"type": "integer", "minimum": 1, "maximum": 5}}}


@dataclass
class Fake:
    """The provider's address and process; `pid` is None where it is somebody else's."""

    url: str
    pid: int | None

    def read_cpu(self) -> float:
        if self.pid is None:
            return 0.0
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Measured:
    """How a number of judgements went."""

    done: int
    lost: int
    calls: int
    refused: int
    cpu: float
    provider_cpu: float
    marks: list[tuple[float, int]] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Judgements a second after the start, in which the calls in flight grow, and before the last ones."""
        first = next(mark for mark in self.marks if mark[1] >= 0.35 * self.done)
        last = next(mark for mark in self.marks if mark[1] >= 0.9 * self.done)
        return (last[1] - first[1]) / (last[0] - first[0])


@contextmanager
def run_fake(*arguments: str) -> Iterator[Fake]:
    if url := os.environ.get("FAKE_LLM_URL"):
        yield Fake(url, None)
        return
    command = [sys.executable, "-m", "tests.fakes.provider", "--latency", str(LATENCY), *arguments]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Fake(str(process.stdout.readline()).strip() if process.stdout else "", process.pid)
        finally:
            process.kill()


def main() -> None:
    with tempfile.TemporaryDirectory() as data:
        os.environ |= {"EVALPLATFORM_DATA": data, "DATABASE_URL": ""}
        os.environ["DJANGO_SETTINGS_MODULE"] = "evalplatform.settings.embedded"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        for calls in CALLS:
            _measure_speed(calls)
        if "FAKE_LLM_URL" not in os.environ:
            _measure_limit()
            _measure_faults()


def _measure_speed(calls: int) -> None:
    tasks = int(calls / LATENCY * SECONDS)
    with run_fake() as fake:
        bare = asyncio.run(_ask_bare(fake, calls, tasks))
        ours = _judge(fake, calls, tasks)
    at = f"at {calls} calls in flight"
    _print(
        f"limit over judgements a second, {at}",
        calls / LATENCY / ours.rate,
        "times",
        1 / 0.9,
        calls / LATENCY / bare.rate,
    )
    _print(f"judgements a second, {at}", ours.rate, "1/s", None, bare.rate)
    cpu = (1000 * measured.cpu / measured.done for measured in (ours, bare))
    _print(f"CPU a judgement, ledger included, {at}", next(cpu), "ms", None, next(cpu))
    _print(f"CPU of the provider a judgement, {at}", 1000 * ours.provider_cpu / ours.done, "ms")
    _print(f"largest memory so far, {at}", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB")


def _measure_limit() -> None:
    with run_fake("--rate", str(RATE)) as fake:
        ours = _judge(fake, 64, int(RATE * SECONDS))
    _print(f"refused calls under a limit of {RATE:g} calls a second", ours.refused, "calls", 0)
    _print(f"lost under a limit of {RATE:g} calls a second", ours.lost, "cases", 0)


def _measure_faults() -> None:
    tasks = 500
    with run_fake("--faults", str(SHARE_LOST)) as fake:
        ours = _judge(fake, 64, tasks)
    _print(f"lost with {SHARE_LOST:.0%} faults", ours.lost, "cases", 0)
    _print(f"calls beyond one a case with {SHARE_LOST:.0%} faults", ours.calls - tasks, "calls")


def _judge(fake: Fake, calls: int, tasks: int) -> Measured:
    from judges.engine.leases import release_shard, take_shard
    from judges.engine.loop import Limits, work_on_shard
    from judges.models import Attempt, AttemptState

    run = _plan(fake.url, calls, tasks)
    marks, done = [], 0

    def note(verdicts: int) -> None:
        nonlocal done
        done += verdicts
        marks.append((time.perf_counter(), done))

    cpu, provider_cpu, deadline = time.process_time(), fake.read_cpu(), time.monotonic() + 120
    while done < tasks and time.monotonic() < deadline and (lease := take_shard(run_id=run.pk, number=0)):
        asyncio.run(work_on_shard(lease=lease, limits=Limits(60, on_written=note)))
        release_shard(lease=lease)
    spent, provider_spent = time.process_time() - cpu, fake.read_cpu() - provider_cpu
    ended = Attempt.objects.filter(run=run, state__in=[AttemptState.DONE, AttemptState.FAILED])
    refused = ended.filter(failure="http_429").count()
    return Measured(done, tasks - done, ended.count(), refused, spent, provider_spent, marks)


def _plan(url: str, calls: int, tasks: int) -> Any:
    from annotations.models import TaskKind
    from judges.engine.plan import plan_run
    from tests.factories.judging import make_field, make_judge

    project = make_field(TaskKind.SINGLE, tasks).project
    judge = make_judge(project, url, "single", calls_in_flight=calls, price_in=1, price_out=1)
    return plan_run(project=project, judge=judge, wake=False)


async def _ask_bare(fake: Fake, calls: int, tasks: int) -> Measured:
    """The same number of questions through the SDK on its aiohttp transport, and nothing else."""
    import httpx2
    import openai

    logging.getLogger("httpx2").setLevel(logging.WARNING)  # as our own client does: a line a call is not free
    limits = httpx2.Limits(max_connections=calls, max_keepalive_connections=calls)
    marks: list[tuple[float, int]] = []
    left = iter(range(tasks))
    shape: Any = {"type": "json_schema", "json_schema": {"name": "verdict", "schema": BODY, "strict": True}}
    async with openai.AsyncOpenAI(
        api_key="none", base_url=fake.url, http_client=openai.DefaultAioHttpClient(limits=limits)
    ) as client:

        async def ask() -> None:
            for _ in left:
                await client.chat.completions.create(
                    model="fake", messages=[{"role": "user", "content": "?" * 2000}], response_format=shape
                )
                marks.append((time.perf_counter(), len(marks) + 1))

        cpu, provider_cpu = time.process_time(), fake.read_cpu()
        await asyncio.gather(*(ask() for _ in range(calls)))
    spent = time.process_time() - cpu
    return Measured(len(marks), 0, tasks, 0, spent, fake.read_cpu() - provider_cpu, marks)


def _print(
    name: str, value: float, unit: str, target: float | None = None, peer_value: float | None = None
) -> None:
    peer = None if peer_value is None else "openai SDK in a bare loop, nothing stored"
    print_figure(
        area="judge", name=name, value=value, unit=unit, target=target, peer=peer, peer_value=peer_value
    )


if __name__ == "__main__":
    main()
