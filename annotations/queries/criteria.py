"""The questions of a project, each under one name over all versions of its rubric."""

from collections import Counter
from dataclasses import dataclass

from annotations.models import Criterion, Level, Project, TaskKind

Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    """A criterion as a report sees it: the same key, kind and level in several versions of one rubric are one."""

    name: str
    level: str
    kind: str
    ids: tuple[int, ...]
    labels: dict[str, str]
    order: tuple[object, ...]


def list_criteria(*, project: Project) -> list[CriterionRow]:
    """The project's criteria, by name. A key that two rubrics use, or one rubric in two ways, is told apart."""
    held: dict[Key, list[Criterion]] = {}
    criteria = Criterion.objects.filter(project=project).select_related("rubric")
    for criterion in criteria.order_by("rubric__version", "position"):
        rubric = criterion.rubric
        held.setdefault((criterion.key, rubric.key, rubric.task_kind, criterion.level), []).append(criterion)
    used = Counter(key for key, *_ in held)
    return sorted(
        (_merge(key, versions, is_ambiguous=used[key[0]] > 1) for key, versions in held.items()),
        key=lambda row: row.name,
    )


def _merge(key: Key, versions: list[Criterion], *, is_ambiguous: bool) -> CriterionRow:
    latest = versions[-1]
    return CriterionRow(
        name=f"{latest.rubric.key}:{latest.key}:{latest.level}" if is_ambiguous else latest.key,
        level=latest.level,
        kind=latest.rubric.task_kind,
        ids=tuple(sorted(criterion.pk for criterion in versions)),
        labels=latest.labels,
        order=tuple(_value(entry) for entry in latest.values),
    )


def is_preference(criterion: CriterionRow) -> bool:
    """Whether the values name a winner between two."""
    return criterion.level == Level.PREFERENCE


def is_ranking(criterion: CriterionRow) -> bool:
    """Whether the values rank all answers of a task, each holding the preferences between any two of them."""
    return is_preference(criterion) and criterion.kind == TaskKind.RANKING


def _value(entry: object) -> object:
    return entry["value"] if isinstance(entry, dict) else entry
