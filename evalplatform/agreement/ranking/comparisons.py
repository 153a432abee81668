"""Comparisons of two systems at a time, the input of every model of strengths."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray, Labels, encode_labels
from evalplatform.agreement.columns import add_counts, check_lengths, encode_names, find_present, take
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.preferences import PREFERENCES
from evalplatform.agreement.table import RatingTable

SHARES = {**dict.fromkeys(PREFERENCES, 0.5), "first": 1.0, "second": 0.0}


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Comparisons:
    """Comparisons of two systems each, as parallel arrays. Build one with `from_arrays` or `from_table`.

    Attributes
    ----------
    systems : names, sorted
    one, other : (n,) codes of the two systems compared, `one` the smaller
    share : (n,) what `one` won: 1, 0, one half for a tie, or the judge's probability of it
    item : (n,) code of the item that the comparison was made on; items are resampled whole
    items : how many items codes may name
    excluded : how many comparisons were left out, by reason
    """

    systems: tuple[str, ...]
    one: IntArray
    other: IntArray
    share: FloatArray
    item: IntArray
    items: int
    excluded: Mapping[str, int]

    @classmethod
    def from_arrays(
        cls,
        first: Labels,
        second: Labels,
        outcomes: Labels,
        *,
        items: Labels | None = None,
        excluded: Mapping[str, int] | None = None,
    ) -> Self:
        """Build comparisons from parallel arrays or sequences, one entry a comparison.

        Parameters
        ----------
        first, second : names of the two systems
        outcomes : what the first won, a number in [0, 1]; or a preference: ``first``, ``second``, and one half
            for ``tie``, ``both_good``, ``both_bad`` and ``inconsistent``. None and NaN are left out and counted
        items : the item of each comparison; without it each comparison is an item of its own
        """
        check_lengths([first, second, outcomes, items])
        present = find_present(outcomes)
        if not present.all():
            first, second, outcomes = (take(column, present) for column in (first, second, outcomes))
            items = None if items is None else take(items, present)
            excluded = add_counts(excluded or {}, missing=int((~present).sum()))
        systems, codes = encode_names(_join(first, second))
        share = read_shares(outcomes)
        turned = codes[: len(share)] > codes[len(share) :]
        pairs = np.sort(codes.reshape(2, -1), axis=0)
        if (pairs[0] == pairs[1]).any():
            raise AgreementError("a system is compared with itself")
        share = np.where(turned, 1 - share, share)
        item, count = _encode_items(items, pairs, share)
        return cls(
            systems=systems,
            one=pairs[0],
            other=pairs[1],
            share=share,
            item=item,
            items=count,
            excluded=excluded or {},
        )

    @classmethod
    def from_table(
        cls,
        table: RatingTable,
        systems: Mapping[Any, tuple[str, str]],  # Any: unit labels of whatever type
    ) -> Self:
        """Take every preference of a table as a comparison; its clusters are the items.

        Parameters
        ----------
        table : preferences; to count inconsistent ones by a rule, use `apply_rule` first
        systems : the two systems of each unit label, in the canonical order that the values refer to
        """
        labels = table.units[table.unit].tolist()
        missing = next((label for label in labels if label not in systems), None)
        if missing is not None:
            raise AgreementError(f"no systems given for unit {missing!r}")
        values = [str(label) for label in table.categories]
        return cls.from_arrays(
            [systems[label][0] for label in labels],
            [systems[label][1] for label in labels],
            [values[code] for code in table.value.tolist()],
            items=table.cluster[table.unit],
            excluded=table.excluded,
        )

    def __len__(self) -> int:
        return len(self.share)


def _join(first: Labels, second: Labels) -> Labels:
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return np.concatenate([first, second])
    return [*first, *second]


def read_shares(outcomes: Labels) -> FloatArray:
    """What the first system won of each comparison, (n,), from shares or preferences."""
    if isinstance(outcomes, np.ndarray) and outcomes.dtype.kind in "fiub":
        shares = outcomes.astype(np.float64)
    else:
        codes, labels = encode_labels(outcomes)
        shares = np.array([_read_share(label) for label in labels.tolist()], dtype=np.float64)[codes]
    if not ((shares >= 0) & (shares <= 1)).all():
        raise AgreementError("an outcome is the share that the first system won, between 0 and 1")
    return shares


def _read_share(outcome: object) -> float:
    if isinstance(outcome, int | float):
        return float(outcome)
    if outcome not in SHARES:
        raise AgreementError(f"not a preference: {outcome!r}")
    return SHARES[str(outcome)]


def _encode_items(items: Labels | None, pairs: IntArray, share: FloatArray) -> tuple[IntArray, int]:
    """Code items in an order that does not depend on the rows', so that seeded results do not either."""
    if items is not None:
        codes, labels = encode_labels(items)
        return codes, len(labels)
    codes = np.empty(len(share), dtype=np.int64)
    codes[np.lexsort((share, pairs[1], pairs[0]))] = np.arange(len(share))
    return codes, len(share)
