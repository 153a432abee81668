"""One worker's loops on a run, in a process of its own: `python -m benchmarks.judge_worker RUN SHARD`.

Prints a line of JSON when all is done: processor time, memory, and how many verdicts stood at which moment.
"""

import argparse
import asyncio
import json
import os
import resource
import time

PATIENCE = 180.0
PAUSE = 0.2


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=int)
    parser.add_argument("shard", type=int)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "evalplatform.settings.embedded"
    import django
    import openai.resources.chat  # noqa: F401 - what is imported on use is no part of a judgement

    django.setup()
    print(json.dumps(_work(options.run, options.shard)), flush=True)


def _work(run_id: int, number: int) -> dict[str, object]:
    from judges.engine.ledger.leases import release_shard, take_shard
    from judges.engine.running.limits import Limits
    from judges.engine.running.shard import work_on_shard
    from judges.models import Attempt, AttemptState

    marks: list[tuple[float, int]] = []
    cpu, deadline = time.process_time(), time.monotonic() + PATIENCE
    limits = Limits(60, on_written=lambda verdicts: marks.append((time.time(), verdicts)))
    left = Attempt.objects.filter(run=run_id, state__in=[AttemptState.PENDING, AttemptState.LEASED])
    while left.exists() and time.monotonic() < deadline:
        if lease := take_shard(run_id=run_id, number=number):
            asyncio.run(work_on_shard(lease=lease, limits=limits))
            release_shard(lease=lease)
        time.sleep(PAUSE)
    return {
        "cpu": time.process_time() - cpu,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "marks": marks,
    }


if __name__ == "__main__":
    main()
