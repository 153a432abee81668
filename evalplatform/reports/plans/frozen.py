"""The plan of a project: frozen once, before anybody rated, and what it says of each figure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self  # a kept plan is JSON

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from annotations.domain.locks.project_lock import lock_project
from annotations.models import Annotation, Project, RaterKind
from annotations.queries.checks import GOLD
from annotations.queries.rating_table import get_criterion
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.errors import Conflict, Invalid, Missing
from evalplatform.common.hashing import hash_content
from evalplatform.reports.models import Plan
from evalplatform.reports.plans.drafts import PlanDraft
from evalplatform.reports.rows import Row


class Standing(StrEnum):
    """Whether a figure was planned before there were ratings, or looked for in them."""

    PLANNED = "planned"
    EXPLORATORY = "exploratory"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenPlan:
    """A plan as it was frozen, with the hash of its content and the moment."""

    draft: PlanDraft
    content_hash: str
    frozen_at: datetime

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Raises Conflict where it is not what it was."""
        if hash_content(plan.content) != plan.content_hash:
            raise Conflict("The plan is not what was frozen: its content does not fit its hash.")
        draft = PlanDraft.read(plan.content)
        return cls(draft=draft, content_hash=plan.content_hash, frozen_at=plan.created_at)

    def judge(self, row: Row) -> Standing:
        """What the plan says of a figure."""
        return Standing.PLANNED if self.draft.covers(row) else Standing.EXPLORATORY

    def describe(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            **self.draft.describe(),
            "content_hash": self.content_hash,
            "frozen_at": self.frozen_at.isoformat(),
        }


def find_plan(*, project: Project) -> FrozenPlan | None:
    """The project's plan; None where none was frozen. Raises Conflict where it is not what it was."""
    plan = Plan.objects.filter(project=project).first()
    return FrozenPlan.of(plan) if plan else None


def may_freeze(*, project: Project) -> bool:
    """Whether there is neither a plan nor a rating yet."""
    return not (Plan.objects.filter(project=project).exists() or _is_rated(project))


def _is_rated(project: Project) -> bool:
    """Whether anybody has answered; what is expected of checks says nothing of the systems."""
    expected = Q(rater__kind=RaterKind.REFERENCE, rater__name=GOLD)
    return Annotation.objects.filter(project=project).exclude(expected).exists()


@transaction.atomic
def freeze_plan(*, project: Project, draft: PlanDraft, actor: User) -> FrozenPlan:
    """Keep the plan for good. Nobody's answer comes between the look for ratings and the plan.

    Raises Conflict where there is one already, or a rating, and Invalid where the project has no such criterion.
    """
    project = lock_project(project, whole=True)
    if Plan.objects.filter(project=project).exists():
        raise Conflict(_("This project has a plan already. It stays as it was frozen."))
    if _is_rated(project):
        raise Conflict(_("There are ratings already: what is written now is no plan."))
    _refuse_unknown_criteria(project, draft)
    content = draft.describe()
    plan = Plan.objects.create(
        project=project, content=content, content_hash=hash_content(content), frozen_by=actor
    )
    record_event(
        actor=actor,
        action="freeze_plan",
        target="plan",
        target_id=plan.public_id,
        project=project.public_id,
        after=plan.content_hash,
    )
    return FrozenPlan.of(plan)


def _refuse_unknown_criteria(project: Project, draft: PlanDraft) -> None:
    for number, figure in enumerate((draft.primary, *draft.family)):
        try:
            get_criterion(project=project, name=figure.criterion)
        except Missing as error:
            place = f"family[{number - 1}]" if number else "primary"
            raise Invalid.at(error.detail, field=f"{place}.criterion") from None
