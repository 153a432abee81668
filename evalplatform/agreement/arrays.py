"""Types of the arrays used throughout, and the turning of labels into codes."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
LabelArray = NDArray[Any]  # Any: labels of whatever type the caller has
Labels = Sequence[Any] | LabelArray


def encode_labels(labels: Labels) -> tuple[IntArray, LabelArray]:
    """Code every label by its place among the sorted distinct labels.

    Sorting makes codes, and with them seeded results, independent of the order of the rows.

    Returns
    -------
    codes : (n,) integers
    distinct : (k,) sorted distinct labels
    """
    if isinstance(labels, np.ndarray) and labels.dtype.kind in "iu":
        return _encode_integers(labels.astype(np.int64, copy=False))
    if isinstance(labels, np.ndarray) and labels.dtype.kind in "fUS":
        distinct, codes = np.unique(labels, return_inverse=True)
        return codes.astype(np.int64, copy=False), distinct
    return _encode_objects(list(labels))


def _encode_integers(labels: IntArray) -> tuple[IntArray, LabelArray]:
    """Avoid the sort where the integers are dense enough to be looked up."""
    low = int(labels.min()) if labels.size else 0
    width = int(labels.max()) - low + 1 if labels.size else 0
    if width > 4 * labels.size + 1024:
        distinct, codes = np.unique(labels, return_inverse=True)
        return codes.astype(np.int64, copy=False), distinct
    present = np.bincount(labels - low, minlength=width) > 0
    return (np.cumsum(present) - 1)[labels - low], np.flatnonzero(present) + low


def _encode_objects(labels: Sequence[Hashable]) -> tuple[IntArray, LabelArray]:
    ordered = sort_labels(set(labels))
    place = {label: code for code, label in enumerate(ordered)}
    codes = np.fromiter((place[label] for label in labels), dtype=np.int64, count=len(labels))
    return codes, as_label_array(ordered)


def sort_labels(labels: Iterable[Hashable]) -> list[Hashable]:
    """Sort labels by value, or by their representation where the values cannot be compared."""
    distinct: list[Any] = list(labels)  # Any: whether they can be compared is what the try finds out
    try:
        return sorted(distinct)
    except TypeError:
        return sorted(distinct, key=repr)


def as_label_array(labels: Sequence[Hashable]) -> LabelArray:
    """Hold labels in an object array of one dimension, tuples included."""
    held = np.empty(len(labels), dtype=np.object_)
    held[:] = labels
    return held


def recode(codes: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """The codes below `size` that are in use, and the place of each code among them; without sorting."""
    present = np.zeros(size, dtype=np.bool_)
    present[codes] = True
    return np.flatnonzero(present), (np.cumsum(present) - 1)[codes]


def find_runs(ordered: IntArray) -> tuple[IntArray, IntArray]:
    """The values of sorted codes, each once, and where each begins."""
    begins = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    starts = np.flatnonzero(begins)
    return ordered[starts], starts


def measure_runs(starts: IntArray, total: int) -> IntArray:
    """Lengths of the runs that begin at `starts`, of `total` in all."""
    lengths = np.empty(len(starts), dtype=np.int64)
    lengths[:-1] = starts[1:] - starts[:-1]
    lengths[-1:] = total - starts[-1:]
    return lengths
