import math

import numpy as np
import pytest

from evalplatform.agreement import AgreementError, RatingTable
from evalplatform.agreement.table import TableLevel

RECORDS: list[dict[str, object]] = [
    {"unit": "u1", "rater": "ann", "value": 3, "cluster": "i1", "stratum": 1},
    {"unit": "u2", "rater": "ann", "value": None, "absent": "not_applicable", "cluster": "i1", "stratum": 2},
    {"unit": "u2", "rater": "bob", "value": 1, "cluster": "i1", "stratum": 2},
    {"unit": "u3", "rater": "bob", "value": float("nan"), "cluster": "i2", "stratum": 1},
    {"unit": "u1", "rater": "bob", "value": 1.0, "cluster": "i1", "stratum": 1},
]


def test_records_become_codes_and_what_is_missing_is_counted() -> None:
    table = RatingTable.from_records(RECORDS, level="ordinal", kinds={"bob": "fixed"})
    assert table.units.tolist() == ["u1", "u2"]
    assert table.raters == ("ann", "bob")
    assert table.kinds == ("person", "fixed")
    assert table.categories == (1, 3)
    assert table.unit.tolist() == [0, 1, 0]
    assert table.rater.tolist() == [0, 1, 1]
    assert table.value.tolist() == [1, 0, 0]
    assert table.clusters.tolist() == ["i1"]
    assert dict(table.excluded) == {"not_applicable": 1, "missing": 1}


def test_keys_of_records_can_be_named() -> None:
    table = RatingTable.from_records(
        [{"task": 7, "who": "ann", "code": "yes", "item": 1}],
        level="nominal",
        unit="task",
        rater="who",
        value="code",
        cluster="item",
    )
    assert (table.units.tolist(), table.raters, table.categories) == ([7], ("ann",), ("yes",))
    assert table.clusters.tolist() == [1]


def test_sequences_and_arrays_give_the_same_table_as_records() -> None:
    records = RatingTable.from_records([("a", "x", 1), ("b", "x", 2), ("a", "y", 2)], level="interval")
    arrays = RatingTable.from_arrays(
        np.array(["a", "b", "a"]), np.array(["x", "x", "y"]), np.array([1.0, 2.0, 2.0]), level="interval"
    )
    for name in ("unit", "rater", "value", "units", "cluster"):
        assert getattr(records, name).tolist() == getattr(arrays, name).tolist()
    assert records.categories == arrays.categories
    assert records.raters == arrays.raters


def test_missing_numbers_of_an_array_are_counted() -> None:
    table = RatingTable.from_arrays([1, 1, 2], ["a", "b", "a"], np.array([1.0, math.nan, 2.0]), level="ratio")
    assert len(table) == 2
    assert dict(table.excluded) == {"missing": 1}


def test_subset_by_raters_units_and_stratum() -> None:
    table = RatingTable.from_records(RECORDS, level="ordinal")
    assert table.subset(raters="ann").rater.tolist() == [0]
    assert table.subset(raters=["ann", "bob"], stratum=2).unit.tolist() == [1]
    assert table.subset(units=np.array([False, True])).rater.tolist() == [1]
    with pytest.raises(AgreementError, match="no such rater in the table: eve"):
        table.subset(raters=["ann", "eve"])


def test_a_stratum_is_asked_of_a_table_that_has_them() -> None:
    table = RatingTable.from_records([(1, "a", 1)], level="nominal")
    with pytest.raises(AgreementError, match="no strata"):
        table.subset(stratum=1)


def test_dropped_values_are_counted_under_their_reason() -> None:
    table = RatingTable.from_records([(1, "a", "x"), (1, "b", "y"), (2, "b", "y")], level="nominal")
    dropped = table.drop_values({"y"}, reason="unclear")
    assert dropped.value.tolist() == [0]
    assert dict(dropped.excluded) == {"unclear": 2}
    assert table.drop_values({"z"}, reason="unclear") is table


def test_mapped_values_merge_and_keep_the_order_of_a_scale_of_words() -> None:
    scale = ["poor", "fair", "good", "great"]
    table = RatingTable.from_records([(1, "a", "great"), (1, "b", "poor")], level="ordinal", categories=scale)
    mapped = table.map_values({"great": "good"})
    assert mapped.categories == ("poor", "fair", "good")
    assert [mapped.categories[code] for code in mapped.value] == ["good", "poor"]
    numbers = RatingTable.from_records([(1, "a", 1), (1, "b", 2)], level="ratio").map_values(lambda v: 6 - v)
    assert numbers.categories == (4, 5)
    assert [numbers.categories[code] for code in numbers.value] == [5, 4]


@pytest.mark.parametrize("level", ["ordinal", "interval", "ratio"])
def test_words_have_no_order_unless_it_is_given(level: TableLevel) -> None:
    with pytest.raises(AgreementError, match="in their order as categories"):
        RatingTable.from_records([(1, "a", "good")], level=level)


def test_inconsistent_columns_are_refused() -> None:
    with pytest.raises(AgreementError, match="differ in length"):
        RatingTable.from_arrays([1, 2], ["a"], [1, 2], level="nominal")
    with pytest.raises(AgreementError, match="more than one cluster"):
        RatingTable.from_arrays([1, 1], ["a", "b"], [1, 2], clusters=[1, 2], level="nominal")
    with pytest.raises(AgreementError, match="positive"):
        RatingTable.from_arrays([1, 1], ["a", "b"], [1, 2], weights=[1.0, 0.0], level="nominal")
    with pytest.raises(AgreementError, match="outside the categories: 3"):
        RatingTable.from_arrays([1, 1], ["a", "b"], [1, 3], categories=[1, 2], level="ordinal")
