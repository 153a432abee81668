"""Rubrics: versioned sets of criteria with a content hash."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any  # contents are JSON

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from annotations.domain.locks.project_lock import lock_project
from annotations.models import Criterion, Project, Rubric, TaskKind
from evalplatform.common.errors import Invalid
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
    one_at_a_time: bool = False,
    is_next: bool = False,
) -> Rubric:
    """The rubric `key` with these criteria (not yet stored, in order); with `is_next`, the next version of it.

    The same content again gives the version that is there. Raises Invalid, which names the key, where another rubric
    of the project has it: only `is_next` says that one is meant to follow the other.
    """
    labels, instructions = labels or {}, instructions or {}
    if task_kind == TaskKind.RANKING:
        for criterion in criteria:
            criterion.options = {**criterion.options, "task": TaskKind.RANKING.value}
    content_hash = _hash(task_kind, labels, instructions, criteria, one_at_a_time=one_at_a_time)
    lock_project(project)
    versions = Rubric.objects.filter(project=project, key=key)
    if same := versions.filter(content_hash=content_hash).first():
        return same
    if not is_next and versions.exists():
        words = _("Another rubric of this project has the key %(key)s: choose another key.")
        raise Invalid.at(words % {"key": key}, field="key")
    rubric = Rubric.objects.create(
        project=project,
        key=key,
        version=versions.count() + 1,
        task_kind=task_kind,
        labels=labels,
        instructions=instructions,
        one_at_a_time=one_at_a_time,
        content_hash=content_hash,
    )
    for position, criterion in enumerate(criteria):
        criterion.project, criterion.rubric, criterion.position = project, rubric, position
    Criterion.objects.bulk_create(criteria)
    return rubric


def hash_rubric(rubric: Rubric, criteria: Sequence[Criterion]) -> str:
    """The content hash of what is stored now (criteria in their order): that of its creation, if nothing moved."""
    return _hash(
        rubric.task_kind, rubric.labels, rubric.instructions, criteria, one_at_a_time=rubric.one_at_a_time
    )


def _hash(
    task_kind: str,
    labels: dict[str, str],
    instructions: dict[str, str],
    criteria: Sequence[Criterion],
    *,
    one_at_a_time: bool,
) -> str:
    """How questions are asked is part of it only where it is not the usual way: other hashes stay what they were."""
    said = [{"one_at_a_time": True}] if one_at_a_time else []
    described = [_describe(criterion) for criterion in criteria]
    return hash_content([task_kind, labels, instructions, described, *said])


def _describe(criterion: Criterion) -> dict[str, Any]:
    described = {field: getattr(criterion, field) for field in HASHED}
    for bound in ("minimum", "maximum"):
        if described[bound] is not None:
            described[bound] = float(described[bound])  # as the database gives it back
    return described
