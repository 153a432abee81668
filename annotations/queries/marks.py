"""What a rating counts as: its value, or for marked passages the weight of all of them together."""

from collections.abc import Mapping, Sequence

from annotations.models import Level
from annotations.queries.criteria import CriterionRow
from annotations.queries.rating_rows import RatingRow
from evalplatform.agreement.spans import MqmWeights

WEIGHTS = MqmWeights()
Mark = Mapping[str, object]


def read_values(rows: Sequence[RatingRow], criterion: CriterionRow) -> Sequence[float | str | None]:
    """The value of each row. Passages weigh as in MQM where any severity is one of its, else they are counted."""
    if criterion.level != Level.SPANS:
        return [row.value for row in rows]
    is_graded = any(_severity(mark) in WEIGHTS.severities for row in rows for mark in row.spans or ())
    weigh = _weigh if is_graded else _count
    return [float(sum(map(weigh, row.spans or ()))) for row in rows]


def _weigh(mark: Mark) -> float:
    """Weight of an error; one of a severity that MQM does not know, such as a planted test, weighs nothing."""
    if _severity(mark) not in WEIGHTS.severities:
        return 0.0
    return WEIGHTS.weigh(str(mark.get("category") or ""), _severity(mark))


def _count(mark: Mark) -> float:
    return 1.0


def _severity(mark: Mark) -> str:
    return str(mark.get("severity") or "")
