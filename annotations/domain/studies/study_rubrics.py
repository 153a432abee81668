"""Rubrics and criteria of the ledger from those of a manifest."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.text import slugify

from annotations.domain.asking.rubrics import create_rubric, mark_rubrics_used
from annotations.domain.formats.criteria import CriterionSpec
from annotations.domain.formats.manifest import StudyManifest
from annotations.domain.formats.stored_criterion import build_criterion
from annotations.domain.formats.survey import Survey
from annotations.models import Criterion, Project, Rubric

LONGEST_RUBRIC_KEY = 60
LONGEST_CRITERION_KEY = 96


def create_rubrics(
    project: Project, manifest: StudyManifest, survey: Survey
) -> dict[CriterionSpec, Criterion]:
    """One rubric a group of criteria that were asked together; returns the criterion of each spec."""
    criteria = list(manifest.criteria.values())
    groups = survey.components(criteria)
    names = _make_unique((_name_group(group, groups) for group in groups), "rubric", LONGEST_RUBRIC_KEY)
    keys = _make_unique((spec.name for spec in criteria), "criterion", LONGEST_CRITERION_KEY)
    rows = {
        spec: build_criterion(spec, key, fractions=spec.fractions or spec in survey.fractional)
        for spec, key in zip(criteria, keys, strict=True)
    }
    for spec, row in rows.items():
        row.options = survey.passages.complete(spec)
    for name, group in zip(names, groups, strict=True):
        rubric = create_rubric(
            project=project,
            key=name,
            task_kind=group[0].kind,
            criteria=[rows[spec] for spec in group],
            one_at_a_time=any(spec.one_at_a_time for spec in group),
        )
        if any(spec in survey.together for spec in group):
            mark_rubrics_used(rubrics=Rubric.objects.filter(pk=rubric.pk), now=timezone.now())
    return rows


def _name_group(group: list[CriterionSpec], groups: list[list[CriterionSpec]]) -> str:
    """As stated, or the name of its one criterion, the part before the colon that all share, or the kind of task."""
    if group[0].rubric:
        return group[0].rubric
    prefixes = {spec.name.partition(":")[0] for spec in group}
    if len(prefixes) == 1:
        return prefixes.pop()
    alone = sum(other[0].kind == group[0].kind for other in groups) == 1
    return str(group[0].kind) if alone else group[0].name


def _make_unique(names: Iterable[str], fallback: str, longest: int) -> list[str]:
    """Slugs of the names; a second of the same gets a number."""
    taken: dict[str, None] = {}
    for name in names:
        slug = slugify(name, allow_unicode=True)[:longest] or fallback
        key, number = slug, 1
        while key in taken:
            number += 1
            key = f"{slug}-{number}"
        taken[key] = None
    return list(taken)
