"""The table of ratings that every statistic is worked out from."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

import numpy as np

from evalplatform.agreement.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    LabelArray,
    Labels,
    as_label_array,
    encode_labels,
)
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.records import Record, is_missing, read_rows

Level = Literal["nominal", "ordinal", "interval", "ratio"]
TableLevel = Level | Literal["unstated"]
RaterKind = Literal["person", "fixed", "slot"]

LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class RatingTable:
    """Ratings as parallel arrays; several ratings of a unit by one rater are allowed and each counts.

    Build one with `from_records` or `from_arrays`.

    Attributes
    ----------
    unit, rater, value : (n,) codes into `units`, `raters` and `categories`
    units, raters, categories : distinct labels; categories stand in the order of the scale
    cluster : (units,) codes into `clusters`, the items that are resampled whole
    level : level of measurement; ``unstated`` leaves it to each call
    kinds : kind of each rater: a ``person`` stands for a population of raters, ``fixed`` (judge, metric,
        reference) for itself alone, a ``slot`` is a position in an item and not one person
    weight : (n,) weights of the ratings, None where each weighs one
    presentation : (n,) the order in which generations were shown, where known
    stratum : (units,) the slice that a unit belongs to, where known
    excluded : how many ratings were left out so far, by reason
    unmatched : categories that equal nothing, not even themselves
    """

    unit: IntArray
    rater: IntArray
    value: IntArray
    units: LabelArray
    raters: tuple[str, ...]
    categories: tuple[Hashable, ...]
    cluster: IntArray
    clusters: LabelArray
    level: TableLevel
    kinds: tuple[RaterKind, ...]
    excluded: Mapping[str, int]
    weight: FloatArray | None = None
    presentation: LabelArray | None = None
    stratum: LabelArray | None = None
    unmatched: frozenset[Hashable] = frozenset()

    @classmethod
    def from_records(
        cls,
        records: Iterable[Record],
        *,
        level: TableLevel,
        unit: str = "unit",
        rater: str = "rater",
        value: str = "value",
        cluster: str = "cluster",
        weight: str = "weight",
        presentation: str = "presentation",
        stratum: str = "stratum",
        absent: str = "absent",
        kinds: Mapping[str, RaterKind] | None = None,
        categories: Sequence[Hashable] | None = None,
    ) -> Self:
        """Build a table from mappings, or from sequences in the order unit, rater, value, cluster, weight ...

        The keyword arguments name the keys. A value of None or NaN is left out and counted under the record's
        `absent` reason, else as ``missing``. Without clusters every unit is its own.
        """
        names = (unit, rater, value, cluster, weight, presentation, stratum)
        rows, excluded = read_rows(records, names, absent)
        columns = [[row[place] for row in rows] for place in range(len(names))]
        optional = [column if any(cell is not None for cell in column) else None for column in columns[3:]]
        return cls.from_arrays(
            *columns[:3],
            clusters=optional[0],
            weights=optional[1],
            presentations=optional[2],
            strata=optional[3],
            level=level,
            kinds=kinds,
            categories=categories,
            excluded=excluded,
        )

    @classmethod
    def from_arrays(
        cls,
        units: Labels,
        raters: Labels,
        values: Labels,
        *,
        level: TableLevel,
        clusters: Labels | None = None,
        weights: Sequence[float] | FloatArray | None = None,
        presentations: Labels | None = None,
        strata: Labels | None = None,
        kinds: Mapping[str, RaterKind] | None = None,
        categories: Sequence[Hashable] | None = None,
        excluded: Mapping[str, int] | None = None,
    ) -> Self:
        """Build a table from parallel arrays or sequences of labels, one entry a rating.

        `categories` gives the whole scale in its order; without it the distinct values are sorted. Missing
        values (None, NaN) are left out and counted.
        """
        columns = [units, raters, values, clusters, weights, presentations, strata]
        _check_lengths(columns)
        present = _present(values)
        if not present.all():
            columns = [None if column is None else _take(column, present) for column in columns]
            excluded = _add_counts(excluded or {}, missing=int((~present).sum()))
        unit, unit_labels = encode_labels(_required(columns[0]))
        rater, rater_labels = encode_labels(_required(columns[1]))
        value, scale = _encode_values(_required(columns[2]), categories, level)
        names = tuple(str(label) for label in rater_labels.tolist())
        cluster, cluster_labels = _encode_clusters(unit, unit_labels, columns[3])
        return cls(
            unit=unit,
            rater=rater,
            value=value,
            units=unit_labels,
            raters=names,
            categories=scale,
            cluster=cluster,
            clusters=cluster_labels,
            level=level,
            kinds=tuple((kinds or {}).get(name, "person") for name in names),
            excluded=dict(excluded or {}),
            weight=_check_weights(columns[4]),
            presentation=None if columns[5] is None else as_label_array(list(columns[5])),
            stratum=None if columns[6] is None else _per_unit(unit, len(unit_labels), columns[6], "stratum"),
        )

    @property
    def numbers(self) -> FloatArray | None:
        """Numeric value of each category, or None where a category is not a number."""
        if all(isinstance(label, int | float) and not isinstance(label, bool) for label in self.categories):
            return np.array(self.categories, dtype=np.float64)
        return None

    def __len__(self) -> int:
        return len(self.unit)

    def codes_of(self, raters: str | Collection[str]) -> IntArray:
        """Codes of raters by name; a name that is not in the table is an error."""
        names = [raters] if isinstance(raters, str) else list(raters)
        unknown = sorted(set(names) - set(self.raters))
        if unknown:
            raise AgreementError(f"no such rater in the table: {', '.join(unknown)}")
        return np.array([self.raters.index(name) for name in names], dtype=np.int64)

    def with_kinds(self, kinds: Mapping[str, RaterKind]) -> Self:
        """Change the kind of some raters."""
        changed = tuple(kinds.get(name, kind) for name, kind in zip(self.raters, self.kinds, strict=True))
        return replace(self, kinds=changed)

    def keep(self, rows: BoolArray, *, reason: str | None = None) -> Self:
        """Keep the ratings where `rows` is true; with a `reason` the others are counted as excluded."""
        return replace(
            self,
            unit=self.unit[rows],
            rater=self.rater[rows],
            value=self.value[rows],
            weight=None if self.weight is None else self.weight[rows],
            presentation=None if self.presentation is None else self.presentation[rows],
            excluded=_add_counts(self.excluded, **({reason: int((~rows).sum())} if reason else {})),
        )

    def subset(
        self,
        *,
        raters: str | Collection[str] | None = None,
        units: BoolArray | None = None,
        stratum: Hashable | None = None,
    ) -> Self:
        """Keep ratings by some raters, of the units in a mask over `units`, or of one stratum."""
        rows = np.ones(len(self), dtype=np.bool_)
        if raters is not None:
            rows &= np.isin(self.rater, self.codes_of(raters))
        if units is not None:
            rows &= units[self.unit]
        if stratum is not None:
            if self.stratum is None:
                raise AgreementError("the table has no strata")
            rows &= np.array([label == stratum for label in self.stratum.tolist()], dtype=np.bool_)[self.unit]
        return self.keep(rows)

    def drop_values(self, values: Collection[Hashable], *, reason: str) -> Self:
        """Leave out ratings with these values, counted under `reason`."""
        dropped = np.array([label in values for label in self.categories], dtype=np.bool_)
        return self.keep(~dropped[self.value], reason=reason) if dropped.any() else self

    def map_values(
        self, mapping: Mapping[Hashable, Hashable] | Callable[[Any], Hashable]
    ) -> Self:  # Any: labels
        """Replace values; those that a mapping does not name stay. The order of a scale of words is kept."""
        change = mapping if callable(mapping) else (lambda label: mapping.get(label, label))
        changed: list[Any] = [change(label) for label in self.categories]  # Any: labels
        numeric = all(isinstance(label, int | float) for label in changed)
        scale = sorted(set(changed)) if numeric else list(dict.fromkeys(changed))
        codes = np.array([scale.index(label) for label in changed], dtype=np.int64)
        return replace(self, value=codes[self.value], categories=tuple(scale))


def _required(column: Labels | None) -> Labels:
    return [] if column is None else column


def _check_lengths(columns: Sequence[Labels | None]) -> None:
    if len({len(column) for column in columns if column is not None}) > 1:
        raise AgreementError("the columns differ in length")


def _present(values: Labels) -> BoolArray:
    if isinstance(values, np.ndarray) and values.dtype.kind != "O":
        return ~np.isnan(values) if values.dtype.kind == "f" else np.ones(len(values), dtype=np.bool_)
    return np.array([not is_missing(value) for value in values], dtype=np.bool_)


def _take(column: Labels, rows: BoolArray) -> Labels:
    if isinstance(column, np.ndarray):
        return column[rows]
    return [cell for cell, kept in zip(column, rows.tolist(), strict=True) if kept]


def _add_counts(excluded: Mapping[str, int], **more: int) -> dict[str, int]:
    counts = {reason: excluded.get(reason, 0) + more.get(reason, 0) for reason in {**excluded, **more}}
    return {reason: count for reason, count in counts.items() if count}


def _encode_values(
    values: Labels, categories: Sequence[Hashable] | None, level: TableLevel
) -> tuple[IntArray, tuple[Hashable, ...]]:
    codes, distinct = encode_labels(values)
    labels = tuple(distinct.tolist())
    if categories is not None:
        place = {label: code for code, label in enumerate(categories)}
        unknown = [label for label in labels if label not in place]
        if unknown:
            raise AgreementError(f"value outside the categories: {unknown[0]!r}")
        return np.array([place[label] for label in labels], dtype=np.int64)[codes], tuple(categories)
    if level not in ("nominal", "unstated") and any(isinstance(label, str | bool) for label in labels):
        raise AgreementError(f"values at level {level} must be numbers, or given in order as categories")
    return codes, labels


def _encode_clusters(
    unit: IntArray, units: LabelArray, clusters: Labels | None
) -> tuple[IntArray, LabelArray]:
    if clusters is None:
        return np.arange(len(units), dtype=np.int64), units
    codes, labels = encode_labels(clusters)
    return _one_per_unit(unit, codes, len(units), "cluster"), labels


def _per_unit(unit: IntArray, size: int, column: Labels, name: str) -> LabelArray:
    codes, labels = encode_labels(column)
    return labels[_one_per_unit(unit, codes, size, name)]


def _one_per_unit(unit: IntArray, codes: IntArray, size: int, name: str) -> IntArray:
    of_unit = np.zeros(size, dtype=np.int64)
    of_unit[unit] = codes
    if not np.array_equal(of_unit[unit], codes):
        raise AgreementError(f"a unit stands in more than one {name}")
    return of_unit


def _check_weights(weights: Labels | None) -> FloatArray | None:
    if weights is None:
        return None
    held = np.asarray(weights, dtype=np.float64)
    if not (np.isfinite(held).all() and (held > 0).all()):
        raise AgreementError("weights must be positive numbers")
    return held
