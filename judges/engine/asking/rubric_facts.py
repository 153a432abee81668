"""What cases under one rubric share, read once a loop."""

from dataclasses import dataclass, replace
from typing import Any  # schemas are any JSON value

from annotations.models import Criterion, Level, Rubric
from judges.protocols.balance import count_orders
from judges.protocols.deciding import Wanted, decide
from judges.protocols.material import RubricPart, describe_rubric, list_asked
from judges.protocols.principles import build_principles_schema
from judges.protocols.recipe import Recipe
from judges.protocols.samples import Scale
from judges.protocols.scales import build_object, build_repair_schema, build_schema, read_scale
from judges.protocols.steps import WORDS_OF, Act, Step


@dataclass(frozen=True, slots=True)
class RubricFacts:
    """A rubric, the criteria that a call asks for, and how its reply is read."""

    rubric: Rubric
    criteria: list[Criterion]
    schema: dict[str, Any]
    prose: frozenset[str]
    scales: tuple[Scale, ...]
    ranked: frozenset[str] = frozenset()


class RubricBook:
    """Facts and words of rubrics, for all of a rubric's criteria or for those that one step asks for."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._facts: dict[int, RubricFacts] = {}
        self._parts: dict[tuple[int, int, Act], RubricFacts] = {}
        self._words: dict[tuple[int, int, str], RubricPart] = {}

    def get_facts(self, rubric_id: int) -> RubricFacts:
        """What there is to know of the whole rubric."""
        if rubric_id not in self._facts:
            rubric = Rubric.objects.prefetch_related("criteria").get(pk=rubric_id)
            criteria = list_asked(rubric)
            self._facts[rubric_id] = RubricFacts(
                rubric,
                criteria,
                self._build_schema(criteria),
                frozenset(c.key for c in criteria if c.level == Level.TEXT),
                tuple(map(read_scale, criteria)),
                frozenset(c.key for c in criteria if c.is_ranking),
            )
        return self._facts[rubric_id]

    def list_first_steps(self, rubric_id: int, size: int = 0) -> tuple[str, ...]:
        """Names of the steps that a case begins with; `size` is the number of answers where they are ranked."""
        scales = () if self._recipe.is_one_call else self.get_facts(rubric_id).scales
        orders = [""] * count_orders(size, self._recipe.orders) if self._recipe.is_ranking else ()
        first = decide(self._recipe, scales, {}, orders)
        return first.steps if isinstance(first, Wanted) else ()

    def get_part(self, rubric_id: int, step: Step) -> RubricFacts:
        """The same for what `step` asks for alone."""
        whole = self.get_facts(rubric_id)
        if not (step.criterion or step.act):
            return whole
        key = (rubric_id, step.criterion, step.act)
        if key not in self._parts:
            place = step.criterion
            criteria = whole.criteria[place - 1 : place] if place else whole.criteria
            schema = self._build_step_schema(step.act, criteria)
            self._parts[key] = replace(whole, criteria=criteria, schema=schema)
        return self._parts[key]

    def get_words(self, part: RubricFacts, step: Step, language: str) -> RubricPart:
        """The words of what `step` asks for, in `language`."""
        key = (part.rubric.pk, step.criterion, language)
        if key not in self._words:
            self._words[key] = describe_rubric(part.rubric, part.criteria, language)
        return self._words[key]

    def _build_step_schema(self, act: Act, criteria: list[Criterion]) -> dict[str, Any]:
        match act:
            case Act.REPAIR:
                return build_repair_schema(criteria)
            case Act.PRINCIPLES | Act.SECOND:
                keys = [principle.key for principle in self._recipe.principles]
                found = {key: build_object(part) for key, part in build_principles_schema(keys).items()}
                return build_object(
                    {"principles": build_object(found), "ratings": self._build_schema(criteria)}
                )
            case _ if act in WORDS_OF:
                return build_object({WORDS_OF[act]: {"type": "string"}})
            case _:
                return self._build_schema(criteria)

    def _build_schema(self, criteria: list[Criterion]) -> dict[str, Any]:
        return build_schema(criteria, rationale=self._recipe.rationale, reasoning=self._recipe.reasoning)
