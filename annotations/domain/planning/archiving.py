"""The end of a project: closed to everybody, restored within thirty days, or gone."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from annotations.domain.locks.project_lock import lock_project
from annotations.domain.queue.leases import end_lease
from annotations.models import Assignment, AssignmentState, Project
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict
from evalplatform.common.wakeups import ring

KEPT_FOR = timedelta(days=30)
STOPPING = "judges.jobs.stop_archived"  # by name: annotations know nothing of judges

log = structlog.get_logger("annotations.archiving")


@transaction.atomic
def archive_project(*, project: Project, actor: User, now: datetime | None = None) -> None:
    """Close the project to everybody, and delete it in thirty days. The same again changes nothing.

    Leases end at once; judges' runs are paused by a job, and by the sweep where that is not heard of.
    """
    now = now or database_now()
    project = lock_project(project)
    if project.archived_at is not None:
        return
    project.archived_at, project.purge_at = now, now + KEPT_FOR
    project.save(update_fields=["archived_at", "purge_at"])
    live = Assignment.objects.filter(project=project, state=AssignmentState.LIVE)
    for assignment in live.select_for_update().order_by("pk"):
        end_lease(assignment, AssignmentState.EXPIRED, now)
    _record(project, actor, "archive_project")
    ring(STOPPING)


@transaction.atomic
def restore_project(*, project: Project, actor: User) -> None:
    """Open an archived project again: people go on, runs stay paused until somebody lets them.

    Raises Conflict for a project that is not archived.
    """
    project = lock_project(project)
    if project.archived_at is None:
        raise Conflict("This project is not archived.")
    project.archived_at = project.purge_at = None
    project.save(update_fields=["archived_at", "purge_at"])
    _record(project, actor, "restore_project")


def purge_archived_projects(*, now: datetime | None = None) -> int:
    """Delete one project whose days are over, with everything in it; returns how many. The trail stays."""
    due = Project.objects.filter(archived_at__isnull=False, purge_at__lte=now or database_now())
    with transaction.atomic():
        project = due.select_for_update(skip_locked=True).order_by("purge_at", "pk").first()
        if project is None:
            return 0
        _record(project, None, "purge_project")
        project.delete()
    log.warning("project purged", project=str(project.public_id), slug=project.slug)
    return 1


def _record(project: Project, actor: User | None, action: str) -> None:
    record_event(
        actor=actor, action=action, target="project", target_id=project.public_id, project=project.public_id
    )
