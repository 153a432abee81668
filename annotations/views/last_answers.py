"""The latest answers of a rater: listed by their keys, each opened on the rating page to be changed."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from annotations.access import ensure_person_for, get_own_answer_for
from annotations.domain.showing.blinding import blind_task
from annotations.queries.submissions import count_submissions, list_revisable
from annotations.views.answered import LAST_SHOWN, describe_last, own_assignment, show_own_answer
from annotations.views.rating import RaterRequest, for_raters, render_stage
from annotations.views.stage import Stage, present_task
from evalplatform.accounts.session import current_user


@require_safe
@for_raters
def last_answers(request: RaterRequest, slug: str) -> HttpResponse:
    """The rater's last ten answers here, and nobody else's."""
    rater = ensure_person_for(current_user(request), slug)
    answers = describe_last(list_revisable(rater=rater)[:LAST_SHOWN])
    stage = Stage("last", count_submissions(rater=rater), can_undo=False, last=answers)
    return render_stage(request, rater.project, stage)


@require_safe
@for_raters
def change_answer(request: RaterRequest, slug: str, public_id: UUID) -> HttpResponse:
    """An answer on the rating page, filled in as it stands; what is sent instead counts as revised."""
    answer = get_own_answer_for(current_user(request), slug, public_id)
    assignment = own_assignment(answer)
    task = present_task(
        assignment=assignment,
        blind=blind_task(assignment=assignment),
        previous=show_own_answer(answer, assignment),
    )
    done = count_submissions(rater=assignment.rater)
    stage = Stage("again", done, can_undo=False, task=replace(task, revises=str(answer.public_id)))
    return render_stage(request, assignment.project, stage)
