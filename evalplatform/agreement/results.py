"""What leaves the package: frozen results, in which the undefined is a named state and never NaN."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

Inference = Literal["these_raters", "rater_population"]
Undefined = Literal[
    "no_pairable_units",
    "no_variation",
    "too_few_items",
    "too_few_disagreements",
    "too_few_agreements",
    "too_few_raters",
    "raters_are_slots",
    "not_connected",
    "perfect_separation",
    "judge_tells_nothing",
    "order_not_random",
    "no_length_overlap",
    "no_other_family_judge",
    "no_human_margin",
    "no_control_pairs",
    "weak_margin",
    "collinear",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One figure with its interval and everything needed to read it.

    Parameters
    ----------
    estimate : the figure, or None where it is undefined
    low, high : limits of the interval, or None where there is none
    confidence : nominal coverage of the interval
    method : how the interval was made: ``item_bootstrap``, ``poisson_bootstrap``, ``jackknife_t``, ``bca``,
        ``pair_bootstrap``, ``two_way_bootstrap``, ``skewed_jackknife_t``, ``generalized_interval``,
        ``f_distribution``, ``sandwich_t``, ``sandwich_wilson``, ``sandwich``, ``cluster_sandwich``,
        ``lang_reiczigel``, ``betting`` or ``t_distribution``
    inference : what the interval speaks of; None where no interval was asked for
    level : level of measurement under which the figure was worked out
    rule : how inconsistent verdicts were counted
    n, n_unit : how many were counted, and of what: ``pairs``, ``units``, ``verdicts``, ``ratings``, ``labels``,
        ``comparisons``, ``systems``, ``items``
    excluded : how many ratings (for comparisons: verdicts) were left out, by reason
    undefined : why there is no figure or, where ``estimate`` is given, why it has no interval
    seed : seed of the resampling
    """

    estimate: float | None
    n: int
    n_unit: str
    low: float | None = None
    high: float | None = None
    confidence: float = 0.95
    method: str | None = None
    inference: Inference | None = None
    level: str | None = None
    rule: str | None = None
    excluded: Mapping[str, int] = field(default_factory=dict)
    undefined: Undefined | None = None
    seed: int | None = None

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return {**asdict(self), "excluded": dict(self.excluded)}
