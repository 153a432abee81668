"""Work of annotations that happens beside the pages. Every job may run twice or late: the database decides."""

from celery import shared_task

from annotations.domain.leases import expire_assignments


@shared_task(name="annotations.jobs.sweep_assignments")
def sweep_assignments() -> int:
    """Return the slots of leases that have run out; the sweep asks for it every few seconds."""
    return expire_assignments()
