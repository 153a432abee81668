"""What a claim costs somebody who has done much: with checks of both kinds mixed in, and with a daily cap."""

import statistics
import time
from datetime import timedelta
from typing import Any  # projects are Django models, which are importable only later

from benchmarks.line import print_figure

FEW, MANY = 100, 20_000  # tasks that a rater has answered on earlier days
STEPS = 60
MOST_GROWTH = 1.25
CAP = 500


def measure_history(database: str, store: Any) -> None:
    """Median of a claim, checks included; the store's places that are left must suffice."""
    from annotations.models import Project

    settings = {"gold_share": 0.05, "repeat_share": 0.05, "daily_cap": CAP}
    Project.objects.filter(pk=store.pk).update(**settings)
    few, many = (claim_after(store, count) for count in (FEW, MANY))
    Project.objects.filter(pk=store.pk).update(gold_share=0.0, repeat_share=0.0, daily_cap=None)
    name = f"claim with checks and a daily cap, median, {MANY:,} answers given, {database}"
    print_figure(area="annotate", name=name, value=1000 * many, unit="ms")
    name = f"claim with checks and a daily cap, {MANY:,} answers given over {FEW}, {database}"
    print_figure(area="annotate", name=name, value=many / few, unit="times", target=MOST_GROWTH)


def claim_after(store: Any, count: int) -> float:
    """Median seconds of the claims of somebody who has given so many answers."""
    from annotations.domain.queue.claim import claim_assignment
    from annotations.domain.submitting.annotate import record_annotation

    rater = make_history(store, count)
    times = []
    for _ in range(STEPS):
        begin = time.perf_counter()
        held = claim_assignment(rater=rater)
        times.append(time.perf_counter() - begin)
        if held is None:
            raise RuntimeError("the store is used up")
        record_annotation(
            assignment=held, ratings={"overall": "first"}, seconds=1.0, client_key=str(held.public_id)
        )
    return statistics.median(times)


def make_history(store: Any, count: int) -> Any:
    """A rater who answered the last tasks of the queue yesterday."""
    from annotations.models import Annotation, Assignment, AssignmentState, Presentation, Rater, Task
    from evalplatform.common.clock import database_now
    from tests.factories.ledger import make_person

    made = make_person(store)
    yesterday = database_now() - timedelta(days=1)
    last = Task.objects.filter(project=store).order_by("-rank").values_list("pk", flat=True)[:count]
    leases = Assignment.objects.bulk_create(
        (
            Assignment(
                project=store, task_id=pk, rater=made, state=AssignmentState.SUBMITTED, expires_at=yesterday
            )
            for pk in last
        ),
        batch_size=2_000,
    )
    Annotation.objects.bulk_create(
        (
            Annotation(
                project=store, task_id=lease.task_id, rater=made, assignment=lease,
                presentation=Presentation.SHOWN,
            )
            for lease in leases
        ),
        batch_size=2_000,
    )  # fmt: skip
    Annotation.objects.filter(rater=made).update(created_at=yesterday)
    return Rater.objects.select_related("project").get(pk=made.pk)
