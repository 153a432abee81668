"""Letting a cascade speak on all items that its thresholds were not chosen on."""

from django.db import transaction
from django.utils import timezone

from annotations.models import Absent
from judges.engine.cascades.evidence import Evidence, read_evidence
from judges.engine.cascades.routing import route_tasks
from judges.engine.cascades.terms import read_terms
from judges.engine.panels.derived import DerivedRating, Written, write_derived
from judges.models import Cascade


def fill_cascade(*, cascade: Cascade) -> Written:
    """Let the cascade rate every task of items that its thresholds were not chosen on.

    It abstains on what it leaves to people, and is silent where the dear judge has yet to speak, and
    while its thresholds are still to be chosen.
    """
    with transaction.atomic():
        held = (
            Cascade.objects.select_for_update()
            .select_related("project", "rater", "cheap", "dear")
            .get(pk=cascade.pk)
        )
        if held.thresholds is None:
            return Written()
        terms = read_terms(held)
        evidence = read_evidence(held.project, terms)
        routes, _ = route_tasks(evidence, evidence.ballot.spoken, terms, held.thresholds)
        verdicts = {task: [_take_over(evidence, task, place)] for task, place in routes.items()}
        written = write_derived(rater=held.rater, verdicts=verdicts)
        if verdicts:
            Cascade.objects.filter(pk=held.pk, used_at=None).update(used_at=timezone.now())
    return written


def _take_over(evidence: Evidence, task: int, place: int) -> DerivedRating:
    ids = evidence.ballot.criterion.ids
    if place == 2:
        return DerivedRating(ids, absent=Absent.ABSTAINED)
    sure = evidence.ballot.sure[task].get(evidence.judges[place].pk)
    return DerivedRating(ids, code=evidence.read_code(task, place), confidence=sure)
