"""Units that a judge rated all and people some, checked and made ready."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray, Labels, encode_labels
from evalplatform.agreement.errors import AgreementError

Numbers = Sequence[float] | Sequence[float | None] | FloatArray


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Sample:
    """Parallel arrays over the units that the judge rated.

    Attributes
    ----------
    human : (n,) 0 where people were not asked
    judge : (n,)
    labelled : (n,) whether people were asked
    chance : (n,) probability with which a unit was given to people; None where they got a simple random sample
    cluster : (n,) code of the item
    kept : (n,) rows of the input that these are
    """

    human: FloatArray
    judge: FloatArray
    labelled: BoolArray
    chance: FloatArray | None
    cluster: IntArray
    kept: IntArray
    excluded: dict[str, int]

    def __len__(self) -> int:
        return len(self.judge)

    @property
    def labels(self) -> int:
        return int(self.labelled.sum())

    @property
    def labelled_clusters(self) -> int:
        return int((np.bincount(self.cluster[self.labelled]) > 0).sum())

    def take(self, rows: BoolArray, *, reason: str) -> "Sample":
        """The units where `rows` is true; the others are counted as excluded."""
        left_out = int((~rows).sum())
        return Sample(
            human=self.human[rows],
            judge=self.judge[rows],
            labelled=self.labelled[rows],
            chance=None if self.chance is None else self.chance[rows],
            cluster=np.unique(self.cluster[rows], return_inverse=True)[1],
            kept=self.kept[rows],
            excluded={**self.excluded, **({reason: left_out} if left_out else {})},
        )

    def sum_clusters(self, of_units: FloatArray) -> FloatArray:
        """Sum over the units of each cluster, (clusters,)."""
        return np.bincount(self.cluster, of_units).astype(np.float64, copy=False)


def read_sample(
    human: Numbers, judge: Numbers, *, probabilities: Numbers | None, clusters: Labels | None
) -> Sample:
    """Check parallel arrays; units without a verdict of the judge are left out and counted."""
    votes, verdicts = as_numbers(human), as_numbers(judge)
    chances = None if probabilities is None else as_numbers(probabilities)
    if len({len(part) for part in (votes, verdicts, chances, clusters) if part is not None}) > 1:
        raise AgreementError("human, judge, probabilities and clusters must have one entry a unit")
    kept = np.flatnonzero(np.isfinite(verdicts))
    if chances is not None:
        chances = chances[kept]
        if not ((chances > 0) & (chances <= 1)).all():
            raise AgreementError("probabilities of asking people lie above 0 and at most at 1")
    labelled = np.isfinite(votes[kept])
    if clusters is None:
        cluster = np.arange(len(kept))
    else:
        cluster = np.unique(encode_labels(clusters)[0][kept], return_inverse=True)[1]
    missing = len(verdicts) - len(kept)
    return Sample(
        human=np.where(labelled, votes[kept], 0.0),
        judge=verdicts[kept],
        labelled=labelled,
        chance=chances,
        cluster=cluster,
        kept=kept,
        excluded={"judge_missing": missing} if missing else {},
    )


def as_numbers(values: Numbers) -> FloatArray:
    """Numbers in one dimension, NaN where missing; infinite ones are refused."""
    try:
        held = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise AgreementError("votes and verdicts are numbers; see label_units") from error
    if held.ndim != 1 or np.isinf(held).any():
        raise AgreementError("votes and verdicts are finite numbers, one a unit")
    return held
