"""The only way from an actor to a row, for pages and API: what one may not see is as missing as what is not there."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from annotations.domain.projects.members import ensure_person, refuse_paused
from annotations.models import (
    Annotation,
    Assignment,
    Batch,
    Caution,
    Invitation,
    Membership,
    Objection,
    Project,
    Query,
    Rater,
    RaterKind,
    Remark,
    Role,
    Task,
    Upload,
)
from annotations.queries.batch_progress import list_batches
from annotations.queries.cautions import is_paused_by_rule, list_cautions, list_cautions_of, list_objections
from annotations.queries.messages import list_remarks
from annotations.queries.submissions import list_revisable
from annotations.queries.uploads import list_kept_uploads
from evalplatform.accounts.models import User
from evalplatform.common.composed import composed
from evalplatform.common.errors import Denied, Missing
from evalplatform.common.single import find_single

READERS = (Role.RESEARCHER, Role.REVIEWER)
Row = TypeVar("Row", bound=Model)


def list_projects_for(actor: User) -> QuerySet[Project]:
    """Projects in which the actor has a running membership."""
    return Project.objects.filter(
        memberships__user=actor, memberships__ended_at=None, archived_at=None
    ).distinct()


def find_projects_rated_by(actor: User) -> frozenset[int]:
    """Projects in which the actor is a rater, and must not learn from a title what is compared."""
    memberships = Membership.objects.filter(user=actor, role=Role.RATER, ended_at=None)
    return frozenset(memberships.values_list("project_id", flat=True))


def get_membership_for(actor: User, slug: str) -> Membership:
    """The actor's running membership in the project, with the project. Raises Missing."""
    membership = find_single(
        Membership.objects.select_related("project", "user").filter(
            user_id=actor.pk, project__slug=slug, project__archived_at=None, ended_at=None
        )
    )
    if membership is None:
        raise Missing("No such project.")
    return membership


def get_project_for(actor: User, slug: str, *roles: Role) -> Project:
    """The project, if the actor has one of `roles` in it (any role, where none is named).

    Raises Missing to outsiders, Denied to members whose role does not suffice.
    """
    membership = get_membership_for(actor, slug)
    if roles and membership.role not in roles:
        raise Denied("Your role in this project does not allow this.")
    return membership.project


def list_rows_for(
    actor: User, slug: str, read: Callable[[Project], QuerySet[Row]], *roles: Role
) -> QuerySet[Row]:
    """What `read` finds in the project, for its readers or whoever has one of `roles`. Raises Missing or Denied."""
    return read(get_project_for(actor, slug, *(roles or READERS)))


def find_person_for(actor: User, slug: str) -> Rater | None:
    """The actor's own rater in the project; None before they first asked for work.

    Raises Missing, or Denied when deactivated.
    """
    project = get_project_for(actor, slug)
    rater = find_single(Rater.objects.filter(project=project, user=actor, kind=RaterKind.PERSON))
    if rater is not None:
        refuse_paused(rater=rater)
    return rater


def ensure_person_for(actor: User, slug: str) -> Rater:
    """The actor's own rater in the project, made when they first ask for work. Raises Missing, Denied when paused."""
    rater = _find_working.find(user=actor.pk, slug=slug)
    if rater is None:
        return ensure_person(membership=get_membership_for(actor, slug))
    refuse_paused(rater=rater)
    return rater


@composed
def _find_working(user: int, slug: str) -> QuerySet[Rater]:
    running = {"project__memberships__user": user, "project__memberships__ended_at": None}
    own = Rater.objects.select_related("project").filter(user=user, kind=RaterKind.PERSON, **running)
    return own.filter(project__slug=slug, project__archived_at=None)


def find_own_rater_for(actor: User, slug: str) -> tuple[Project, Rater | None]:
    """The project, and the actor's own rater even where that was paused: who was may still read and reply.

    Raises Missing.
    """
    project = get_project_for(actor, slug)
    own = Rater.objects.filter(project=project, user=actor, kind=RaterKind.PERSON)
    return project, find_single(own.select_related("project"))


def get_query_for(actor: User, slug: str, public_id: UUID) -> Query:
    """What a reviewer asked the actor about one of their answers. Raises Missing for everybody else's."""
    project, rater = find_own_rater_for(actor, slug)
    own = Query.objects.filter(rater=rater, project=project, public_id=public_id)
    related = ("review__task__item", "review__task__rubric", "annotation__assignment__task__rubric", "rater")
    query = own.select_related(*related).first() if rater else None
    if query is None:
        raise Missing("No such question.")
    query.review.task.project = query.rater.project = project
    return query


def get_task_to_review_for(actor: User, slug: str, public_id: UUID, *roles: Role) -> Task:
    """A task that the actor may review, or steer as one of `roles`. Raises Missing or Denied."""
    project = get_project_for(actor, slug, *(roles or READERS))
    task = Task.objects.select_related("item", "rubric").filter(project=project, public_id=public_id).first()
    if task is None:
        raise Missing("No such task.")
    task.project = project
    return task


def get_answer_to_review_for(actor: User, slug: str, public_id: UUID) -> Annotation:
    """A rater's answer, with its task, that the actor may review. Raises Missing or Denied."""
    project = get_project_for(actor, slug, *READERS)
    held = Annotation.objects.select_related("task__rubric", "rater").filter(project=project)
    annotation = held.filter(public_id=public_id).first()
    if annotation is None:
        raise Missing("No such answer.")
    annotation.task.project = project
    return annotation


def get_remark_for(actor: User, slug: str, public_id: UUID) -> Remark:
    """A remark that the actor may answer. Raises Missing or Denied."""
    remarks = list_remarks(get_project_for(actor, slug, *READERS))
    remark = remarks.filter(public_id=public_id).select_related("project").first()
    if remark is None:
        raise Missing("No such remark.")
    return remark


def list_assignments_for(actor: User, slug: str) -> QuerySet[Assignment]:
    """The actor's own assignments in the project. Raises Missing, or Denied when deactivated."""
    person = find_person_for(actor, slug)
    return Assignment.objects.filter(rater=person) if person else Assignment.objects.none()


def get_assignment_for(actor: User, public_id: UUID) -> Assignment:
    """The actor's own assignment. Raises Missing for everybody else's."""
    assignment = _find_own_assignment.find(user=actor.pk, public_id=public_id)
    if assignment is None:
        raise Missing("No such assignment.")
    assignment.task.project = assignment.rater.project = assignment.project  # the same row, read once
    refuse_paused(rater=assignment.rater)
    return assignment


@composed
def _find_own_assignment(user: int, public_id: UUID) -> QuerySet[Assignment]:
    own = Assignment.objects.select_related("task__item", "task__rubric", "rater", "project")
    running = {"project__memberships__user": user, "project__memberships__ended_at": None}
    return own.filter(public_id=public_id, rater__user=user, project__archived_at=None).filter(**running)


def get_own_answer_for(actor: User, slug: str, public_id: UUID) -> Annotation:
    """An answer of the actor's own that stands and may be changed. Raises Missing, or Denied when deactivated."""
    person = find_person_for(actor, slug)
    answer = list_revisable(rater=person).filter(public_id=public_id).first() if person else None
    if answer is None:
        raise Missing("No such answer.")
    return answer


def list_batches_for(actor: User, slug: str) -> QuerySet[Batch]:
    """Batches of a project that the actor may read, newest first. Raises Missing or Denied."""
    return list_batches(get_project_for(actor, slug, *READERS))


def get_batch_for(actor: User, slug: str, public_id: UUID) -> Batch:
    """A batch that the actor may read. Raises Missing or Denied."""
    batch = list_batches_for(actor, slug).select_related("project").filter(public_id=public_id).first()
    if batch is None:
        raise Missing("No such batch.")
    return batch


def get_member_for(actor: User, slug: str, public_id: UUID) -> Membership:
    """A running membership in a project that the actor steers. Raises Missing or Denied."""
    project = get_project_for(actor, slug, Role.RESEARCHER)
    members = Membership.objects.select_related("project", "user").filter(project=project, ended_at=None)
    membership = members.filter(public_id=public_id).first()
    if membership is None:
        raise Missing("No such member.")
    return membership


def get_invitation_for(actor: User, slug: str, public_id: UUID) -> Invitation:
    """An invitation to a project that the actor steers. Raises Missing or Denied."""
    project = get_project_for(actor, slug, Role.RESEARCHER)
    invitations = Invitation.objects.select_related("project").filter(project=project)
    invitation = invitations.filter(public_id=public_id).first()
    if invitation is None:
        raise Missing("No such invitation.")
    return invitation


def get_upload_for(actor: User, slug: str, public_id: UUID) -> Upload:
    """A file of the last day that is being taken into a project which the actor steers. Raises Missing or Denied."""
    project = get_project_for(actor, slug, Role.RESEARCHER)
    kept = list_kept_uploads().select_related("project")
    upload = kept.filter(project=project, public_id=public_id).first()
    if upload is None:
        raise Missing("No such file.")
    return upload


def is_steering(actor: User, project: Project) -> bool:
    """Whether the actor is a researcher of the project."""
    own = Membership.objects.filter(user=actor, project=project, role=Role.RESEARCHER, ended_at=None)
    return own.exists()


def is_founder(actor: User) -> bool:
    """Whether the actor may make projects: staff, and researchers of any."""
    researches = Membership.objects.filter(
        user=actor, role=Role.RESEARCHER, ended_at=None, project__archived_at=None
    )
    return actor.is_staff or researches.exists()


def refuse_unless_founder(actor: User) -> None:
    """Raises Denied unless the actor may make projects."""
    if not is_founder(actor):
        raise Denied("Projects are made by staff and by researchers.")


def get_own_caution_for(actor: User, slug: str, public_id: UUID) -> Caution:
    """What the project's rule found about the actor, who may read and answer it even when paused. Raises Missing."""
    _, rater = find_own_rater_for(actor, slug)
    caution = list_cautions_of(rater).filter(public_id=public_id).first() if rater else None
    if caution is None or rater is None:
        raise Missing("No such caution.")
    caution.rater = rater
    return caution


def get_caution_for(actor: User, slug: str, public_id: UUID) -> Caution:
    """A caution to any rater of a project that the actor steers. Raises Missing or Denied."""
    project = get_project_for(actor, slug, Role.RESEARCHER)
    caution = list_cautions(project).filter(public_id=public_id).first()
    if caution is None:
        raise Missing("No such caution.")
    return caution


def get_objection_for(actor: User, slug: str, public_id: UUID) -> Objection:
    """An objection to a known answer of a project that the actor steers. Raises Missing or Denied."""
    project = get_project_for(actor, slug, Role.RESEARCHER)
    objection = list_objections(project).filter(public_id=public_id).first()
    if objection is None:
        raise Missing("No such objection.")
    objection.project = objection.task.project = project
    return objection


def is_paused_by_rule_for(actor: User, slug: str) -> bool:
    """Whether the project's rule paused the actor there. Raises Missing."""
    _, rater = find_own_rater_for(actor, slug)
    return rater is not None and is_paused_by_rule(rater)


def list_archived_for(actor: User) -> QuerySet[Project]:
    """Archived projects that the actor steers, by slug."""
    own = {"memberships__user": actor, "memberships__role": Role.RESEARCHER, "memberships__ended_at": None}
    return Project.objects.filter(archived_at__isnull=False, **own).distinct().order_by("slug")


def get_archived_for(actor: User, slug: str) -> Project:
    """An archived project that the actor steers. Raises Missing."""
    project = list_archived_for(actor).filter(slug=slug).first()
    if project is None:
        raise Missing("No such project.")
    return project
