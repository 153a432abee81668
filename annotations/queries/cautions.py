"""What a project's rule found about raters, and what they say against it."""

from uuid import UUID

from django.db.models import Exists, Max, OuterRef, QuerySet

from annotations.models import (
    Caution,
    CautionEffect,
    CautionState,
    Objection,
    ObjectionState,
    Project,
    Rater,
    Trial,
)


def list_cautions(project: Project) -> QuerySet[Caution]:
    """All of the project with their raters, the newest first."""
    related = Caution.objects.filter(project=project).select_related("rater", "project")
    return related.prefetch_related("objections__task").order_by("-pk")


def list_contested(project: Project) -> QuerySet[Caution]:
    """The same of those against which an objection waits for a researcher."""
    waiting = Objection.objects.filter(caution=OuterRef("pk"), state=ObjectionState.OPEN)
    return list_cautions(project).filter(Exists(waiting))


def list_after(cautions: QuerySet[Caution], last: Caution) -> QuerySet[Caution]:
    """Those of them that come after this one, the newest first."""
    return cautions.filter(pk__lt=last.pk)


def find_caution(project: Project, public_id: UUID) -> Caution | None:
    """The one of this id, where the project has it."""
    return Caution.objects.filter(project=project, public_id=public_id).first()


def list_objections(project: Project) -> QuerySet[Objection]:
    """All of the project, the newest first."""
    return Objection.objects.filter(project=project).select_related("task", "caution").order_by("-pk")


def list_cautions_of(rater: Rater) -> QuerySet[Caution]:
    """The rater's own, the newest first."""
    own = Caution.objects.filter(rater=rater).select_related("project")
    return own.prefetch_related("objections__task").order_by("-pk")


def list_standing(project: Project, ground: str) -> QuerySet[Caution]:
    """Those that stand on this ground, the oldest first."""
    standing = Caution.objects.filter(project=project, ground=ground, state=CautionState.STANDING)
    return standing.select_related("rater__project").order_by("pk")


def find_last_counted(rater: Rater) -> int:
    """The newest answer (id) that a caution or a test of the rater counted; 0 where none did.

    What was lifted counts again.
    """
    kept = Caution.objects.filter(rater=rater).exclude(state=CautionState.LIFTED)
    cautioned = kept.aggregate(last=Max("upto"))["last"] or 0
    tested = Trial.objects.filter(rater=rater).aggregate(last=Max("last_answer"))["last"] or 0
    return max(cautioned, tested)


def find_last_told(rater: Rater) -> int:
    """The newest answer (id) up to which any caution has shown the rater what was expected; 0 without one."""
    return Caution.objects.filter(rater=rater).aggregate(last=Max("upto"))["last"] or 0


def has_caution(rater: Rater) -> bool:
    """Whether the rule found anything that has not been lifted."""
    return Caution.objects.filter(rater=rater).exclude(state=CautionState.LIFTED).exists()


def find_first_kept(rater: Rater) -> Caution | None:
    """The rater's oldest that has not been lifted."""
    kept = Caution.objects.filter(rater=rater).exclude(state=CautionState.LIFTED)
    return kept.select_related("rater__project", "project").order_by("pk").first()


def has_unseen_caution(rater: Rater) -> bool:
    """Whether one stands, or has been lifted, of which the rater has not read so."""
    told = (CautionState.STANDING, CautionState.LIFTED)
    return Caution.objects.filter(rater=rater, state__in=told, seen_at=None).exists()


def is_paused_by_rule(rater: Rater) -> bool:
    """Whether a caution that stands paused the rater."""
    standing = Caution.objects.filter(rater=rater, state=CautionState.STANDING)
    return standing.filter(effect=CautionEffect.PAUSE).exists()


def count_waiting(project: Project) -> int:
    """Objections that nobody has decided."""
    return Objection.objects.filter(project=project, state=ObjectionState.OPEN).count()
