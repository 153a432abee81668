import numpy as np
import pytest
import statsmodels.api as sm

from evalplatform.agreement import AgreementError, RatingTable
from evalplatform.agreement.bias import markup_features, style_bias, style_effects
from evalplatform.agreement.bias.style import Features

UNITS = 300


def answers(seed: int) -> tuple[Features, np.ndarray]:
    """Features of both answers of each unit, and their differences as the equation has them."""
    rng = np.random.default_rng(seed)
    length, bold = rng.integers(100, 900, size=(UNITS, 2)), rng.poisson(3, size=(UNITS, 2)).astype(float)
    features = {
        unit: tuple({"length": length[unit, side], "bold": bold[unit, side]} for side in (0, 1))
        for unit in range(UNITS)
    }
    leads = np.stack([bold[:, 0] - bold[:, 1], (length[:, 0] - length[:, 1]) / length.sum(axis=1)], axis=1)
    return features, (leads - leads.mean(axis=0)) / leads.std(axis=0)  # type: ignore[return-value]


def vote(leads: np.ndarray, slopes: dict[str, tuple[float, float]], seed: int) -> RatingTable:
    rng = np.random.default_rng(seed)
    rows = []
    for name, slope in slopes.items():
        chance = 1 / (1 + np.exp(-(leads @ np.array(slope))))
        drawn = np.where(rng.random(UNITS) < chance, "first", "second")
        drawn = np.where(rng.random(UNITS) < 0.1, "tie", drawn)
        rows += [(unit, name, value, unit // 3) for unit, value in enumerate(drawn.tolist())]
    return RatingTable.from_records(rows, level="nominal")


def test_effects_are_those_of_a_regression_with_clustered_errors() -> None:
    features, leads = answers(1)
    table = vote(leads, {"j": (1.0, 0.3), "p": (0.2, 0.3)}, 2)
    found = style_effects(table, features)
    gains = np.array(
        [{"first": 1.0, "tie": 0.5, "second": 0.0}[str(table.categories[v])] for v in table.value]
    )
    theirs = sm.GLM(gains, sm.add_constant(leads[table.unit]), family=sm.families.Binomial()).fit(
        cov_type="cluster", cov_kwds={"groups": table.unit // 3}, use_t=True
    )
    for place, name in enumerate(("bold", "length"), start=1):
        ours = found[name]
        assert ours.estimate == pytest.approx(theirs.params[place], abs=1e-7)
        assert (ours.low, ours.high) == pytest.approx(theirs.conf_int()[place], abs=1e-4)
        assert (ours.n, ours.method, ours.seed) == (600, "cluster_sandwich", None)


def test_a_judge_of_bold_type_is_told_from_people() -> None:
    features, leads = answers(3)
    found = style_bias(vote(leads, {"j": (1.0, 0.5), "p": (0.0, 0.5)}, 4), "j", "p", features)
    assert (found["bold"].difference.low or 0) > 0.3
    assert (found["length"].difference.low or 0) < 0 < (found["length"].difference.high or 0)
    for each in found.values():
        assert each.difference.estimate == pytest.approx(
            (each.raters.estimate or 0) - (each.others.estimate or 0)
        )


def test_the_difference_of_equal_votes_is_none() -> None:
    features, leads = answers(5)
    table = vote(leads, {"j": (1.0, 0.5)}, 6)
    twice = RatingTable.from_records(
        [
            (u, name, table.categories[v])
            for name in "jk"
            for u, v in zip(table.unit.tolist(), table.value, strict=True)
        ],
        level="nominal",
    )
    difference = style_bias(twice, "j", "k", features)["bold"].difference
    assert (difference.estimate, difference.low, difference.undefined) == (0.0, None, "no_variation")


def test_what_cannot_be_fitted_is_named() -> None:
    verdicts = ["first", "second"] * 30
    table = RatingTable.from_arrays(range(60), ["j"] * 60, verdicts, level="nominal")

    def ask(*columns: list[float]) -> dict[str, str | None]:
        given = {
            unit: (
                {str(n): column[unit] for n, column in enumerate(columns)},
                dict.fromkeys(map(str, range(len(columns))), 0.0),
            )
            for unit in range(60)
        }
        return {name: each.undefined for name, each in style_effects(table, given).items()}

    tells = [1.0, -1.0] * 30
    mixed = [1.0, -1.0, 2.0] * 20
    assert ask(tells) == {"0": "perfect_separation"}
    assert ask(mixed, mixed) == {"0": "collinear", "1": "collinear"}
    assert ask(mixed, [3.0] * 60) == {"0": None, "1": "no_variation"}
    same = table.map_values({"second": "first"})
    assert (
        style_effects(same, {u: ({"a": float(u)}, {"a": 0.0}) for u in range(60)})["a"].undefined
        == "perfect_separation"
    )


def test_few_items_give_no_interval() -> None:
    table = RatingTable.from_arrays(
        range(6), ["j"] * 6, ["first", "second", "first"] * 2, clusters=[1, 1, 1, 2, 2, 2], level="nominal"
    )
    found = style_effects(table, {u: ({"a": float(u)}, {"a": 0.0}) for u in range(6)})["a"]
    assert found.estimate is not None
    assert (found.low, found.undefined) == (None, "too_few_items")


def test_features_must_be_whole() -> None:
    table = RatingTable.from_arrays([1, 2], ["j"] * 2, ["first", "second"], level="nominal")
    with pytest.raises(AgreementError, match="no features given for unit 2"):
        style_effects(table, {1: ({"a": 1.0}, {"a": 0.0})})
    with pytest.raises(AgreementError, match="differ in the features"):
        style_effects(table, {1: ({"a": 1.0}, {"a": 0.0}), 2: ({"a": 1.0}, {"b": 0.0})})
    with pytest.raises(AgreementError, match="must be a number"):
        style_effects(table, {1: ({"a": float("nan")}, {"a": 0.0}), 2: ({"a": 1.0}, {"a": 0.0})})


def test_markup_is_counted_by_length() -> None:
    text = "# Title\n\n1. one **two**\n2) three\n* four\n\n`x` and\n```\ny\n```\n"
    found = markup_features(text.ljust(500))
    assert found == {"length": 500.0, "headers": 2.0, "list_items": 6.0, "bold": 2.0, "code": 6.0}
    assert set(markup_features("").values()) == {0.0}
    assert markup_features("a * b, x_1, 2. and -5")["list_items"] == 0.0
