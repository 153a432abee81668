"""Who has which skill in a project, and which languages somebody reads."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from annotations.domain.formats.needs import read_skill
from annotations.domain.locks.project_lock import lock_project
from annotations.domain.queue.gates import ensure_skills, settle_gates
from annotations.models import HeldSkill, Rater, RaterKind, ReadLanguage, Skill
from annotations.queries.skills import list_languages, list_skills_of
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Invalid
from evalplatform.common.language_tags import normalise_tag

MOST_LANGUAGES = 30
MOST_SKILLS = 100  # of a project


@transaction.atomic
def set_skills(
    *, rater: Rater, names: Collection[str], actor: User | None, now: datetime | None = None
) -> tuple[str, ...]:
    """Let the rater have these skills and no others; names that the project does not know yet it knows from then on.

    Tasks in hand that ask for a skill taken go back to the queue. The same again changes nothing. Raises Invalid for a
    name that is none, Conflict for a judge or metric, Exhausted where a new name waits for a large batch for too long.
    """
    wanted = {read_skill(name, field="skills") for name in names}
    if Skill.objects.filter(project=rater.project_id, name__in=wanted).count() < len(wanted):
        lock_project(rater.project)  # batches make skills too: two who make the same ones wait in turn
    rater = _lock(Rater.objects.filter(pk=rater.pk))[0]
    if rater.kind != RaterKind.PERSON:
        raise Conflict(_("Only people have skills."))
    held = set(list_skills_of(rater))
    if wanted == held:
        return tuple(sorted(held))
    skills = ensure_skills(project=rater.project, names=sorted(wanted - held))
    if Skill.objects.filter(project=rater.project_id).count() > MOST_SKILLS:
        raise Invalid.at(_("A project has at most 100 skills."), field="skills")
    HeldSkill.objects.bulk_create(
        HeldSkill(project=rater.project, rater=rater, skill=skill) for skill in skills
    )
    HeldSkill.objects.filter(rater=rater, skill__name__in=held - wanted).delete()
    for action, changed in (("grant_skill", wanted - held), ("take_skill", held - wanted)):
        for name in sorted(changed):
            _record(rater, actor, action, name)
    settle_gates(rater=rater, now=now or database_now())
    return tuple(sorted(wanted))


@transaction.atomic
def state_languages(*, user: User, tags: Iterable[str], now: datetime | None = None) -> tuple[str, ...]:
    """The user reads these languages and no others, in all projects. The same again changes nothing.

    Tasks in hand that ask for another one go back to the queue. Raises Invalid for a tag that is none.
    """
    wanted = {_read_tag(tag) for tag in tags}
    if len(wanted) > MOST_LANGUAGES:
        raise Invalid.at(_("Name 30 languages at most."), field="languages")
    raters = _lock(Rater.objects.filter(user=user, kind=RaterKind.PERSON).order_by("pk"))
    held = set(list_languages([user.pk]).get(user.pk, ()))
    if wanted != held:
        ReadLanguage.objects.filter(user=user, tag__in=held - wanted).delete()
        ReadLanguage.objects.bulk_create(ReadLanguage(user=user, tag=tag) for tag in sorted(wanted - held))
        for rater in raters:
            settle_gates(rater=rater, now=now or database_now())
    return tuple(sorted(wanted))


def _lock(raters: QuerySet[Rater]) -> list[Rater]:
    """Claims of these raters wait."""
    return list(raters.select_related("project").select_for_update(no_key=True, of=("self",)))


def _read_tag(tag: str) -> str:
    try:
        return normalise_tag(tag.strip())
    except ValueError:
        raise Invalid.at(
            _("%(tag)s is no language tag: write one such as ru or pt-BR.") % {"tag": tag[:40]},
            field="languages",
        ) from None


def _record(rater: Rater, actor: User | None, action: str, name: str) -> None:
    record_event(
        actor=actor,
        action=action,
        target="rater",
        target_id=rater.public_id,
        project=rater.project.public_id,
        details={"skill": name},
    )
