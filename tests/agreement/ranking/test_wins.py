import pytest

from evalplatform.agreement import AgreementError, RatingTable, win_rates

SYSTEMS = {1: ("a", "b"), 2: ("a", "c"), 3: ("b", "c"), 4: ("a", "d")}
ROWS = [
    (1, "p", "first"), (1, "q", "tie"), (1, "j", "inconsistent"),
    (2, "p", "second"), (2, "q", "both_bad"),
    (3, "p", "first"), (3, "q", None),
]  # fmt: skip


def test_ties_and_inconsistent_verdicts_are_halves() -> None:
    rates = win_rates(RatingTable.from_records(ROWS, level="nominal"), SYSTEMS, inference=None)
    assert list(rates) == ["a", "b", "c"]
    found = {system: (rate.estimate, rate.n, rate.n_unit) for system, rate in rates.items()}
    # a: 1 + 1/2 + 1/2 against b, 0 + 1/2 against c
    assert found == {
        "a": (2.5 / 5, 5, "verdicts"),
        "b": (2.0 / 4, 4, "verdicts"),
        "c": (1.5 / 3, 3, "verdicts"),
    }
    assert rates["a"].excluded == {"missing": 1}


def test_who_always_wins_has_a_rate_without_an_interval() -> None:
    rows = [(unit, "p", "first") for unit in range(60)]
    systems = dict.fromkeys(range(60), ("a", "b"))
    rates = win_rates(RatingTable.from_records(rows, level="nominal"), systems)
    assert [(rates[name].estimate, rates[name].low, rates[name].undefined) for name in "ab"] == [
        (1.0, None, "no_variation"),
        (0.0, None, "no_variation"),
    ]


def test_wrong_input_is_refused() -> None:
    table = RatingTable.from_records(ROWS, level="nominal")
    with pytest.raises(AgreementError, match="no systems given for unit 3"):
        win_rates(table, {1: ("a", "b"), 2: ("a", "c")})
    with pytest.raises(AgreementError, match="not a preference: 'A'"):
        win_rates(RatingTable.from_records([(1, "p", "A")], level="nominal"), SYSTEMS)
