"""One verdict out of several votes."""

from collections.abc import Hashable
from dataclasses import replace

import numpy as np

from evalplatform.agreement.table import RatingTable

PLURALITY = "plurality"


def take_plurality(table: RatingTable, *, tie_value: Hashable) -> RatingTable:
    """A table with one rating a unit: the value given most often, `tie_value` where no value leads alone.

    The plurality counts as fixed: drawing other raters would give another plurality.
    """
    if tie_value not in table.categories:
        table = replace(table, categories=(*table.categories, tie_value))
    size = len(table.categories)
    weights = np.ones(len(table)) if table.weight is None else table.weight
    votes = np.bincount(table.unit * size + table.value, weights, len(table.units) * size)
    votes = votes.reshape(-1, size)
    most = votes.max(axis=1)
    leads_alone = (votes == most[:, None]).sum(axis=1) == 1
    winner = np.where(leads_alone, votes.argmax(axis=1), table.categories.index(tie_value))
    units = np.flatnonzero(most > 0)
    return replace(
        table,
        unit=units,
        value=winner[units],
        rater=np.zeros(len(units), dtype=np.int64),
        raters=(PLURALITY,),
        kinds=("fixed",),
        weight=None,
        presentation=None,
    )
