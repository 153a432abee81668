"""Self-consistency: several samples of one question, and the answer they come to.

Wang et al., Self-Consistency Improves Chain of Thought Reasoning (ICLR 2023): the most frequent answer of k samples.
Stopping early is curtailment: the vote ends once the samples left out could not change it, so its winner is that of
all k samples. A mean ends once its standard error is below a stated bound, a fixed-width sequential mean as of Chow
and Robbins (1965).
"""

import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias  # what is kept beside an answer is JSON

from annotations.models import Absent
from judges.protocols.answer import Answer
from judges.protocols.recipe import Recipe

FEWEST_FOR_AN_ERROR = 3
SHARE_OF_RANGE = 0.05  # bound of the standard error where none is stated
Ballots: TypeAlias = Sequence[Mapping[str, Answer]]
Outcome: TypeAlias = tuple[str, str | float]


@dataclass(frozen=True, slots=True)
class Scale:
    """How a criterion's samples come together: by mean where it takes fractions, else by vote.

    `width` is the distance of the scale's ends, None where it has not both; free texts are not put together.
    """

    key: str
    takes_mean: bool = False
    width: float | None = None
    is_prose: bool = False


def count_further(recipe: Recipe, scales: Sequence[Scale], ballots: Ballots) -> int:
    """How many samples are to be asked for now: at least as many as it takes to settle what is open, 0 at the end."""
    left = recipe.samples - len(ballots)
    if not recipe.early_stop:
        return left
    return min(left, max(_count_for(recipe, scale, ballots, left) for scale in scales))


def _count_for(recipe: Recipe, scale: Scale, ballots: Ballots, left: int) -> int:
    answers = [ballot[scale.key] for ballot in ballots]
    if scale.is_prose:
        return 0 if answers else 1
    if scale.takes_mean:
        if len(answers) < FEWEST_FOR_AN_ERROR:
            return FEWEST_FOR_AN_ERROR - len(answers)
        return 0 if _is_exact_enough(recipe, scale, answers) else 1
    counts = [n for _, n in Counter(map(_name, answers)).most_common(2)]
    lead = sum(counts[:1]) - sum(counts[1:])
    return 0 if lead > left else (left - lead) // 2 + 1


def _is_exact_enough(recipe: Recipe, scale: Scale, answers: Sequence[Answer]) -> bool:
    numbers = [answer.number for answer in answers if answer.number is not None]
    bound = recipe.standard_error
    if bound is None:
        bound = None if scale.width is None else SHARE_OF_RANGE * scale.width
    if bound is None or len(numbers) < FEWEST_FOR_AN_ERROR or len(numbers) < len(answers):
        return False
    return statistics.stdev(numbers) / math.sqrt(len(numbers)) <= bound


def poll(scales: Sequence[Scale], ballots: Ballots, *, most: int) -> dict[str, Answer]:
    """The answer to each criterion that the samples come to; `most` is how many there might have been."""
    return {scale.key: _poll(scale, [ballot[scale.key] for ballot in ballots], most) for scale in scales}


def _poll(scale: Scale, answers: list[Answer], most: int) -> Answer:
    if scale.is_prose:
        return answers[0]
    numbers = [answer.number for answer in answers if answer.number is not None]
    if scale.takes_mean and 2 * len(numbers) > len(answers):
        return _average(answers, numbers, most)
    return _vote(answers, most)


def _average(answers: list[Answer], numbers: list[float], most: int) -> Answer:
    """The mean; its spread is kept beside it. A confidence is a share of votes, and there is none."""
    spread = statistics.stdev(numbers) if len(numbers) > 1 else 0.0
    meta = {"samples": len(answers), "of": most, "numbers": len(numbers), "sd": spread}
    return replace(_find(answers, "number"), number=statistics.fmean(numbers), meta=meta)


def _vote(answers: list[Answer], most: int) -> Answer:
    """The most frequent outcome, absences among them; a tie is no verdict, and is never broken by a draw."""
    counts = Counter(map(_name, answers))
    meta: dict[str, Any] = {
        "samples": len(answers),
        "of": most,
        "votes": {str(value): n for (_, value), n in sorted(counts.items(), key=str)},
    }
    (first, most_votes), *others = counts.most_common(2)
    if others and others[0][1] == most_votes:
        return Answer(absent=Absent.ABSTAINED, meta={**meta, "tied": True})
    winner = next(answer for answer in answers if _name(answer) == first)
    return replace(winner, confidence=most_votes / len(answers), meta=meta)


def _name(answer: Answer) -> Outcome:
    """What two answers have in common when they are the same."""
    if answer.number is not None:
        return "number", answer.number
    return ("code", answer.code) if answer.code is not None else ("absent", str(answer.absent))


def _find(answers: list[Answer], name: str) -> Answer:
    return next(answer for answer in answers if getattr(answer, name) is not None)
