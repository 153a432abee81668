"""Columns of ratings as a caller has them, checked and coded."""

from collections.abc import Hashable, Mapping, Sequence

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray, LabelArray, Labels, encode_labels
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.records import is_missing


def check_lengths(columns: Sequence[Labels | None]) -> None:
    """Refuse columns of different lengths."""
    if len({len(column) for column in columns if column is not None}) > 1:
        raise AgreementError("the columns differ in length")


def find_present(values: Labels) -> BoolArray:
    """Say which cells hold a value, neither None nor NaN."""
    if isinstance(values, np.ndarray) and values.dtype.kind != "O":
        return ~np.isnan(values) if values.dtype.kind == "f" else np.ones(len(values), dtype=np.bool_)
    return np.array([not is_missing(value) for value in values], dtype=np.bool_)


def take(column: Labels, rows: BoolArray) -> Labels:
    """Keep the cells of some rows."""
    if isinstance(column, np.ndarray):
        return column[rows]
    return [cell for cell, kept in zip(column, rows.tolist(), strict=True) if kept]


def add_counts(excluded: Mapping[str, int], **more: int) -> dict[str, int]:
    """Add counts by reason, leaving out what is nought."""
    counts = {reason: excluded.get(reason, 0) + more.get(reason, 0) for reason in {**excluded, **more}}
    return {reason: count for reason, count in counts.items() if count}


def encode_names(raters: Labels) -> tuple[tuple[str, ...], IntArray]:
    """Sort the names of the raters and code each rating by its rater."""
    codes, labels = encode_labels(
        raters if isinstance(raters, np.ndarray) else [str(label) for label in raters]
    )
    return tuple(str(label) for label in labels.tolist()), codes


def encode_values(
    values: Labels, categories: Sequence[Hashable] | None, *, ordered: bool
) -> tuple[IntArray, tuple[Hashable, ...]]:
    """Code values by their place on the scale; an `ordered` scale of words must be given."""
    codes, distinct = encode_labels(values)
    labels = tuple(distinct.tolist())
    if categories is not None:
        place = {label: code for code, label in enumerate(categories)}
        unknown = [label for label in labels if label not in place]
        if unknown:
            raise AgreementError(f"value outside the categories: {unknown[0]!r}")
        return np.array([place[label] for label in labels], dtype=np.int64)[codes], tuple(categories)
    if ordered and any(isinstance(label, str | bool) for label in labels):
        raise AgreementError("values in an order must be numbers, or given in their order as categories")
    return codes, labels


def encode_clusters(
    unit: IntArray, units: LabelArray, clusters: Labels | None
) -> tuple[IntArray, LabelArray]:
    """Give each unit its cluster, which all its ratings must share; without clusters each unit is its own."""
    if clusters is None:
        return np.arange(len(units), dtype=np.int64), units
    codes, labels = encode_labels(clusters)
    return _one_per_unit(unit, codes, len(units), "cluster"), labels


def per_unit(unit: IntArray, size: int, column: Labels, name: str) -> LabelArray:
    """Give each unit its label, which all its ratings must share."""
    codes, labels = encode_labels(column)
    return labels[_one_per_unit(unit, codes, size, name)]


def _one_per_unit(unit: IntArray, codes: IntArray, size: int, name: str) -> IntArray:
    of_unit = np.zeros(size, dtype=np.int64)
    of_unit[unit] = codes
    if not np.array_equal(of_unit[unit], codes):
        raise AgreementError(f"a unit stands in more than one {name}")
    return of_unit


def check_weights(weights: Labels | None) -> FloatArray | None:
    """Refuse weights that are not positive numbers."""
    if weights is None:
        return None
    held = np.asarray(weights, dtype=np.float64)
    if not (np.isfinite(held).all() and (held > 0).all()):
        raise AgreementError("weights must be positive numbers")
    return held
