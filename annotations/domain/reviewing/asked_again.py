"""Raters who were asked about an answer: a new answer ends the query, and so does leave to keep the old one."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.domain.reading.legal import Illegal, clean_text
from annotations.domain.reviewing.review_queue import reopen_review
from annotations.models import Annotation, Query, Review
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Invalid

LONGEST_REPLY = 2_000


def end_queries(*, annotation: Annotation, now: datetime, reply: str = "") -> None:
    """Note that the rater has answered what was asked about this task; the last to answer puts it into the queue."""
    asked = Query.objects.filter(
        review__task=annotation.task_id, rater=annotation.rater_id, answered_at=None
    ).values_list("review_id", flat=True)
    reviews = list(Review.objects.filter(pk__in=list(asked)).select_for_update())
    for review in reviews:
        Query.objects.filter(review=review, rater=annotation.rater_id, answered_at=None).update(
            answered_at=now, reply=reply
        )
        reopen_review(review=review)


@transaction.atomic
def keep_answer(*, query: Query, reply: str, now: datetime | None = None) -> None:
    """Let the answer stand that was asked about, with a reason. Raises Conflict where nothing is asked any more."""
    try:
        reply = clean_text(reply, what="the reply", longest=LONGEST_REPLY)
    except Illegal as error:
        raise Invalid.at(str(error), field="reply") from None
    if not reply:
        raise Invalid.at(_("a reason is needed"), field="reply")
    if not Query.objects.filter(pk=query.pk, answered_at=None).exists():
        raise Conflict(_("This has been answered or decided meanwhile."))
    end_queries(annotation=query.annotation, now=now or database_now(), reply=reply)
