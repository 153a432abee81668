"""Judgements a second against a provider of fixed latency, beside the vendor's own SDK in a bare loop.

Workers are processes of their own on one database and one store. The provider is the tests' fake one in a process of
its own, unless FAKE_LLM_URL names another: that one knows its own limits and faults, so these are left out then.
"""

import asyncio
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any  # a run is a Django model, which is importable only later

from benchmarks.line import print_figure
from benchmarks.peer_promptfoo import NAME as PROMPTFOO
from benchmarks.peer_promptfoo import prepare_promptfoo, run_promptfoo
from benchmarks.peers import Told, prepare_peer, run_peer

REPOSITORY = Path(__file__).resolve().parents[1]
LATENCY = 0.5
SECONDS = 6  # that each measured run would take at the limit
SPEEDS = (("sdk", 64), ("sdk", 256), ("thin", 256), ("thin", 1024))
SHARES = {64: 0.9, 256: 0.9, 1024: 0.8}  # of calls over latency that are to be reached
EACH = 128  # calls in flight of each of two workers
MILLISECONDS = {"sdk": 1.8, "thin": 0.6}
MEBIBYTES = 150
RATES = (10.0, 50.0)
RATE_SECONDS = 20
SHARE_OF_FAULTS = 0.05
PEER, PEER_CALLS, PEER_TASKS = "inspect_ai", 64, 600
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
    cpu: float
    memory: float = 0.0
    lost: int = 0
    calls: int = 0
    refused: int = 0
    provider_cpu: float = 0.0
    marks: list[tuple[float, int]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    cut_off: list[float] = field(default_factory=list)

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
    from tests.support.valkey import run_valkey

    with tempfile.TemporaryDirectory() as data, run_valkey() as store:
        os.environ |= {"EVALPLATFORM_DATA": data, "DATABASE_URL": "", "REDIS_URL": store}
        os.environ["DJANGO_SETTINGS_MODULE"] = "evalplatform.settings.embedded"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        _measure_speeds()
        _measure_two_workers()
        if "FAKE_LLM_URL" not in os.environ:
            for rate in RATES:
                _measure_limit(rate)
            _measure_faults()
        _measure_beside_peers()


def _measure_speeds() -> None:
    bare: dict[int, Measured] = {}
    for transport, calls in SPEEDS:
        tasks = int(calls / LATENCY * SECONDS)
        with run_fake() as fake:
            if calls not in bare and transport == "sdk":
                bare[calls] = asyncio.run(_ask_bare(fake, calls, tasks))
            ours = _judge(fake, calls, tasks, transport=transport)
        _print_speed(ours, transport, calls, bare.get(calls))


def _print_speed(ours: Measured, transport: str, calls: int, bare: Measured | None) -> None:
    at, limit = f"{transport}, {calls} calls in flight", calls / LATENCY
    peer_rate, peer_cpu = (bare.rate, 1000 * bare.cpu / bare.done) if bare else (None, None)
    over = limit / peer_rate if peer_rate else None
    _print(f"limit over judgements a second, {at}", limit / ours.rate, "times", 1 / SHARES[calls], over)
    _print(f"judgements a second, {at}", ours.rate, "1/s", None, peer_rate)
    cpu = 1000 * ours.cpu / ours.done
    _print(f"CPU a judgement, ledger included, {at}", cpu, "ms", MILLISECONDS[transport], peer_cpu)
    _print(f"CPU of the provider a judgement, {at}", 1000 * ours.provider_cpu / ours.done, "ms")
    _print(f"largest memory, {at}", ours.memory, "MiB", MEBIBYTES)
    _print(f"lost, {at}", ours.lost, "cases", 0)


def _measure_two_workers() -> None:
    """The calls of one judge shared by two workers: together they reach what the provider allows."""
    with run_fake() as fake:
        ours = _judge(fake, EACH, int(2 * EACH / LATENCY * SECONDS), transport="thin", workers=2)
    at = f"two workers of {EACH} calls in flight each, thin"
    _print(f"limit over judgements a second, {at}", 2 * EACH / LATENCY / ours.rate, "times", 1 / SHARES[256])
    _print(f"lost, {at}", ours.lost, "cases", 0)


def _measure_beside_peers() -> None:
    """The same number of answers judged by us and by other runners, one after the other."""
    told: dict[str, Told | None] = {}
    if interpreter := prepare_peer(PEER):
        with run_fake() as fake:
            told[PEER] = run_peer(PEER, interpreter, url=fake.url, calls=PEER_CALLS, tasks=PEER_TASKS)
    if command := prepare_promptfoo():
        told[PROMPTFOO] = run_promptfoo(command, latency=LATENCY, calls=PEER_CALLS, tasks=PEER_TASKS)
    with run_fake() as fake:
        ours = _judge(fake, PEER_CALLS, PEER_TASKS) if told else None
    for peer in (PEER, PROMPTFOO):
        theirs = told.get(peer)
        if ours and theirs and theirs.judged:
            _print_beside(peer, ours, theirs)
        else:
            print(
                json.dumps({"area": "judge", "name": f"peer {peer}", "value": None, "unit": "not installed"})
            )


def _print_beside(peer: str, ours: Measured, theirs: Told) -> None:
    at, limit = f"{PEER_CALLS} calls in flight, beside {peer}", PEER_CALLS / LATENCY
    _print(
        f"limit over judgements a second, {at}",
        limit / ours.rate,
        "times",
        None,
        limit / theirs.rate,
        peer=peer,
    )
    cpu, their_cpu = 1000 * ours.cpu / ours.done, 1000 * theirs.cpu / theirs.judged
    _print(f"CPU a judgement, {at}", cpu, "ms", None, their_cpu, peer=peer)
    _print(f"largest memory, {at}", ours.memory, "MiB", None, theirs.memory, peer=peer)
    _print(
        f"calls a judgement, {at}",
        ours.calls / ours.done,
        "1",
        None,
        len(theirs.marks) / theirs.judged,
        peer=peer,
    )
    _print(f"lost, {at}", ours.lost, "cases", None, theirs.lost, peer=peer)


def _measure_limit(rate: float) -> None:
    with run_fake("--rate", str(rate)) as fake:
        ours = _judge(fake, 64, int(rate * RATE_SECONDS), workers=2)
    at = f"two workers under a limit of {rate:g} calls a second"
    _print(f"limit over judgements a second, {at}", rate / ours.rate, "times", 1 / 0.98)
    _print(f"calls refused, {at}", 100 * ours.refused / ours.calls, "%", 1)
    _print(f"lost, {at}", ours.lost, "cases", 0)


def _measure_faults() -> None:
    tasks, share = 1000, SHARE_OF_FAULTS
    with run_fake("--faults", str(share)) as fake:
        ours = _judge(fake, 64, tasks)
    at = f"with {share:.0%} mixed faults"
    faults = ours.calls // round(1 / share)
    slowest = sorted(ours.seconds)[int(0.99 * len(ours.seconds))]
    _print(f"lost {at}", ours.lost, "cases", 0)
    _print(f"calls beyond one a case over faults given, {at}", (ours.calls - tasks) / faults, "times", 1)
    _print(f"a hang over the 99th percentile of latency, {at}", max(ours.cut_off) / slowest, "times", 2)


def _judge(fake: Fake, calls: int, tasks: int, *, transport: str = "sdk", workers: int = 1) -> Measured:
    from judges.models import Attempt, AttemptState

    run = _plan(fake.url, calls, tasks)
    provider_cpu = fake.read_cpu()
    told = _run_workers(run.pk, transport, workers)
    steps = sorted(tuple(mark) for worker in told for mark in worker["marks"])
    marks = list(zip((at for at, _ in steps), accumulate(count for _, count in steps), strict=True))
    ended = Attempt.objects.filter(run=run, state__in=[AttemptState.DONE, AttemptState.FAILED])
    took = ended.filter(state=AttemptState.DONE).values_list("latency_ms", flat=True)
    cut_off = ended.filter(failure="slow").values_list("latency_ms", flat=True)
    done = took.count()
    return Measured(
        done=done,
        cpu=sum(worker["cpu"] for worker in told),
        memory=max(worker["memory"] for worker in told),
        lost=tasks - done,
        calls=ended.count(),
        refused=ended.filter(failure="http_429").count(),
        provider_cpu=fake.read_cpu() - provider_cpu,
        marks=marks,
        seconds=[(milliseconds or 0) / 1000 for milliseconds in took],
        cut_off=[(milliseconds or 0) / 1000 for milliseconds in cut_off] or [0.0],
    )


def _run_workers(run_id: int, transport: str, workers: int) -> list[dict[str, Any]]:
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.judge_worker", str(run_id), str(number)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            env=os.environ | {"EVALPLATFORM_TRANSPORT": transport, "EVALPLATFORM_SHORTEST_PATIENCE": "1"},
        )
        for number in range(workers)
    ]
    return [json.loads(process.communicate()[0].splitlines()[-1]) for process in processes]


def _plan(url: str, calls: int, tasks: int) -> Any:
    from annotations.models import TaskKind
    from judges.engine.planning.plan import plan_run
    from judges.models import Shard
    from tests.factories.judging import make_field, make_judge

    project = make_field(TaskKind.SINGLE, tasks).project
    judge = make_judge(project, url, "single", calls_in_flight=calls, price_in=1, price_out=1)
    run = plan_run(project=project, judge=judge, wake=False, repeats=1)
    Shard.objects.create(project=project, run=run, number=1)
    return run


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

        cpu = time.process_time()
        await asyncio.gather(*(ask() for _ in range(calls)))
    return Measured(len(marks), time.process_time() - cpu, marks=marks)


def _print(
    name: str,
    value: float,
    unit: str,
    target: float | None = None,
    peer_value: float | None = None,
    *,
    peer: str = "openai SDK in a bare loop, nothing stored",
) -> None:
    print_figure(
        area="judge",
        name=name,
        value=value,
        unit=unit,
        target=target,
        peer=None if peer_value is None else peer,
        peer_value=peer_value,
    )


if __name__ == "__main__":
    main()
