"""What is asked for when a prompt is to be chosen: read, checked and written down as the terms of the choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Any  # parameters are any JSON values

from evalplatform.common.errors import Invalid
from evalplatform.common.hashing import LARGEST_SEED
from judges.models import Connection, Prompt, Protocol, Provider
from judges.protocols.recipe import EXAMPLES_SEED, EXAMPLES_SHARE
from judges.queries.split import Split

MOST_CANDIDATES = 20
CENT = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for: `prompts` by name (`key@2`), a model with parameters, and the labels to choose by.

    `share` and `seed` say which items are kept; `budget` (USD) is for all candidates together, an equal part each.
    """

    name: str
    prompts: tuple[str, ...]
    connection: Connection
    model: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    labels_by: str = "people"
    criterion: str = ""
    share: float = 0.2
    seed: int = 0
    budget: Decimal | None = None

    @property
    def split(self) -> Split:
        return Split(share=self.share, seed=self.seed)

    @property
    def part(self) -> Decimal | None:
        """Of the budget, for one candidate."""
        if self.budget is None:
            return None
        return (self.budget / len(self.prompts)).quantize(CENT, rounding=ROUND_DOWN)


def check_order(order: Order, prompts: Sequence[Prompt]) -> None:
    """Raises Invalid with the field that does not go."""
    if not order.name.strip() or len(order.name) > 150 or "\x00" in order.name:
        raise Invalid.at("must be a name of at most 150 characters", field="name")
    if not 2 <= len(prompts) <= MOST_CANDIDATES:
        raise Invalid.at(f"2 to {MOST_CANDIDATES} can be compared", field="prompts")
    if len({prompt.content_hash for prompt in prompts}) < len(prompts):
        raise Invalid.at("two of them are the same", field="prompts")
    if len({prompt.protocol for prompt in prompts}) > 1:
        raise Invalid.at("all must be made for one protocol", field="prompts")
    if prompts[0].protocol == Protocol.RANKING:
        raise Invalid.at(
            "are scored by verdicts that are right or wrong: rankings are neither", field="prompts"
        )
    if not 0.01 <= order.share <= 0.9:
        raise Invalid.at("must lie between 0.01 and 0.9", field="share")
    if not 0 <= order.seed <= LARGEST_SEED:
        raise Invalid.at(f"must lie between 0 and {LARGEST_SEED}", field="seed")
    if order.connection.provider == Provider.LOCAL:
        raise Invalid.at("works for models at a provider only", field="connection")
    for name, wanted in ((EXAMPLES_SHARE, order.share), (EXAMPLES_SEED, order.seed)):
        if order.parameters.get(name, wanted) != wanted:
            raise Invalid.at("is that of the choice: leave it out", field=name)
    if order.part is not None and order.part <= 0:
        raise Invalid.at("must be above zero for each candidate", field="budget")


def describe_terms(order: Order, prompts: Sequence[Prompt]) -> dict[str, Any]:
    """The order as JSON that its hash is made of: equal orders give equal terms."""
    return {
        "prompts": [str(prompt) for prompt in prompts],
        "connection": str(order.connection.public_id),
        "model": order.model,
        "parameters": dict(order.parameters),
        "labels_by": order.labels_by,
        "criterion": order.criterion,
        "share": order.share,
        "seed": order.seed,
        "budget": None if order.budget is None else str(order.budget.normalize()),
    }
