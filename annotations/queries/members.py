"""Who is in a project, and who is asked to be."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from annotations.models import Annotation, Invitation, Membership, Project, Rater, RaterKind
from annotations.queries.skills import list_held_skills, list_languages


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member, their own rater if they ever asked for work, and how many answers of theirs stand.

    `languages` are tags of what they read, `skills` names of what they have here.
    """

    membership: Membership
    rater: Rater | None
    answers: int
    languages: tuple[str, ...]
    skills: tuple[str, ...]


def list_members(project: Project) -> list[MemberLine]:
    """Running memberships by name."""
    members = Membership.objects.filter(project=project, ended_at=None).select_related("user")
    raters = Rater.objects.filter(project=project, kind=RaterKind.PERSON).exclude(user=None)
    by_user = {rater.user_id: rater for rater in raters}
    current = Annotation.objects.filter(project=project, is_current=True, rater__user__isnull=False)
    counts = dict(current.order_by("rater__user").values_list("rater__user").annotate(Count("pk")))
    languages = list_languages([member.user_id for member in members])
    skills = list_held_skills(project)
    return [
        MemberLine(
            member,
            rater := by_user.get(member.user_id),
            counts.get(member.user_id, 0),
            languages.get(member.user_id, ()),
            skills.get(rater.pk, ()) if rater else (),
        )
        for member in members.order_by("user__username")
    ]


def list_standing_invitations(project: Project) -> QuerySet[Invitation]:
    """Those that can still be used, newest first."""
    gone = Q(used_at__isnull=False) | Q(revoked_at__isnull=False) | Q(expires_at__lte=timezone.now())
    return Invitation.objects.filter(project=project).exclude(gone).order_by("-pk")
