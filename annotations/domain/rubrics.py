"""Rubrics: versioned sets of criteria with a content hash."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any  # contents are JSON

from django.db import transaction
from django.db.models import QuerySet

from annotations.domain.project_lock import lock_project
from annotations.models import Criterion, Project, Rubric, TaskKind
from evalplatform.common.hashing import hash_content

HASHED = (
    "key", "name", "level", "labels", "question", "help_text", "values", "minimum", "maximum", "fractions",
    "required", "options",
)  # fmt: skip


def mark_rubrics_used(*, rubrics: QuerySet[Rubric], now: datetime) -> None:
    """Note the first use of these rubrics: from now on they never change."""
    rubrics.filter(used_at=None).update(used_at=now)


@transaction.atomic
def create_rubric(
    *,
    project: Project,
    key: str,
    task_kind: TaskKind,
    criteria: Sequence[Criterion],
    labels: dict[str, str] | None = None,
    instructions: dict[str, str] | None = None,
) -> Rubric:
    """The next version of the rubric `key` with these criteria (not yet stored, in order).

    The same content again gives the version that is there.
    """
    labels, instructions = labels or {}, instructions or {}
    if task_kind == TaskKind.RANKING:
        for criterion in criteria:
            criterion.options = {**criterion.options, "task": TaskKind.RANKING.value}
    content_hash = _hash(task_kind, labels, instructions, criteria)
    lock_project(project)
    versions = Rubric.objects.filter(project=project, key=key)
    if same := versions.filter(content_hash=content_hash).first():
        return same
    rubric = Rubric.objects.create(
        project=project,
        key=key,
        version=versions.count() + 1,
        task_kind=task_kind,
        labels=labels,
        instructions=instructions,
        content_hash=content_hash,
    )
    for position, criterion in enumerate(criteria):
        criterion.project, criterion.rubric, criterion.position = project, rubric, position
    Criterion.objects.bulk_create(criteria)
    return rubric


def hash_rubric(rubric: Rubric, criteria: Sequence[Criterion]) -> str:
    """The content hash of what is stored now (criteria in their order): that of its creation, if nothing moved."""
    return _hash(rubric.task_kind, rubric.labels, rubric.instructions, criteria)


def _hash(
    task_kind: str, labels: dict[str, str], instructions: dict[str, str], criteria: Sequence[Criterion]
) -> str:
    return hash_content([task_kind, labels, instructions, [_describe(criterion) for criterion in criteria]])


def _describe(criterion: Criterion) -> dict[str, Any]:
    described = {field: getattr(criterion, field) for field in HASHED}
    for bound in ("minimum", "maximum"):
        if described[bound] is not None:
            described[bound] = float(described[bound])  # as the database gives it back
    return described
