"""Choosing a cascade's thresholds, and what they do on the items that they were not chosen on. Nothing is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from annotations.models import Project
from evalplatform.agreement.panels import Cascade as CascadePlan
from evalplatform.agreement.panels import Stage, plan_cascade
from evalplatform.common.hashing import seeded_integer
from judges.engine.cascades.evidence import Evidence, read_evidence
from judges.engine.cascades.routing import route_tasks
from judges.engine.cascades.terms import Terms, check_terms, is_calibration

BITS = 62


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """What became of a judge's part on items that no threshold was chosen on."""

    kept: int
    labelled: int
    disagreements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeStudy:
    """Thresholds chosen on the calibration items, and what they do on all others.

    `routes` says by task who decides it: 0 the cheap judge, 1 the dear one, 2 people; a task that waits for the dear
    judge's verdict is in `waiting` instead.
    """

    terms: Terms
    plan: CascadePlan
    calibration_items: int
    held_out: tuple[HeldOut, HeldOut]
    routes: Mapping[int, int]
    waiting: tuple[int, ...]

    @property
    def left_to_people(self) -> list[int]:
        return [task for task, place in self.routes.items() if place == 2]


def study_cascade(
    *, project: Project, terms: Terms, prices: tuple[float, float, float] = (0.0, 0.0, 0.0)
) -> CascadeStudy:
    """Choose the thresholds on the calibration items; nothing is stored.

    `prices` are those of one answer of the cheap judge, the dear one, and people. Of several labelled tasks on one
    calibration item one is drawn, since the promise is about independent cases. Raises Invalid.
    """
    check_terms(terms)
    evidence = read_evidence(project, terms)
    tasks = sorted(evidence.ballot.spoken, key=lambda task: evidence.tasks[task].unit)
    spoken = [task for task in tasks if evidence.ballot.spoken[task]]
    chosen = pick_calibration(spoken, evidence, terms)
    plan = plan_cascade(
        [
            Stage(
                confidences=[evidence.read_sure(task, place) for task in chosen],
                correct=[evidence.is_correct(task, place) for task in chosen],
                price=prices[place],
            )
            for place in (0, 1)
        ],
        bound=terms.bound,
        delta=terms.delta,
        people_price=prices[2],
        seed=terms.seed,
    )
    routes, waiting = route_tasks(evidence, spoken, terms, plan.thresholds)
    return CascadeStudy(
        terms=terms,
        plan=plan,
        calibration_items=len(chosen),
        held_out=count_held_out(evidence, routes),
        routes=routes,
        waiting=waiting,
    )


def pick_calibration(tasks: Iterable[int], evidence: Evidence, terms: Terms) -> list[int]:
    """Of each calibration item's tasks one, a labelled one if there is any, drawn by the seed."""
    best: dict[str, tuple[bool, int, int]] = {}
    for task in tasks:
        row = evidence.tasks[task]
        if not is_calibration(row, terms):
            continue
        drawn = (
            task not in evidence.ballot.labels,
            seeded_integer("case", terms.seed, row.unit, bits=BITS),
            task,
        )
        best[row.item] = min(best.get(row.item, drawn), drawn)
    return [task for _, (_, _, task) in sorted(best.items())]


def count_held_out(evidence: Evidence, routes: Mapping[int, int]) -> tuple[HeldOut, HeldOut]:
    """What became of the cheap judge's part and of the dear one's."""
    return _count(evidence, routes, 0), _count(evidence, routes, 1)


def _count(evidence: Evidence, routes: Mapping[int, int], place: int) -> HeldOut:
    kept = [task for task, route in routes.items() if route == place]
    known = [right for task in kept if (right := evidence.is_correct(task, place)) is not None]
    return HeldOut(kept=len(kept), labelled=len(known), disagreements=sum(right == 0 for right in known))
