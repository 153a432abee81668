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
from evalplatform.agreement.columns import (
    add_counts,
    check_lengths,
    check_weights,
    encode_clusters,
    encode_names,
    encode_values,
    find_present,
    per_unit,
    take,
)
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.records import Record, read_rows

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
        required, optional = [units, raters, values], [clusters, weights, presentations, strata]
        check_lengths([*required, *optional])
        present = find_present(values)
        if not present.all():
            required = [take(column, present) for column in required]
            optional = [None if column is None else take(column, present) for column in optional]
            excluded = add_counts(excluded or {}, missing=int((~present).sum()))
        unit, unit_labels = encode_labels(required[0])
        names, rater = encode_names(required[1])
        value, scale = encode_values(required[2], categories, ordered=level not in ("nominal", "unstated"))
        cluster, cluster_labels = encode_clusters(unit, unit_labels, optional[0])
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
            weight=check_weights(optional[1]),
            presentation=None if optional[2] is None else as_label_array(list(optional[2])),
            stratum=None if optional[3] is None else per_unit(unit, len(unit_labels), optional[3], "stratum"),
        )

    @property
    def numbers(self) -> FloatArray | None:
        """Numeric value of each category, or None where a category is not a number."""
        if all(isinstance(label, int | float) and not isinstance(label, bool) for label in self.categories):
            return np.array(self.categories, dtype=np.float64)
        return None

    @property
    def matchable(self) -> BoolArray:
        """Whether each category can equal another value; one entry where there is no category."""
        return np.array([label not in self.unmatched for label in self.categories] or [True], dtype=np.bool_)

    @property
    def footprint(self) -> int:
        """About how many numbers this holds."""
        return 3 * len(self.unit)

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
            excluded=add_counts(self.excluded, **({reason: int((~rows).sum())} if reason else {})),
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

    def map_values(self, mapping: Mapping[Any, Any] | Callable[[Any], Any]) -> Self:  # Any: labels
        """Replace values; those that a mapping does not name stay. The order of a scale of words is kept."""
        change = mapping if callable(mapping) else (lambda label: mapping.get(label, label))
        changed: list[Any] = [change(label) for label in self.categories]  # Any: labels
        numeric = all(isinstance(label, int | float) for label in changed)
        scale = sorted(set(changed)) if numeric else list(dict.fromkeys(changed))
        codes = np.array([scale.index(label) for label in changed], dtype=np.int64)
        return replace(self, value=codes[self.value], categories=tuple(scale))
