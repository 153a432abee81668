"""The rubrics behind a report, by their content."""

from collections.abc import Iterator

from annotations.domain.asking.rubrics import hash_rubric
from annotations.models import Project, Rubric
from evalplatform.common.errors import Conflict


def list_rubrics(*, project: Project) -> Iterator[tuple[str, int, str]]:
    """Key, version and content hash of every rubric, the hash worked out from what is stored now."""
    for rubric in _read(project):
        yield rubric.key, rubric.version, hash_rubric(rubric, list(rubric.criteria.all()))


def verify_rubrics(*, project: Project) -> None:
    """Raises Conflict when a rubric's content is not what it was made of."""
    for rubric in _read(project):
        if hash_rubric(rubric, list(rubric.criteria.all())) != rubric.content_hash:
            raise Conflict(f"The rubric {rubric} was changed after it was made: its content hash differs.")


def _read(project: Project) -> Iterator[Rubric]:
    held = Rubric.objects.filter(project=project).order_by("key", "version")
    yield from held.prefetch_related("criteria")
