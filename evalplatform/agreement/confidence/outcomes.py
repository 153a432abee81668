"""Stated probabilities and what came true of them, checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray, Labels
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.moments import pair_columns

NAMES = ("probabilities", "outcomes")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Outcomes:
    """Probabilities beside outcomes.

    Attributes
    ----------
    probability : (n,) in [0, 1]
    outcome : (n,) 0 or 1
    cluster : (n,) code of the item
    excluded : how many rows were left out, by reason
    """

    probability: FloatArray
    outcome: FloatArray
    cluster: IntArray
    excluded: Mapping[str, int]

    @classmethod
    def read(cls, probabilities: Labels, outcomes: Labels, clusters: Labels | None = None) -> Self:
        """Take columns of the same length; a row where either is missing (None, NaN) is left out and counted."""
        probability, outcome, cluster, excluded = pair_columns(probabilities, outcomes, clusters, NAMES)
        if not ((probability >= 0) & (probability <= 1)).all():
            raise AgreementError("probabilities lie between 0 and 1")
        if not np.isin(outcome, (0, 1)).all():
            raise AgreementError("outcomes are 0 or 1")
        return cls(probability=probability, outcome=outcome, cluster=cluster, excluded=excluded)

    def __len__(self) -> int:
        return len(self.probability)
