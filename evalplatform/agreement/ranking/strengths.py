"""What models of comparisons give."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import exp

from evalplatform.agreement.ranking.ranks import RankSet
from evalplatform.agreement.results import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Strengths:
    """How strong each system is, on the log scale of the odds of winning.

    Parameters
    ----------
    model : ``bradley_terry``, ``davidson`` or ``rao_kupper``
    reference : the system whose strength is 0; None where the mean of all is
    strengths : figure of each system, names sorted
    standard_errors : of the strengths, from the inverse of the information: they suppose that all comparisons are
        independent and the model is true; the intervals in `strengths` suppose neither
    tie : the parameter of ties; None in a model without
    log_likelihood : at the maximum; None where there is none
    ranks : ranks that hold for all systems at once; empty without intervals by resampling
    """

    model: str
    reference: str | None
    strengths: Mapping[str, Estimate]
    standard_errors: Mapping[str, float] = field(default_factory=dict)
    tie: Estimate | None = None
    log_likelihood: float | None = None
    ranks: Mapping[str, RankSet] = field(default_factory=dict)

    @property
    def worths(self) -> dict[str, float]:
        """Strengths on the scale of odds, with sum 1; empty where undefined."""
        logs = {name: each.estimate for name, each in self.strengths.items() if each.estimate is not None}
        top = max(logs.values(), default=0.0)
        odds = {name: exp(log - top) for name, log in logs.items()}
        return {name: each / sum(odds.values()) for name, each in odds.items()}

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)
