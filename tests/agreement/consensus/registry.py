"""Every figure of consensus as a function of a table; each public one is entered."""

import os
from collections.abc import Callable
from typing import Any

from evalplatform.agreement import RatingTable
from evalplatform.agreement.consensus import (
    dawid_skene,
    glad,
    mace,
    majority_vote,
    rater_ability,
    rater_drift,
    spam_scores,
)

EXAMPLES = 100 if os.environ.get("EVALPLATFORM_NIGHTLY") else 12


def drift(table: RatingTable) -> Any:  # Any: each has a result of its own
    return rater_drift(table, [float(unit) for unit in table.unit])


REGISTRY: dict[str, Callable[[RatingTable], Any]] = {
    "dawid_skene": lambda table: dawid_skene(table, iterations=5),
    "glad": lambda table: glad(table, iterations=5),
    "mace": lambda table: mace(table, iterations=5, starts=2),
    "majority_vote": majority_vote,
    "rater_ability": rater_ability,
    "rater_drift": drift,
    "spam_scores": lambda table: spam_scores(dawid_skene(table, iterations=5)),
}

# Models of the true value, each from a start that treats all raters and values alike
MODELS: dict[str, Callable[[RatingTable], Any]] = {
    "dawid_skene": lambda table: dawid_skene(table, iterations=5),
    "glad": lambda table: glad(table, iterations=5),
    "mace": lambda table: mace(table, iterations=5, starts=1),
    "mace_em": lambda table: mace(table, method="em", iterations=5, starts=1),
}
