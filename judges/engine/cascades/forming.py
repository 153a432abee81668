"""Forming a cascade: its thresholds are frozen with it, and it has a rater."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from django.db import transaction

from annotations.models import SPECIMEN, Origin, Project, Rater, RaterKind
from annotations.queries.rater_groups import RaterRow
from evalplatform.common.errors import Conflict, Invalid
from evalplatform.common.hashing import hash_content
from judges.engine.cascades.evidence import read_evidence
from judges.engine.cascades.study import CascadeStudy, study_cascade
from judges.engine.cascades.terms import Terms
from judges.models import Cascade


def form_cascade(*, project: Project, name: str, terms: Terms) -> Cascade:
    """A cascade with its rater; asked for again with the same name and content, the one that is there.

    Its thresholds are frozen: labels that come later do not move them. Raises Invalid, also where no threshold keeps
    the promise, and Conflict where the name stands for something else.
    """
    check_name(name)
    with transaction.atomic():
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        asked = hash_content(asdict(terms))
        if same := find_same(project, name, asked):
            return same
        study = study_cascade(project=project, terms=terms)
        if study.plan.undefined:
            raise Invalid.at(f"no threshold keeps the promise: {study.plan.undefined}", field="bound")
        return _create(project, name, study, asked)


def check_name(name: str) -> None:
    """Raises Invalid where it cannot be a rater's."""
    if not name.strip() or len(name) > 200 or "\x00" in name:
        raise Invalid.at("must be a name of at most 200 characters", field="name")


def find_same(project: Project, name: str, asked: str) -> Cascade | None:
    """The cascade of this name; None where the name is free. Raises Conflict where it stands for something else."""
    taken = Rater.objects.filter(project=project, kind=RaterKind.PANEL, name=name).first()
    if taken is None:
        return None
    same = Cascade.objects.filter(rater=taken, content_hash=asked).select_related("rater", "project").first()
    if same is None:
        raise Conflict(f"There is another panel or cascade named {taken.name}: give this one a new name.")
    return same


def _create(project: Project, name: str, study: CascadeStudy, asked: str) -> Cascade:
    evidence = read_evidence(project, study.terms)
    return create_cascade(
        project=project,
        name=name,
        terms=replace(study.terms, criterion=evidence.ballot.criterion.name),
        judges=evidence.judges,
        thresholds=list(study.plan.thresholds),
        content_hash=asked,
    )


def create_cascade(
    *,
    project: Project,
    name: str,
    terms: Terms,
    judges: Sequence[RaterRow],
    thresholds: list[float | None] | None,
    content_hash: str,
) -> Cascade:
    """The rows of a cascade and its rater; without `thresholds`, one that has yet to choose them."""
    cheap, dear = (Rater.objects.get(pk=row.pk) for row in judges)
    is_simulated = any(row.is_simulated for row in judges)
    is_specimen = any(SPECIMEN in rater.attributes for rater in (cheap, dear))
    rater = Rater.objects.create(
        project=project,
        kind=RaterKind.PANEL,
        origin=Origin.SIMULATED if is_simulated else Origin.LIVE,
        name=name,
        attributes={SPECIMEN: True} if is_specimen else {},
    )
    return Cascade.objects.create(
        project=project,
        rater=rater,
        cheap=cheap,
        dear=dear,
        criterion=terms.criterion,
        labels_by=terms.labels_by,
        bound=terms.bound,
        delta=terms.delta,
        calibration_share=terms.calibration_share,
        seed=terms.seed,
        thresholds=thresholds,
        content_hash=content_hash,
    )
