"""Setting a cascade to work: its judges are called, stage by stage, from nothing or from what they said before."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any  # a row's fields are of any type

from django.db import transaction

from annotations.domain.locks.project_lock import lock_project
from annotations.models import Level, Project
from annotations.queries.criteria import CriterionRow, is_preference, list_criteria
from annotations.queries.rater_groups import RaterRow, list_raters
from annotations.queries.votes import VOTED_ON
from evalplatform.accounts.models import User
from evalplatform.common.errors import Invalid
from evalplatform.common.hashing import hash_content
from judges.engine.asking.keys import read_key
from judges.engine.cascades.evidence import find_both
from judges.engine.cascades.forming import check_name, create_cascade, find_same
from judges.engine.cascades.terms import Terms, check_terms
from judges.engine.ledger.cascade_bell import ring_for_cascade
from judges.engine.planning.plan import check_budget
from judges.models import GOING, Cascade, CascadeRun, Judge, Stage
from judges.protocols import PROTOCOLS
from judges.queries.named_raters import find_labellers

PEOPLE = "people"
MOST_PLACES = 20


@transaction.atomic
def start_cascade(
    *,
    project: Project,
    name: str,
    terms: Terms,
    budget: Decimal | None = None,
    places: int = 0,
    people_price: Decimal | None = None,
    user: User | None = None,
    wake: bool = True,
) -> CascadeRun:
    """Let a cascade call its judges. Asked for again while it is at work, the one that is.

    Asked for again later, it takes up what has come since, by the thresholds that it has. `budget` (USD) bounds what
    both judges cost together; `places` is how many people are wanted for each task that needs them, 0: such tasks are
    listed. `people_price` is what a task costs that people decide. `wake=False` leaves the work to the caller. Raises
    Invalid, and Conflict where the name stands for something else.
    """
    check_name(name)
    if not 0 <= places <= MOST_PLACES:
        raise Invalid.at(f"must lie between 0 and {MOST_PLACES}", field="places")
    rows, judges, criterion = check_live(project, terms)
    for judge in judges:
        check_budget(project, judge, budget)
        read_key(judge)
    project = lock_project(project)
    asked = hash_content(asdict(terms))
    cascade = find_same(project, name, asked)
    if cascade is None:
        named = replace(terms, criterion=criterion.name)
        cascade = create_cascade(
            project=project, name=name, terms=named, judges=rows, thresholds=None, content_hash=asked
        )
    stage = Stage.CHEAP_CALIBRATION if cascade.thresholds is None else Stage.CHEAP
    return _set_to_work(
        cascade,
        wake=wake,
        stage=stage,
        budget=budget,
        places=places,
        people_price=people_price,
        started_by=user,
    )


@transaction.atomic
def refresh_cascade(*, cascade: Cascade, user: User | None = None) -> CascadeRun:
    """Let a worker bring the cascade's verdicts up to date with its judges'; nobody is called."""
    lock_project(cascade.project)
    return _set_to_work(cascade, wake=True, stage=Stage.PEOPLE, started_by=user)


def _set_to_work(cascade: Cascade, *, wake: bool, **fields: Any) -> CascadeRun:
    if going := CascadeRun.objects.filter(cascade=cascade, state__in=GOING).first():
        return going
    run = CascadeRun.objects.create(project=cascade.project, cascade=cascade, **fields)
    if wake:
        ring_for_cascade(run=run)
    return run


def check_live(
    project: Project, terms: Terms
) -> tuple[tuple[RaterRow, RaterRow], tuple[Judge, Judge], CriterionRow]:
    """Both judges as raters and as what can be called, and the criterion. Raises Invalid."""
    check_terms(terms)
    everybody = list_raters(project=project)
    rows = find_both(everybody, terms)
    cheap, dear = (find_callable(row.pk, field) for row, field in zip(rows, ("cheap", "dear"), strict=True))
    if PROTOCOLS[cheap.protocol].kind != PROTOCOLS[dear.protocol].kind:
        raise Invalid.at("must judge the same kind of task as the cheap one", field="dear")
    if terms.labels_by != PEOPLE:  # people may have yet to come
        find_labellers(everybody, terms.labels_by)
    return rows, (cheap, dear), find_criterion(project, terms.criterion, PROTOCOLS[cheap.protocol].kind)


def find_callable(rater_id: int, field: str) -> Judge:
    """The judge that this rater is. Raises Invalid where its verdicts only were recorded."""
    judges = Judge.objects.select_related("project", "rater", "connection", "prompt")
    judge = judges.filter(rater=rater_id).first()
    if judge is None:
        raise Invalid.at("is not run here: a cascade that calls its judges needs judges to call", field=field)
    return judge


def find_criterion(project: Project, name: str, kind: str) -> CriterionRow:
    """The criterion of this name, or the only one, that judges decide between sides or names. Raises Invalid."""
    rows = [row for row in list_decidable(project) if row.kind == kind]
    found = [row for row in rows if not name or row.name == name]
    if len(found) != 1:
        raise Invalid.at(f"must be one of {_join(rows)}", field="criterion")
    return found[0]


def list_decidable(project: Project) -> list[CriterionRow]:
    """The criteria that judges decide between sides or names, by name."""
    return [row for row in list_criteria(project=project) if _has_names(row)]


def _has_names(row: CriterionRow) -> bool:
    is_named = any(isinstance(value, str) for value in row.order) or row.level == Level.NOMINAL
    return is_preference(row) or (row.level in VOTED_ON and is_named)


def _join(rows: Sequence[CriterionRow]) -> str:
    return ", ".join(row.name for row in rows) or "none"
