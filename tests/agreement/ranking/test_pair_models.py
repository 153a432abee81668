import warnings
from collections.abc import Callable
from math import exp, log

import numpy as np
import pytest

from evalplatform.agreement import AgreementError, RatingTable
from evalplatform.agreement.ranking import Comparisons, Strengths, bradley_terry, davidson, rao_kupper
from evalplatform.agreement.ranking.counts import ClusterCounts
from evalplatform.agreement.ranking.fitting import fit_data, fit_resamples
from evalplatform.agreement.ranking.models import BradleyTerry, Davidson, PairModel, RaoKupper
from tests.agreement.ranking.data import TEAMS, baseball_rows, collect, drawn_rows, pudding_rows

Model = Callable[..., Strengths]
KINDS: dict[Model, PairModel] = {
    bradley_terry: BradleyTerry(),
    davidson: Davidson(),
    rao_kupper: RaoKupper(),
}
each_model = pytest.mark.parametrize("model", [bradley_terry, davidson, rao_kupper])


def points(found: Strengths) -> dict[str, float | None]:
    return {name: each.estimate for name, each in found.strengths.items()}


def pairs_of(*counts: tuple[str, str, int, int, int]) -> Comparisons:
    """Comparisons from first, second, won, lost, tied."""
    return collect(
        (one, other, outcome)
        for one, other, won, lost, tied in counts
        for outcome in [1.0] * won + [0.0] * lost + [0.5] * tied
    )


def test_baseball_has_its_published_strengths_and_errors() -> None:
    found = bradley_terry(collect(baseball_rows()), reference="Bal", inference=None)
    published = dict(zip(TEAMS, [1.5814, 1.4364, 1.2945, 1.2476, 1.1077, 0.6839, 0], strict=True))
    errors = dict(zip(TEAMS, [0.3433, 0.3396, 0.3367, 0.3359, 0.3339, 0.3319, 0], strict=True))
    assert {name: round(each or 0, 4) for name, each in points(found).items()} == published
    assert {name: round(each, 4) for name, each in found.standard_errors.items()} == errors


def test_baseball_equals_evalica() -> None:
    import evalica

    first, second, _ = zip(*baseball_rows(), strict=True)
    theirs = evalica.bradley_terry(
        first, second, [evalica.Winner.X] * len(first), tolerance=1e-14, limit=10_000
    ).scores
    ours = bradley_terry(collect(baseball_rows()), inference=None).worths
    assert ours == pytest.approx((theirs / theirs.sum()).to_dict(), rel=1e-9)


def test_pudding_has_the_worths_of_davidson() -> None:
    found = davidson(collect(pudding_rows()), inference=None)
    worths = [0.138803, 0.173001, 0.161747, 0.165373, 0.158685, 0.202389]
    assert [round(worth, 6) for worth in found.worths.values()] == worths
    # Davidson's own table, found by fewer steps
    assert list(found.worths.values()) == pytest.approx(
        [0.1388005, 0.1729985, 0.1617420, 0.1653930, 0.1586805, 0.2023855], abs=3e-5
    )
    assert found.tie is not None
    assert round(found.tie.estimate or 0, 6) == 0.746823
    assert found.log_likelihood == pytest.approx(-809.70951, abs=5e-6)


def test_pudding_equals_newman_of_evalica() -> None:
    import evalica

    first, second, outcomes = zip(*pudding_rows(), strict=True)
    winner = {1.0: evalica.Winner.X, 0.0: evalica.Winner.Y, 0.5: evalica.Winner.Draw}
    theirs = evalica.newman(first, second, [winner[each] for each in outcomes], tolerance=1e-14, limit=10_000)
    ours = davidson(collect(pudding_rows()), inference=None)
    assert ours.worths == pytest.approx((theirs.scores / theirs.scores.sum()).to_dict(), rel=1e-6)
    assert ours.tie is not None
    assert ours.tie.estimate == pytest.approx(2 * theirs.v, rel=1e-6)


def test_pudding_under_rao_and_kupper() -> None:
    found = rao_kupper(collect(pudding_rows()), inference=None)
    worths = [0.144399, 0.171794, 0.162817, 0.166078, 0.160381, 0.194531]
    assert [round(worth, 6) for worth in found.worths.values()] == worths
    assert found.tie is not None
    assert found.tie.estimate is not None
    assert (round(found.tie.estimate, 6), round(log(found.tie.estimate), 6)) == (1.748457, 0.558734)
    assert found.log_likelihood == pytest.approx(-809.69713, abs=5e-6)


def test_two_systems_have_closed_forms() -> None:
    two = pairs_of(("a", "b", 19, 22, 16))
    by_davidson, by_rao_kupper = davidson(two, inference=None), rao_kupper(two, inference=None)
    assert by_davidson.tie is not None
    assert by_rao_kupper.tie is not None
    worths = by_davidson.worths
    assert round(worths["a"] / worths["b"], 6) == 0.863636
    assert round(by_davidson.tie.estimate or 0, 6) == 0.782586
    strengths = rao_kupper(two, reference="b", inference=None).strengths
    assert round(strengths["a"].estimate or 0, 6) == -0.114421
    assert round(log(by_rao_kupper.tie.estimate or 0), 6) == 0.578726


def test_ties_are_half_wins_and_shares_count_as_they_are() -> None:
    halves = bradley_terry(pairs_of(("a", "b", 3, 1, 4)), reference="b", inference=None)
    assert points(halves)["a"] == pytest.approx(log(5 / 3))
    soft = Comparisons.from_arrays(["a", "b"], ["b", "a"], [0.9, 0.4])
    assert points(bradley_terry(soft, reference="b", inference=None))["a"] == pytest.approx(log(1.5 / 0.5))


def test_a_table_of_preferences_gives_the_same_as_its_arrays() -> None:
    rows = [(1, "p", "first"), (1, "q", "tie"), (2, "p", "second"), (2, "j", "inconsistent"), (3, "p", None)]
    table = RatingTable.from_records(rows, level="nominal")
    held = Comparisons.from_table(table, {1: ("a", "b"), 2: ("a", "b"), 3: ("a", "b")})
    plain = Comparisons.from_arrays(["a"] * 4, ["b"] * 4, ["first", "tie", "second", "inconsistent"])
    assert points(bradley_terry(held, inference=None)) == points(bradley_terry(plain, inference=None))
    assert (held.items, dict(held.excluded)) == (2, {"missing": 1})
    with pytest.raises(AgreementError, match="no systems given for unit 2"):
        Comparisons.from_table(table, {1: ("a", "b"), 3: ("a", "b")})


@each_model
def test_the_reference_only_moves_strengths(model: Model) -> None:
    held = pairs_of(("a", "b", 9, 5, 3), ("b", "c", 6, 5, 2), ("a", "c", 7, 2, 4))
    free, tied = points(model(held, inference=None)), points(model(held, reference="c", inference=None))
    assert sum(each or 0 for each in free.values()) == pytest.approx(0, abs=1e-12)
    assert [tied[name] for name in "abc"] == pytest.approx(
        [(free[name] or 0) - (free["c"] or 0) for name in "abc"]
    )


@each_model
def test_the_fit_is_a_maximum(model: Model) -> None:
    """No other parameters near it have a higher likelihood: Newton's method agrees with scipy's search."""
    from scipy.optimize import minimize

    held = pairs_of(("a", "b", 9, 5, 3), ("b", "c", 6, 5, 2), ("a", "c", 7, 2, 4))
    kind = KINDS[model]
    counts = ClusterCounts(held, ties=kind.has_ties).whole()
    start = kind.start(counts)[:, 0]
    best = minimize(lambda at: -kind.log_likelihood(counts, at[:, None])[0], start, tol=1e-12)
    found = model(held, inference=None)
    assert found.log_likelihood == pytest.approx(-best.fun, abs=1e-8)
    assert found.strengths["a"].estimate == pytest.approx(best.x[0] - best.x[:3].mean(), abs=1e-4)


@each_model
def test_standard_errors_are_the_curvature_of_the_likelihood(model: Model) -> None:
    kind = KINDS[model]
    counts = ClusterCounts(collect(pudding_rows()), ties=kind.has_ties).whole()
    at, step = kind.start(counts) + 0.1 * np.arange(6 + kind.has_ties)[:, None], 1e-6
    slopes = [
        (kind.score(counts, at + step * unit[:, None]) - kind.score(counts, at - step * unit[:, None]))[:, 0]
        / (2 * step)
        for unit in np.eye(len(at))
    ]
    np.testing.assert_allclose(-np.array(slopes), kind.information(counts, at)[0], atol=1e-5)
    ups = [
        kind.log_likelihood(counts, at + step * unit[:, None])
        - kind.log_likelihood(counts, at - step * unit[:, None])
        for unit in np.eye(len(at))
    ]
    np.testing.assert_allclose(np.array(ups)[:, 0] / (2 * step), kind.score(counts, at)[:, 0], atol=1e-4)


@each_model
def test_resamples_are_fitted_as_if_each_were_data(model: Model) -> None:
    """The one inverse for all resamples leads to the maximum of each, within a hundredth of its error."""
    kind = KINDS[model]
    counts = ClusterCounts(collect(pudding_rows()), ties=kind.has_ties)
    whole = fit_data(kind, counts.whole())
    assert whole is not None
    weights = np.random.default_rng(3).poisson(1.0, size=(counts.clusters, 30)).astype(float)
    drawn = counts.under(weights)
    together = fit_resamples(kind, drawn, whole)
    for place in range(30):
        alone = fit_data(kind, drawn.take(np.array([place])))
        assert alone is not None
        np.testing.assert_allclose(together[:, place], alone.at, atol=2e-3)


def test_intervals_by_items_are_those_of_the_model_where_the_model_is_true() -> None:
    first, second, won, _ = drawn_rows([0.5, 0.0, -0.5, 0.2], 4000, items=4000, seed=5)
    found = bradley_terry(Comparisons.from_arrays(first, second, won))
    for name, each in found.strengths.items():
        assert each.method == "item_bootstrap"
        assert each.low is not None
        assert each.high is not None
        assert (each.high - each.low) / (2 * 1.96) == pytest.approx(found.standard_errors[name], rel=0.1)


def test_comparisons_of_one_item_are_drawn_together() -> None:
    """Where items favour systems, the interval by items is wider than the model's, as it should be."""
    first, second, won, item = drawn_rows([0.5, 0.0, -0.5], 4000, items=80, seed=5, effect=1.0)
    found = bradley_terry(Comparisons.from_arrays(first, second, won, items=item))
    each = found.strengths["s0"]
    assert each.low is not None
    assert each.high is not None
    assert (each.high - each.low) / (2 * 1.96) > 1.5 * found.standard_errors["s0"]


def test_intervals_over_items_hold_the_truth_where_those_of_the_model_do_not() -> None:
    """60 items that favour systems, six comparisons each; the truth is that of two million comparisons."""
    truth = {"s0": 0.4384693, "s1": 0.0002757, "s2": -0.4387450}
    by_items, by_model = [], []
    for seed in range(150):
        first, second, won, item = drawn_rows([0.6, 0.0, -0.6], 360, items=60, seed=seed, effect=1.0)
        found = bradley_terry(Comparisons.from_arrays(first, second, won, items=item), resamples=300)
        for name, each in found.strengths.items():
            by_items.append((each.low or 0) <= truth[name] <= (each.high or 0))
            off = abs((each.estimate or 0) - truth[name])
            by_model.append(off <= 1.959964 * found.standard_errors[name])
    assert np.mean(by_items) > 0.9
    assert np.mean(by_model) < 0.9


def test_more_items_than_are_drawn_are_dealt_into_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    from evalplatform.agreement import moments

    first, second, won, item = drawn_rows([0.5, 0.0, -0.5], 9000, items=3000, seed=5, effect=1.0)
    held = Comparisons.from_arrays(first, second, won, items=item)
    alone = bradley_terry(held).strengths["s0"]
    monkeypatch.setattr(moments, "MOST_CLUSTERS", 1000)
    dealt = bradley_terry(held).strengths["s0"]
    widths = [(each.high or 0) - (each.low or 0) for each in (alone, dealt)]
    assert dealt.estimate == alone.estimate
    assert widths[1] == pytest.approx(widths[0], rel=0.12)


def test_few_items_take_the_jackknife() -> None:
    first, second, won, item = drawn_rows([0.5, 0.0, -0.5], 600, items=30, seed=5)
    found = bradley_terry(Comparisons.from_arrays(first, second, won, items=item))
    assert {each.method for each in found.strengths.values()} == {"jackknife_t"}
    assert found.ranks["s0"].best == 1


def test_seeded_results_do_not_depend_on_the_order_of_rows_or_sides() -> None:
    first, second, won, item = drawn_rows([0.5, 0.0, -0.5], 600, items=60, seed=5)
    whole = bradley_terry(Comparisons.from_arrays(first, second, won, items=item), resamples=50)
    turned = Comparisons.from_arrays(
        second[::-1], first[::-1], [1 - each for each in won[::-1]], items=item[::-1]
    )
    assert bradley_terry(turned, resamples=50) == whole
    lone = Comparisons.from_arrays(second[::-1], first[::-1], [1 - each for each in won[::-1]])
    assert bradley_terry(lone, resamples=50) == bradley_terry(
        Comparisons.from_arrays(first, second, won), resamples=50
    )


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        (Comparisons.from_arrays([], [], []), None),
        (pairs_of(("a", "b", 5, 0, 0)), "not_connected"),
        (pairs_of(("a", "b", 5, 2, 0), ("c", "d", 4, 3, 0)), "not_connected"),
        (pairs_of(("a", "b", 5, 2, 1), ("c", "a", 4, 0, 0), ("c", "b", 9, 0, 0)), "not_connected"),
    ],
)
@each_model
def test_strengths_that_do_not_exist_are_named(model: Model, held: Comparisons, reason: str | None) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = model(held)
    if reason and model is not bradley_terry and not (held.share == 0.5).any():
        reason = "no_variation"
    assert [(each.estimate, each.undefined) for each in found.strengths.values()] == [
        (None, reason) for _ in found.strengths
    ]
    assert (found.worths, found.standard_errors, found.log_likelihood) == ({}, {}, None)


@pytest.mark.parametrize("model", [davidson, rao_kupper])
@pytest.mark.parametrize("counts", [(3, 4, 0), (0, 0, 4)])
def test_models_of_ties_need_ties_and_others(model: Model, counts: tuple[int, int, int]) -> None:
    found = model(pairs_of(("a", "b", *counts)))
    assert {each.undefined for each in found.strengths.values()} == {"no_variation"}


@pytest.mark.parametrize("model", [davidson, rao_kupper])
@pytest.mark.parametrize(
    ("counts", "exists"),
    [
        ([("a", "b", 2, 0, 1)], False),  # who never loses can grow with the parameter of ties
        ([("a", "b", 2, 1, 1)], True),
        ([("a", "b", 1, 0, 0), ("b", "c", 1, 0, 0), ("a", "c", 0, 0, 1)], True),  # two wins, one tie
        ([("a", "b", 1, 0, 0), ("b", "c", 0, 0, 1), ("a", "c", 0, 0, 1)], False),  # one win, two ties
        ([("a", "b", 1, 1, 0), ("b", "c", 0, 0, 1)], True),
    ],
)
def test_models_of_ties_need_a_cycle_with_more_wins_than_ties(
    model: Model, counts: list[tuple[str, str, int, int, int]], exists: bool
) -> None:
    found = model(pairs_of(*counts), inference=None)
    reasons = {each.undefined for each in found.strengths.values()}
    assert reasons == {None if exists else "not_connected"}
    if exists:  # an end was reached, not the limit of steps
        assert all(abs(each.estimate or 0) < 20 for each in found.strengths.values())


def test_one_item_and_loose_graphs_have_no_interval() -> None:
    one = Comparisons.from_arrays(["a"] * 4, ["b"] * 4, [1, 0, 1, 0.5], items=[1] * 4)
    assert {each.undefined for each in bradley_terry(one).strengths.values()} == {"too_few_items"}
    loose = bradley_terry(pairs_of(("a", "b", 99, 1, 0)))  # a third of all resamples lose the one win
    assert [(each.low, each.undefined) for each in loose.strengths.values()] == [(None, "not_connected")] * 2
    assert loose.strengths["a"].estimate == pytest.approx(log(99) / 2)


def test_wrong_input_is_refused() -> None:
    with pytest.raises(AgreementError, match="compared with itself"):
        Comparisons.from_arrays(["a"], ["a"], [1])
    with pytest.raises(AgreementError, match="not a preference: 'A'"):
        Comparisons.from_arrays(["a"], ["b"], ["A"])
    with pytest.raises(AgreementError, match="between 0 and 1"):
        Comparisons.from_arrays(["a"], ["b"], [2])
    with pytest.raises(AgreementError, match="differ in length"):
        Comparisons.from_arrays(["a"], ["b"], [1, 0])
    two = Comparisons.from_arrays(["a", "b"], ["b", "a"], [0.7, 1])
    with pytest.raises(AgreementError, match="no such system: c"):
        bradley_terry(two, reference="c")
    with pytest.raises(AgreementError, match="no shares between"):
        davidson(two)
    with pytest.raises(AgreementError, match="not over raters"):
        bradley_terry(two, inference="rater_population")


def test_many_systems_and_close_calls_have_wide_rank_sets() -> None:
    first, second, won, item = drawn_rows([2.0, 0.0, 0.0, -2.0], 4000, items=400, seed=1)
    ranks = bradley_terry(Comparisons.from_arrays(first, second, won, items=item)).ranks
    found = {name: (each.best, each.worst) for name, each in ranks.items()}
    assert found == {"s0": (1, 1), "s1": (2, 3), "s2": (2, 3), "s3": (4, 4)}


def test_worths_do_not_overflow() -> None:
    found = bradley_terry(pairs_of(("a", "b", 9999, 1, 0)), inference=None)
    assert found.worths["a"] == pytest.approx(0.9999)
    assert exp((found.strengths["a"].estimate or 0) * 2) == pytest.approx(9999)
