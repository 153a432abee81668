import numpy as np
import pytest

from evalplatform.agreement import AgreementError, RatingTable
from evalplatform.agreement.bias import compare_slices, language_bias


def test_a_judge_that_is_worse_in_one_language() -> None:
    rng = np.random.default_rng(1)
    rows, languages = [], {}
    for unit in range(400):
        languages[unit] = "en" if unit % 2 else "ru"
        person = int(rng.integers(1, 6))
        right = rng.random() < (0.9 if unit % 2 else 0.6)
        rows += [(unit, "person", person), (unit, "judge", person if right else person % 5 + 1)]
    table = RatingTable.from_records(rows, level="interval")
    found = language_bias(table, "judge", "person", languages=languages)
    (gap,) = found.differences
    assert (gap.one, gap.other) == ("en", "ru")
    assert gap.difference.estimate == pytest.approx(0.3, abs=0.06)
    assert (gap.difference.low or 0) > 0
    assert (found.by_slice["en"].n, gap.difference.n) == (200, 400)


def test_strata_are_the_languages_unless_others_are_given() -> None:
    rows = [(1, "j", 4, "en"), (1, "p", 2, "en"), (2, "j", 5, "ru"), (2, "p", 5, "ru"), (3, "j", 1, "ru")]
    table = RatingTable.from_arrays(
        *zip(*[row[:3] for row in rows], strict=True), strata=[row[3] for row in rows], level="interval"
    )
    found = language_bias(table, "j", "p", measure="leniency", inference=None)
    assert {name: each.estimate for name, each in found.by_slice.items()} == {"en": 2.0, "ru": 0.0}
    assert found.by_slice["ru"].excluded == {"unpaired": 1}
    assert found.differences[0].difference.estimate == 2.0


def test_agreement_is_the_share_of_equal_pairs() -> None:
    rows = [(1, "j", "a"), (1, "p", "a"), (1, "q", "b"), (2, "j", "b"), (2, "p", "b")]
    table = RatingTable.from_records(rows, level="nominal")
    found = language_bias(table, "j", ["p", "q"], languages={1: "en", 2: "en"}, inference=None)
    assert (found.by_slice["en"].estimate, found.differences) == (0.75, ())


def test_a_translated_item_is_paired() -> None:
    """Items differ much and languages little: pairing takes the items out of the difference."""
    rng = np.random.default_rng(2)
    item = rng.normal(0, 1, 100)
    outcomes = np.concatenate([item + rng.normal(0.1, 0.05, 100), item])
    slices, clusters = ["en"] * 100 + ["ru"] * 100, [*range(100), *range(100)]
    paired = compare_slices(outcomes, slices, clusters=clusters).differences[0].difference
    apart = compare_slices(outcomes, slices).differences[0].difference
    assert 0 < (paired.low or 0) < 0.1 < (paired.high or 0)
    assert (apart.high or 0) - (apart.low or 0) > 5 * ((paired.high or 0) - (paired.low or 0))


def test_missing_outcomes_are_counted_by_slice() -> None:
    found = compare_slices([1, None, 0, float("nan"), None], ["en", "en", "en", "ru", "ru"], inference=None)
    assert (found.by_slice["en"].estimate, found.by_slice["en"].excluded) == (0.5, {"missing": 1})
    assert (found.by_slice["ru"].undefined, found.by_slice["ru"].excluded) == (
        "no_pairable_units",
        {"missing": 2},
    )
    assert found.differences[0].difference.undefined == "no_pairable_units"


def test_a_difference_rests_on_both_slices() -> None:
    found = compare_slices([1.0] * 60 + [0.0, 1.0] * 30, ["en"] * 60 + ["ru"] * 60)
    assert found.by_slice["ru"].low is not None
    assert (found.differences[0].difference.low, found.differences[0].difference.undefined) == (
        None,
        "no_variation",
    )


def test_questions_that_cannot_be_asked() -> None:
    table = RatingTable.from_records([(1, "j", "a"), (1, "p", "b")], level="nominal")
    with pytest.raises(AgreementError, match="no strata"):
        language_bias(table, "j", "p")
    with pytest.raises(AgreementError, match="no language given for unit 1"):
        language_bias(table, "j", "p", languages={})
    with pytest.raises(AgreementError, match="leniency needs numbers"):
        language_bias(table, "j", "p", measure="leniency", languages={1: "en"})
    with pytest.raises(AgreementError, match="no such measure"):
        language_bias(table, "j", "p", measure="size", languages={1: "en"})  # type: ignore[arg-type]
    with pytest.raises(AgreementError, match="is no number"):
        compare_slices(["x"], ["en"])
    with pytest.raises(AgreementError, match="beyond the bounds"):
        compare_slices([2], ["en"], bounds=(0, 1))
    with pytest.raises(AgreementError, match="differ in length"):
        compare_slices([2], [])
