"""One study that could be made, and the smallest that will do."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from evalplatform.agreement.few_labels.tiers import Tier

FEWEST_ITEMS = 30  # below, intervals are wider than what is planned with here


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A study that could be made.

    Attributes
    ----------
    tier : name of the kind of rater
    items, overlap : items with votes, and votes an item
    judged : further items with the judge's verdict alone
    cost : of all votes and verdicts, in the currency of the prices
    half_width : to be expected of the interval, in the unit of the votes
    power : chance to tell the effect that was asked about from 0; None where none was
    """

    tier: str
    items: int
    overlap: int
    judged: int
    cost: float
    half_width: float
    power: float | None

    def to_dict(self) -> dict[str, object]:
        """Give the plan as plain JSON types."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of every plan alike."""

    judge_price: float
    effect: float | None
    confidence: float

    def make_plan(self, tier: Tier, items: int, overlap: int, judged: int) -> Plan:
        verdicts = items + judged if judged else 0
        error = tier.variance(items, overlap, judged) ** 0.5
        return Plan(
            tier=tier.name,
            items=items,
            overlap=overlap,
            judged=judged,
            cost=round(items * overlap * tier.price + verdicts * self.judge_price, 10),
            half_width=find_quantile(self.confidence) * error,
            power=None if self.effect is None else find_power(self.effect, error, self.confidence),
        )

    def find_smallest(
        self, tier: Tier, overlap: int, judged: int, most: int, will_do: Callable[[Plan], bool]
    ) -> Plan | None:
        """The plan of the fewest items that will do: more items never tell less."""
        low, high = min(FEWEST_ITEMS, most), most
        if not will_do(self.make_plan(tier, high, overlap, judged)):
            return None
        while low < high:
            middle = (low + high) // 2
            if will_do(self.make_plan(tier, middle, overlap, judged)):
                high = middle
            else:
                low = middle + 1
        return self.make_plan(tier, low, overlap, judged)


def find_quantile(confidence: float) -> float:
    from scipy.special import ndtri  # scipy is imported on use

    return float(ndtri((1 + confidence) / 2))


def find_power(effect: float, error: float, confidence: float) -> float:
    from scipy.special import ndtr  # scipy is imported on use

    reach, away = find_quantile(confidence), effect / error
    return float(ndtr(away - reach) + ndtr(-away - reach))
