import pytest

from evalplatform.reports.rows import Row, sort_rows


def make_row(**fields: object) -> Row:
    return Row(**{"statistic": "win_rate", "criterion": "overall", "raters": "people", **fields})  # type: ignore[arg-type]  # as given


def test_an_id_joins_the_descriptive_fields_that_hold_something() -> None:
    row = make_row(system="a/b=c", slice={"turn": 1, "über": "x:y"}, inference="these_raters", estimate=0.5)
    assert row.id == (
        "statistic=win_rate/criterion=overall/raters=people/system=a%2Fb%3Dc"
        "/slice=turn:1,%C3%BCber:%22x%3Ay%22/inference=these_raters"
    )


def test_rows_that_differ_in_description_differ_in_id() -> None:
    rows = [
        make_row(),
        make_row(against="people"),
        make_row(system="people"),
        make_row(raters="people:expert"),
        make_row(slice={"turn": 1}),
        make_row(slice={"turn": "1"}),
        make_row(slice={"turn": True}),
        make_row(slice={"turn": "true"}),
        make_row(slice={"turn,a:b": 1}),
        make_row(rule="tie"),
        make_row(level="nominal"),
    ]
    assert len({row.id for row in rows}) == len(rows)


def test_a_row_has_exactly_the_fields_of_the_contract() -> None:
    assert set(make_row().to_dict()) == {
        "id", "statistic", "level", "criterion", "raters", "against", "system", "slice", "rule", "inference",
        "estimate", "low", "high", "confidence", "method", "n", "n_unit", "excluded", "undefined",
    }  # fmt: skip


def test_numbers_keep_ten_significant_digits() -> None:
    row = make_row(estimate=1 / 3, low=1.23456789012345e-7, high=123456.78901234).to_dict()
    assert (row["estimate"], row["low"], row["high"]) == (0.3333333333, 1.23456789e-7, 123456.789)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_nothing_but_a_finite_number_is_printed(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        make_row(estimate=value).to_dict()


def test_rows_stand_by_the_code_points_of_their_ids() -> None:
    rows = [make_row(system=name) for name in ("é", "z", "Z", "a")]
    assert [row.system for row in sort_rows(rows)] == ["é", "Z", "a", "z"]
