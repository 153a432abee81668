"""How a judge comes to a verdict, as data: what its protocol and parameters say, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any  # parameters are any JSON values

PER_CRITERION, SAMPLES, EARLY_STOP = "one_call_per_criterion", "samples", "early_stop"
STANDARD_ERROR, REASONING, REPAIR, RATIONALE = "standard_error", "reasoning", "repair", "rationale"
REFERENCE, NEEDS_REFERENCE, PRINCIPLES = "reference", "needs_reference", "principles"
WEIGHTED, ORDERS = "probability_weighted", "orders"
CRITIQUES, CRITIQUE_LEVELS = "critiques", "critique_levels"
EXAMPLES, EXAMPLES_BY = "examples", "examples_by"
EXAMPLES_SHARE, EXAMPLES_SEED = "examples_share", "examples_seed"
OF_EXAMPLES = (EXAMPLES_BY, EXAMPLES_SHARE, EXAMPLES_SEED)
PARAMETERS = (
    PER_CRITERION, SAMPLES, EARLY_STOP, STANDARD_ERROR, REASONING, REPAIR, RATIONALE, REFERENCE, NEEDS_REFERENCE,
    PRINCIPLES, CRITIQUES, CRITIQUE_LEVELS, ORDERS, EXAMPLES, *OF_EXAMPLES,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Principle:
    """A rule that an answer upholds or breaks, in words by language."""

    key: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a judge is asked for and how often.

    `standard_error` is the bound, in units of the scale, below which the mean of samples is good enough. `orders` is in
    how many orders the answers of a ranking are shown, 0 for as many as there are answers.
    """

    rationale: bool = False
    reasoning: bool = False
    shows_reference: bool = True
    needs_reference: bool = False
    per_criterion: bool = False
    samples: int = 1
    early_stop: bool = False
    standard_error: float | None = None
    repair: bool = False
    is_weighted: bool = False
    principles: tuple[Principle, ...] = ()
    critiques: int = 0
    critique_levels: int = 1
    is_ranking: bool = False
    orders: int = 0

    @property
    def is_one_call(self) -> bool:
        """Whether a case is one call, unless its reply has to be repaired."""
        has_parts = self.per_criterion or self.principles or self.critiques or self.is_ranking
        return not has_parts and self.samples == 1


def read_recipe(
    parameters: Mapping[str, Any], *, is_model: bool, can_repair: bool, is_ranking: bool = False
) -> Recipe:
    """The recipe in a judge's parameters; `can_repair` says whether its version holds the words for a repair."""
    reasoning = bool(parameters.get(REASONING, False))
    return Recipe(
        rationale=bool(parameters.get(RATIONALE, is_model and not reasoning)),
        reasoning=reasoning,
        shows_reference=bool(parameters.get(REFERENCE, True)),
        needs_reference=bool(parameters.get(NEEDS_REFERENCE, False)),
        per_criterion=bool(parameters.get(PER_CRITERION, False)),
        samples=int(parameters.get(SAMPLES, 1)),
        early_stop=bool(parameters.get(EARLY_STOP, False)),
        standard_error=parameters.get(STANDARD_ERROR),
        repair=can_repair,
        is_weighted=bool(parameters.get(WEIGHTED, False)),
        critiques=int(parameters.get(CRITIQUES, 0)),
        critique_levels=int(parameters.get(CRITIQUE_LEVELS, 1)),
        principles=tuple(Principle(each["key"], each["text"]) for each in parameters.get(PRINCIPLES, ())),
        is_ranking=is_ranking,
        orders=int(parameters.get(ORDERS, 0)),
    )
