"""Agreement by category, with the table of Fleiss (1971) as statsmodels and the R package irr hold it."""

import numpy as np
import pytest
from statsmodels.stats.inter_rater import fleiss_kappa as fleiss_of_counts

from evalplatform.agreement import (
    RatingTable,
    category_agreement,
    fleiss_kappa,
    percent_agreement,
)

# 30 patients, six psychiatrists: depression, personality disorder, schizophrenia, neurosis, other
DIAGNOSES = [
    [0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0],
    [2, 0, 4, 0, 0], [0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6],
    [1, 0, 0, 5, 0], [1, 1, 0, 4, 0], [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1],
    [0, 0, 5, 0, 1], [3, 0, 0, 1, 2], [5, 1, 0, 0, 0], [0, 2, 0, 4, 0], [1, 0, 2, 0, 3],
    [0, 0, 0, 0, 6], [0, 1, 0, 5, 0], [0, 2, 0, 1, 3], [2, 0, 0, 4, 0], [1, 0, 0, 4, 1],
    [0, 5, 0, 1, 0], [4, 0, 0, 0, 2], [0, 2, 0, 4, 0], [1, 0, 5, 0, 0], [0, 0, 0, 0, 6],
]  # fmt: skip


def expand(counts: list[list[int]]) -> RatingTable:
    rows = [
        (unit, f"r{rater}", value)
        for unit, row in enumerate(counts)
        for rater, value in enumerate(np.repeat(np.arange(len(row)), row).tolist())
    ]
    return RatingTable.from_records(rows, level="nominal")


def test_the_kappas_that_fleiss_published() -> None:
    table = expand(DIAGNOSES)
    assert fleiss_kappa(table, inference=None).estimate == pytest.approx(0.43024452006014, abs=1e-12)
    found = category_agreement(table, statistic="fleiss_kappa", inference=None)
    for code, estimate in found.items():
        held = np.array([[row[int(str(code))], 6 - row[int(str(code))]] for row in DIAGNOSES])
        assert estimate.estimate == pytest.approx(fleiss_of_counts(held), abs=1e-12)
    assert [round(each.estimate or 0, 3) for each in found.values()] == [0.245, 0.245, 0.52, 0.471, 0.566]


def test_specific_agreement_by_hand() -> None:
    # yes: 2 * 40 of 2 * 40 + 10 + 5, no: 2 * 45 of 2 * 45 + 15
    pairs = [("yes", "yes")] * 40 + [("yes", "no")] * 10 + [("no", "yes")] * 5 + [("no", "no")] * 45
    rows = [
        (unit, rater, value)
        for unit, pair in enumerate(pairs)
        for rater, value in zip("xy", pair, strict=True)
    ]
    found = category_agreement(RatingTable.from_records(rows, level="nominal"))
    assert {label: each.estimate for label, each in found.items()} == {"no": 90 / 105, "yes": 80 / 95}
    assert [(each.n, each.n_unit) for each in found.values()] == [(105, "ratings"), (95, "ratings")]
    for each in found.values():
        assert each.low is not None
        assert each.high is not None
        assert each.low < (each.estimate or 0) < each.high


def test_the_mean_over_ratings_is_the_percent_agreement() -> None:
    table = expand(DIAGNOSES)
    found = category_agreement(table, inference=None)
    total = sum((each.estimate or 0) * each.n for each in found.values()) / sum(
        each.n for each in found.values()
    )
    assert total == pytest.approx(percent_agreement(table, inference=None).estimate)


def test_inconsistent_verdicts_follow_the_rule() -> None:
    rows = [(1, "j", "inconsistent"), (1, "k", "inconsistent"), (2, "j", "first"), (2, "k", "first")]
    table = RatingTable.from_records(rows, level="nominal")
    specific = category_agreement(table, rule="disagree", inference=None)
    assert {label: each.estimate for label, each in specific.items()} == {"first": 1.0, "inconsistent": 0.0}
    assert specific["first"].rule == "disagree"
    kappa = category_agreement(table, statistic="fleiss_kappa", rule="disagree", inference=None)
    assert kappa["inconsistent"].estimate == pytest.approx((1 / 2 - 1 / 4) / (1 - 1 / 4))


def test_what_is_missing_has_a_name() -> None:
    rows = [(unit, rater, "a") for unit in range(60) for rater in "xy"] + [(60, "x", "b")]
    table = RatingTable.from_records(rows, level="nominal", categories=["a", "b", "c"])
    found = category_agreement(table)
    assert {label: (each.estimate, each.low, each.undefined) for label, each in found.items()} == {
        "a": (1.0, None, "too_few_disagreements"),
        "b": (None, None, "no_pairable_units"),
        "c": (None, None, "no_pairable_units"),
    }
    kappa = category_agreement(table, statistic="fleiss_kappa")
    assert kappa["c"].undefined == "no_variation"
    assert category_agreement(RatingTable.from_records([], level="nominal")) == {}
