import numpy as np
import pytest

from evalplatform.agreement import AgreementError, RatingTable
from evalplatform.agreement.bias import longer_preference_rate, verbosity_bias


def vote(judge: list[str | None], people: list[str | None]) -> RatingTable:
    rows = [
        (unit, name, value)
        for name, votes in (("j", judge), ("p", people))
        for unit, value in enumerate(votes)
    ]
    return RatingTable.from_records(rows, level="nominal")


def test_only_pairs_that_both_decided_count() -> None:
    table = vote(
        ["first", "first", "second", "tie", "first", None],
        ["first", "second", "second", "first", "first", "first"],
    )
    lengths = {0: (90, 10), 1: (90, 10), 2: (10, 41), 3: (90, 10), 4: (40, 10), 5: (90, 10)}
    found = verbosity_bias(table, "j", "p", lengths, inference=None)
    assert found.raters.estimate == 1.0
    assert found.others.estimate == pytest.approx(2 / 3)
    assert found.difference.estimate == pytest.approx(1 / 3)
    assert found.difference.n == 3
    assert found.difference.excluded == {"missing": 1, "tie": 1, "similar_length": 2, "unpaired": 2}


def test_votes_of_a_pair_are_shares() -> None:
    rows = [(0, "j", "first"), (0, "p", "first"), (0, "q", "second"), (1, "j", "first"), (1, "q", "second")]
    table = RatingTable.from_records(rows, level="nominal")
    found = verbosity_bias(table, "j", ["p", "q"], {0: (90, 10), 1: (10, 90)}, inference=None)
    assert (found.raters.estimate, found.others.estimate) == (0.5, 0.75)


def test_the_difference_is_paired() -> None:
    """A judge that copies people but for a few pairs differs from them with a small error."""
    rng = np.random.default_rng(3)
    people = rng.choice(["first", "second"], 400).tolist()
    judge = ["first" if place % 20 == 0 else value for place, value in enumerate(people)]
    found = verbosity_bias(vote(judge, people), "j", "p", dict.fromkeys(range(400), (100, 0)))
    widths = [(each.high or 0) - (each.low or 0) for each in (found.difference, found.raters)]
    assert widths[0] < 0.4 * widths[1]
    assert (found.difference.low or 0) > 0
    assert found.difference.estimate == pytest.approx(
        (found.raters.estimate or 0) - (found.others.estimate or 0)
    )


def test_the_rate_of_one_group_counts_verdicts() -> None:
    table = vote(["first", "second"], ["first", "inconsistent"])
    found = longer_preference_rate(table, {0: (9, 1), 1: (9, 1)}, gap=0, inference=None)
    assert found.estimate == pytest.approx(2 / 3)
    assert (found.n, found.excluded) == (3, {"inconsistent": 1})
    alone = longer_preference_rate(table, {0: (9, 1), 1: (9, 1)}, raters="p", gap=0, inference=None)
    assert (alone.estimate, alone.n) == (1.0, 1)


def test_lengths_are_asked_for() -> None:
    table = vote(["first"], ["first"])
    with pytest.raises(AgreementError, match="no lengths given for unit 0"):
        verbosity_bias(table, "j", "p", {})
    with pytest.raises(AgreementError, match="must be a number"):
        verbosity_bias(table, "j", "p", {0: (float("nan"), 1)})
    with pytest.raises(AgreementError, match="gap"):
        longer_preference_rate(table, {0: (9, 1)}, gap=-1)
    with pytest.raises(AgreementError, match="in common"):
        verbosity_bias(table, "j", ["j", "p"], {0: (9, 1)})
    with pytest.raises(AgreementError, match="not a preference: 'yes'"):
        longer_preference_rate(vote(["yes"], ["first"]), {0: (9, 1)})
