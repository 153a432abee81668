"""Comparisons of two systems on items, with what people and the judge said, gathered by pair."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray, Labels, encode_labels
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.few_labels.samples import Numbers, Sample, read_sample


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Comparisons:
    """Outcomes as seen by the system whose name sorts first.

    Attributes
    ----------
    sample : what people and judge said, 1 where that system won
    systems : names, sorted
    pairs : (pairs, 2) codes of systems
    pair : (n,) code of the pair of each comparison
    weight : (n,) inverse probability of a label, 0 where there is none
    """

    sample: Sample
    systems: tuple[str, ...]
    pairs: IntArray
    pair: IntArray
    weight: FloatArray

    def sum_pairs(self, of_comparisons: FloatArray) -> FloatArray:
        return sum_by(self.pair, of_comparisons, len(self.pairs))

    @property
    def labelled_items(self) -> IntArray:
        """In how many items people compared each pair, (pairs,)."""
        given = self.sample.labelled
        seen = np.unique(np.stack([self.pair[given], self.sample.cluster[given]]), axis=1)[0]
        return np.bincount(seen, minlength=len(self.pairs))

    @property
    def is_random(self) -> bool:
        """Whether labels were drawn at random within each pair, with no probabilities of their own."""
        return self.sample.chance is None


def read_comparisons(
    first: Sequence[str],
    second: Sequence[str],
    human: Numbers,
    judge: Numbers,
    *,
    items: Labels,
    probabilities: Numbers | None,
) -> Comparisons:
    """Check parallel arrays of comparisons; one of a system with itself is an error."""
    sample = read_sample(human, judge, probabilities=probabilities, clusters=items)
    if not len(first) == len(second) == len(human):
        raise AgreementError("first and second must have one entry a comparison")
    for values in (sample.human, sample.judge):
        if ((values < 0) | (values > 1)).any():
            raise AgreementError("outcomes lie from 0 to 1")
    codes, names = encode_labels([*first, *second])
    sides = np.stack([codes[: len(first)], codes[len(first) :]], axis=1)
    if (sides[:, 0] == sides[:, 1]).any():
        raise AgreementError("a system cannot be compared with itself")
    size = len(names)
    if sample.chance is None:  # a pair that nobody labelled has no label to correct its verdicts by
        key = np.sort(sides[sample.kept], axis=1) @ np.array([size, 1])
        sample = sample.take(np.isin(key, key[sample.labelled]), reason="pair_without_labels")
    sides = sides[sample.kept]
    keys, pair = np.unique(np.sort(sides, axis=1) @ np.array([size, 1]), return_inverse=True)
    return Comparisons(
        sample=_turn(sample, sides[:, 0] > sides[:, 1]),
        systems=tuple(names.tolist()),
        pairs=np.stack([keys // max(size, 1), keys % max(size, 1)], axis=1).astype(np.int64),
        pair=pair.astype(np.int64),
        weight=_weigh(sample, pair),
    )


def _weigh(sample: Sample, pair: IntArray) -> FloatArray:
    if sample.chance is not None:
        return np.where(sample.labelled, 1 / sample.chance, 0.0)
    met, labels = np.bincount(pair), np.bincount(pair, sample.labelled)
    return np.where(sample.labelled, (met / labels)[pair], 0.0) if len(pair) else np.zeros(0)


def _turn(sample: Sample, turned: BoolArray) -> Sample:
    """See outcomes from the other side where `turned`."""
    human, judge = (np.where(turned, 1 - values, values) for values in (sample.human, sample.judge))
    return replace(sample, human=human, judge=judge)
