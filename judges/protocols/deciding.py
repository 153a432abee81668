"""From what a case's calls said so far to its verdict, or to the calls that it still wants.

`decide` is a function of plain values: a case that a killed worker left behind goes on from its rows alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from annotations.models import Absent
from judges.protocols.answer import Answer, Said
from judges.protocols.critiques import find_missing_critiques, list_standing
from judges.protocols.principles import compare, find_missing_act
from judges.protocols.ranking import merge_rankings
from judges.protocols.recipe import Recipe
from judges.protocols.samples import Scale, count_further, poll
from judges.protocols.steps import Act, Step

UNREAD = Answer(absent=Absent.UNPARSABLE)
REPAIRED = {"repaired": True}


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer for every criterion asked for."""

    answers: dict[str, Answer]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Names of the steps that are needed before anything can be said."""

    steps: tuple[str, ...]


def decide(
    recipe: Recipe, scales: Sequence[Scale], said: Mapping[str, Said], orders: Sequence[str] = ()
) -> Verdict | Wanted:
    """The verdict, or every step that is wanted and has not said anything yet; without any, the first steps.

    `orders` are those in which the answers of a ranking are shown.
    """
    if recipe.principles:
        act = find_missing_act(said)
        return Wanted((str(act),)) if act else Verdict(compare(said, [scale.key for scale in scales]))
    if recipe.critiques and (missing := find_missing_critiques(recipe, said)):
        return Wanted(tuple(map(str, missing)))
    parts = [(Step(place), [scale]) for place, scale in enumerate(scales, 1)]
    if not recipe.per_criterion:
        parts = [(Step(), list(scales))]
    wanted: list[Step] = []
    answers: dict[str, Answer] = {}
    for step, part in parts:
        if recipe.is_ranking:
            answers |= _rank(recipe, part, step, said, wanted, orders)
        else:
            answers |= _sample(recipe, part, step, said, wanted)
    if wanted:
        return Wanted(tuple(map(str, wanted)))
    return Verdict(_count_critiques(recipe, said, answers) if recipe.critiques else answers)


def _count_critiques(
    recipe: Recipe, said: Mapping[str, Said], answers: Mapping[str, Answer]
) -> dict[str, Answer]:
    """The answers with how many critiques the rating was shown, of how many."""
    shown = {"critiques": recipe.critiques, "stood": len(list_standing(recipe, said))}
    return {key: replace(answer, meta={**(answer.meta or {}), **shown}) for key, answer in answers.items()}


def _sample(
    recipe: Recipe, scales: list[Scale], base: Step, said: Mapping[str, Said], wanted: list[Step]
) -> dict[str, Answer]:
    """What a call, or several samples of it, answer; what is missing is added to `wanted`."""
    if recipe.samples == 1:
        return _rate(recipe, scales, base, said, wanted)
    ballots: list[dict[str, Answer]] = []
    before = len(wanted)
    while further := count_further(recipe, scales, ballots):
        numbers = range(len(ballots) + 1, len(ballots) + further + 1)
        ballots += [_rate(recipe, scales, Step(base.criterion, n), said, wanted) for n in numbers]
        if len(wanted) > before:
            return {}
    return poll(scales, ballots, most=recipe.samples)


def _rank(
    recipe: Recipe,
    scales: list[Scale],
    base: Step,
    said: Mapping[str, Said],
    wanted: list[Step],
    orders: Sequence[str],
) -> dict[str, Answer]:
    """What a call in each order comes to."""
    before = len(wanted)
    steps = [replace(base, order=number) for number in range(1, len(orders) + 1)]
    ballots = [_rate(recipe, scales, step, said, wanted) for step in steps]
    if len(wanted) > before:
        return {}
    return {scale.key: merge_rankings(ballots, orders, scale.key) for scale in scales}


def _rate(
    recipe: Recipe, scales: list[Scale], step: Step, said: Mapping[str, Said], wanted: list[Step]
) -> dict[str, Answer]:
    """What one call answers, its unreadable parts from a repair of its own words."""
    first = said.get(str(step))
    if first is None:
        wanted.append(step)
        return {}
    answers = {scale.key: first.answers.get(scale.key, UNREAD) for scale in scales}
    unread = list_unread(answers)
    if not (recipe.repair and unread and first.words.strip()):
        return answers
    repair = step.turn_to(Act.REPAIR)
    mended = said.get(str(repair))
    if mended is None:
        wanted.append(repair)
        return {}
    return answers | {key: replace(mended.answers.get(key, UNREAD), meta=REPAIRED) for key in unread}


def list_unread(answers: Mapping[str, Answer]) -> list[str]:
    """Criteria whose part of a reply could not be read."""
    return [key for key, answer in answers.items() if answer.absent == Absent.UNPARSABLE]
