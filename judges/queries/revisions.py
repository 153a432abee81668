"""What the revisions of a run under principles came to, by the judge's own second verdict."""

import math
import statistics
from dataclasses import dataclass

from annotations.models import Rating
from judges.models import Attempt, Run

FIRST, SECOND = "principles", "second"
UPHELD, BROKEN = "upheld", "broken"


@dataclass(frozen=True, slots=True)
class CriterionEffect:
    """Means over the n answers whose revision was rated too; `effect` is second minus first, in units of the scale.

    `standard_error` is that of the effect, None for one answer.
    """

    n: int
    first: float
    second: float
    effect: float
    standard_error: float | None


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
    found: dict[str, list[tuple[float, float]]] = {}
    for key, first, meta in rows.order_by("pk").values_list("criterion__key", "number", "meta"):
        if first is not None and meta:
            found.setdefault(key, []).append((first, float(meta["effect"])))
    return {key: _sum_up(pairs) for key, pairs in sorted(found.items())}


def _sum_up(pairs: list[tuple[float, float]]) -> CriterionEffect:
    first, effects = ([pair[place] for pair in pairs] for place in (0, 1))
    mean, effect, n = statistics.fmean(first), statistics.fmean(effects), len(pairs)
    error = statistics.stdev(effects) / math.sqrt(n) if n > 1 else None
    return CriterionEffect(n, mean, mean + effect, effect, error)


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
