"""Whoever leaves for good: their answers stay, under a number."""

from itertools import count

from django.db import transaction
from django.db.models import Q

from annotations.domain.locks.project_lock import lock_project
from annotations.domain.people.pausing import end_membership
from annotations.models import HeldSkill, Invitation, Membership, Project, Rater, ReadLanguage, Upload
from evalplatform.accounts.erasing import erase_user
from evalplatform.accounts.models import User


@transaction.atomic
def erase_account(*, user: User, actor: User | None) -> list[Project]:
    """Erase the account; its raters become `rater-N` and keep their ratings. Returns the projects they rated in.

    What they hold goes back to the queue. Raises Conflict where a project would be left without a researcher.
    """
    concerned = Project.objects.filter(
        Q(memberships__user=user, memberships__ended_at=None) | Q(raters__user=user)
    )
    for project in concerned.distinct().order_by("pk"):
        lock_project(project)  # before the raters in it, as planners do
    for membership in Membership.objects.filter(user=user, ended_at=None).select_related("project", "user"):
        end_membership(membership=membership, actor=actor)
    HeldSkill.objects.filter(rater__user=user).delete()
    ReadLanguage.objects.filter(user=user).delete()
    raters = Rater.objects.filter(user=user).select_related("project").order_by("pk")
    projects = [_forget_rater(rater) for rater in raters]
    Invitation.objects.filter(used_by=user).update(note="")
    Upload.objects.filter(user=user).delete()
    erase_user(user=user, actor=actor)
    return projects


def _forget_rater(rater: Rater) -> Project:
    """The next free number; two who leave at once do not take the same."""
    project = lock_project(rater.project)
    taken = set(
        Rater.objects.filter(project=project, kind=rater.kind, name__startswith="rater-").values_list(
            "name", flat=True
        )
    )
    rater.name = next(name for number in count(1) if (name := f"rater-{number}") not in taken)
    rater.user = None
    rater.save(update_fields=["name", "user"])
    return project
