"""What comes of a judge's verdicts corrected by people's labels, and the interval around it."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.limits import FEW_ITEMS
from evalplatform.agreement.results import Estimate, Undefined

Reach = Literal["student", "normal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Powered:
    """A figure by people and judge together, beside the one by people alone.

    Attributes
    ----------
    corrected : the figure of what people would say, from their labels and the judge's verdicts
    people : the same from people's labels alone
    judge : from the judge's verdicts alone, which says what the judge thinks and has no interval here
    power : lambda of PPI++, how much the judge is listened to: 0 not at all
    saving : share of the human labels that the judge saves, at the same width; 0 where it is not listened to
    """

    corrected: Estimate
    people: Estimate
    judge: float | None
    power: float
    saving: float | None

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        figures = {"corrected": self.corrected.to_dict(), "people": self.people.to_dict()}
        return {**figures, "judge": self.judge, "power": self.power, "saving": self.saving}


def name_few(clusters: int) -> Undefined:
    """All labels say the same: by chance where they are few."""
    return "too_few_items" if clusters < FEW_ITEMS else "no_variation"


def add_limits(
    base: Estimate, variance: float, *, clusters: int, bounds: tuple[float, float], reach: Reach
) -> Estimate:
    """Put limits around an estimate from the sum of squares of its influence by cluster.

    ``student`` corrects for the clusters with human labels, takes Student's t and, where both bounds are known,
    Wilson's form; ``normal`` does none of it.
    """
    from scipy.special import ndtri, stdtrit  # scipy is imported on use

    if clusters < 2 or base.estimate is None:
        return replace(base, undefined="too_few_items")
    if not variance > 1e-24:
        return replace(base, undefined=name_few(clusters))
    upper, point = (1 + base.confidence) / 2, base.estimate
    if reach == "normal":
        limits = _cut(point, float(ndtri(upper) * variance**0.5), bounds)
        return replace(base, low=limits[0], high=limits[1], method="sandwich")
    width = float(stdtrit(clusters - 1, upper) * (variance * clusters / (clusters - 1)) ** 0.5)
    if np.isfinite(bounds).all() and bounds[0] < point < bounds[1]:
        limits = _lean(point, width, bounds)
        return replace(base, low=limits[0], high=limits[1], method="sandwich_wilson")
    limits = _cut(point, width, bounds)
    return replace(base, low=limits[0], high=limits[1], method="sandwich_t")


def _cut(point: float, width: float, bounds: tuple[float, float]) -> tuple[float, float]:
    return max(point - width, bounds[0]), min(point + width, bounds[1])


def _lean(point: float, width: float, bounds: tuple[float, float]) -> tuple[float, float]:
    """Wilson's interval for as many independent labels as would make a rate vary like this figure."""
    size = bounds[1] - bounds[0]
    share, reach = (point - bounds[0]) / size, width / size
    pull = reach**2 / (share * (1 - share))
    middle = (share + pull / 2) / (1 + pull)
    half = (reach**2 + pull**2 / 4) ** 0.5 / (1 + pull)
    low, high = max(middle - half, 0.0), min(middle + half, 1.0)
    return bounds[0] + size * low, bounds[0] + size * high


def check_options(confidence: float, power: float | None, reach: str) -> None:
    if not 0 < confidence < 1:
        raise AgreementError("confidence lies between 0 and 1")
    if power is not None and not 0 <= power <= 1:
        raise AgreementError("power lies between 0 and 1")
    if reach not in ("student", "normal"):
        raise AgreementError(f"no such reach: {reach}")
