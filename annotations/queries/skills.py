"""The skills of a project with those who have them, and the languages that people read."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Count

from annotations.models import HeldSkill, Project, Rater, ReadLanguage, Skill


class SkillLine(NamedTuple):
    """A skill by name, and how many raters have it."""

    name: str
    raters: int


def list_skills(project: Project) -> list[SkillLine]:
    """The project's skills, by name."""
    skills = Skill.objects.filter(project=project).annotate(raters=Count("held")).order_by("name")
    return [SkillLine(*row) for row in skills.values_list("name", "raters")]


def list_skills_of(rater: Rater) -> tuple[str, ...]:
    """Names of the rater's skills, in order."""
    held = HeldSkill.objects.filter(rater=rater).order_by("skill__name")
    return tuple(held.values_list("skill__name", flat=True))


def list_held_skills(project: Project) -> dict[int, tuple[str, ...]]:
    """Names of skills by the rater (id) who has them, in order."""
    found: dict[int, list[str]] = defaultdict(list)
    held = HeldSkill.objects.filter(project=project).order_by("skill__name")
    for rater, name in held.values_list("rater", "skill__name"):
        found[rater].append(name)
    return {rater: tuple(names) for rater, names in found.items()}


def list_languages(users: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Tags of the languages that these users (ids) say they read, in order."""
    found: dict[int, list[str]] = defaultdict(list)
    read = ReadLanguage.objects.filter(user__in=users).order_by("tag")
    for user, tag in read.values_list("user", "tag"):
        found[user].append(tag)
    return {user: tuple(tags) for user, tags in found.items()}
