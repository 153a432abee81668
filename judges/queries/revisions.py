"""What the revisions of a run under principles came to, by the judge's own second verdict."""

import math
import statistics
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from annotations.models import Rating
from evalplatform.agreement.quantiles import find_student_t
from judges.models import Attempt, Run

FIRST, SECOND = "principles", "second"
UPHELD, BROKEN = "upheld", "broken"
CONFIDENCE = 0.95


class Revised(NamedTuple):
    """An answer whose revision was rated too: its first value, second minus first, and its item (id)."""

    first: float
    effect: float
    item: int


@dataclass(frozen=True, slots=True)
class CriterionEffect:
    """Means over the n answers whose revision was rated too; `effect` is second minus first, in units of the scale.

    `standard_error` is that of the effect, answers to one item taken together; `low` and `high` end its 95 %
    interval by Student's t. None for one item.
    """

    n: int
    first: float
    second: float
    effect: float
    standard_error: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class PrincipleEffect:
    """Shares of upheld among the n answers that the principle applied to both times."""

    n: int
    first: float
    second: float


@dataclass(frozen=True, slots=True)
class RevisionEffect:
    """By criterion and by principle."""

    criteria: dict[str, CriterionEffect]
    principles: dict[str, PrincipleEffect]


def read_revision_effect(run: Run) -> RevisionEffect | None:
    """The effect of one run's revisions; None where its judge goes by no principles."""
    if not run.judge.parameters.get("principles"):
        return None
    return RevisionEffect(_read_criteria(run), _read_principles(run))


def _read_criteria(run: Run) -> dict[str, CriterionEffect]:
    rows = Rating.objects.filter(annotation__attempt__run=run, meta__has_key="effect")
    found: dict[str, list[Revised]] = {}
    fields = rows.order_by("pk").values_list("criterion__key", "number", "meta", "annotation__task__item")
    for key, first, meta, item in fields:
        if first is not None and meta:
            found.setdefault(key, []).append(Revised(first, float(meta["effect"]), item))
    return {key: _sum_up(revised) for key, revised in sorted(found.items())}


def _sum_up(revised: list[Revised]) -> CriterionEffect:
    mean, effect = (statistics.fmean(values) for values in zip(*(each[:2] for each in revised), strict=True))
    n, items = len(revised), {each.item for each in revised}
    if len(items) == 1:
        return CriterionEffect(n, mean, mean + effect, effect, None, None, None)
    error = _find_error(revised, effect, len(items))
    reach = find_student_t(len(items) - 1, CONFIDENCE) * error
    return CriterionEffect(n, mean, mean + effect, effect, error, effect - reach, effect + reach)


def _find_error(revised: list[Revised], effect: float, items: int) -> float:
    """Standard error of the mean effect where answers to one item hang together."""
    sums: dict[int, float] = defaultdict(float)
    for each in revised:
        sums[each.item] += each.effect - effect
    squares = math.fsum(held**2 for held in sums.values())
    return math.sqrt(items / (items - 1) * squares) / len(revised)


def _read_principles(run: Run) -> dict[str, PrincipleEffect]:
    steps = Attempt.objects.filter(run=run, step__in=(FIRST, SECOND), said__isnull=False).order_by("pk")
    cases: dict[tuple[int, int], dict[str, dict[str, str]]] = {}
    for task, repeat, step, said in steps.values_list("task_id", "repeat", "step", "said"):
        verdicts = {key: answer.get("code", "") for key, answer in (said or {}).get("principles", {}).items()}
        cases.setdefault((task, repeat), {})[step] = verdicts
    pairs: dict[str, list[tuple[bool, bool]]] = {}
    for case in cases.values():
        for key, before in case.get(FIRST, {}).items():
            after = case.get(SECOND, {}).get(key)
            if before in (UPHELD, BROKEN) and after in (UPHELD, BROKEN):
                pairs.setdefault(key, []).append((before == UPHELD, after == UPHELD))
    return {
        key: PrincipleEffect(len(held), *(statistics.fmean(pair[place] for pair in held) for place in (0, 1)))
        for key, held in sorted(pairs.items())
    }
