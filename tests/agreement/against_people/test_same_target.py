"""The same target for a judge and for people: known values, and a plain loop beside ours."""

from collections import Counter

import numpy as np
import pytest

from evalplatform.agreement import AgreementError, RatingTable
from evalplatform.agreement.against_people import noise_ceiling, same_target, same_target_each
from evalplatform.agreement.against_people.same_target import pair_votes
from evalplatform.agreement.against_people.target import SharedTarget, TargetScores

PEOPLE = ["p", "q", "r", "s", "t", "u"]
Row = tuple[int, str, str]


def draw_rows(seed: int, units: int = 40) -> list[Row]:
    """A judge and six people of whom some rated some units, one twice."""
    rng = np.random.default_rng(seed)
    rows = [
        (unit, rater, str(rng.choice(list("aaabbc"))))
        for unit in range(units)
        for rater in ("judge", *PEOPLE)
        if rng.random() < 0.6
    ]
    return [*rows, *(row for row in rows if row[1] in ("p", "judge") and row[0] % 5 == 0)]


def table_of(rows: list[Row]) -> RatingTable:
    return RatingTable.from_records(rows, level="nominal", kinds={"judge": "fixed"})


def loop(rows: list[Row]) -> tuple[float, float]:
    """The definition word for word."""
    of: dict[int, list[tuple[str, str]]] = {}
    for unit, rater, value in rows:
        of.setdefault(unit, []).append((rater, value))
    means = []
    for person in {rater for _, rater, _ in rows} - {"judge"}:
        scores = []
        for votes in of.values():
            others = Counter(value for rater, value in votes if rater not in ("judge", person))
            own = [value for rater, value in votes if rater == person]
            judge = [value for rater, value in votes if rater == "judge"]
            if own and judge and others:
                total = others.total()
                scores.append([np.mean([others[value] / total for value in side]) for side in (judge, own)])
        if scores:
            means.append(np.mean(scores, axis=0))
    judge_mean, people_mean = np.mean(means, axis=0)
    return float(judge_mean), float(people_mean)


@pytest.mark.parametrize("seed", range(5))
def test_the_figures_are_their_definition(seed: int) -> None:
    rows = draw_rows(seed)
    found = same_target(table_of(rows), "judge", PEOPLE)
    judge, people = loop(rows)
    assert found.judge.estimate == pytest.approx(judge)
    assert found.people.estimate == pytest.approx(people)
    assert found.difference.estimate == pytest.approx(judge - people)
    assert found.relative_to_people.estimate == pytest.approx(judge / people)
    assert found.judge.method == "jackknife_t"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_weights_of_items_and_people_are_copies_of_them(seed: int) -> None:
    rows = draw_rows(seed, units=12)
    votes, _ = pair_votes(table_of(rows), "judge", PEOPLE, None)
    rng = np.random.default_rng(seed)
    table = table_of(rows)
    people = rng.integers(0, 3, len(table.raters)).astype(float)
    people[table.raters.index("judge")] = 1
    items = rng.integers(0, 3, len(votes.cells.multiplicity)).astype(float)
    held = np.unique(table.unit[np.isin(table.rater, table.codes_of(PEOPLE))])
    named = [unit for unit in held.tolist() if _is_compared(rows, int(table.units[unit]))]
    times = dict(zip((int(table.units[unit]) for unit in named), items.tolist(), strict=True))
    found = SharedTarget(TargetScores(votes, crossed=True), "judge").under(items[:, None], people[:, None])[0]
    copies = _copy(rows, times, dict(zip(table.raters, people.tolist(), strict=True)))
    assert found == pytest.approx(_loop_of_copies(copies))


def _is_compared(rows: list[Row], unit: int) -> bool:
    raters = {rater for held, rater, _ in rows if held == unit}
    return "judge" in raters and len(raters) > 2


def _copy(
    rows: list[Row], items: dict[int, float], people: dict[str, float]
) -> list[tuple[int, str, int, str]]:
    return [
        (unit * 10 + copy, rater, which, value)
        for unit, rater, value in rows
        for copy in range(int(items.get(unit, 0)))
        for which in range(int(people[rater]))
    ]


def _loop_of_copies(copies: list[tuple[int, str, int, str]]) -> float:
    """The judge's figure where copies of a person are people, none of whom votes against another copy."""
    of: dict[int, list[tuple[str, int, str]]] = {}
    for unit, rater, which, value in copies:
        of.setdefault(unit, []).append((rater, which, value))
    means = []
    for person in {(rater, which) for _, rater, which, _ in copies if rater != "judge"}:
        scores = []
        for votes in of.values():
            others = Counter(value for rater, _, value in votes if rater not in ("judge", person[0]))
            judge = [value for rater, _, value in votes if rater == "judge"]
            if others and judge and any(vote[:2] == person for vote in votes):
                scores.append(np.mean([others[value] / others.total() for value in judge]))
        if scores:
            means.append(np.mean(scores))
    return float(np.mean(means))


def draw_equal(accuracy: float, units: int, raters: list[str]) -> RatingTable:
    rng = np.random.default_rng(3)
    truth = np.tile(rng.integers(0, 2, units), len(raters))
    value = np.where(rng.random(len(truth)) < accuracy, truth, 1 - truth)
    return RatingTable.from_arrays(
        np.tile(np.arange(units), len(raters)),
        np.repeat(raters, units),
        value,
        level="nominal",
        kinds={"judge": "fixed"},
    )


def test_a_judge_equal_to_people_scores_as_they_do() -> None:
    table = draw_equal(0.75, 40_000, ["judge", "p", "q", "r"])
    found = same_target(table, "judge", ["p", "q", "r"])
    assert found.judge.estimate == pytest.approx(0.626, abs=0.004)
    assert found.people.estimate == pytest.approx(0.626, abs=0.004)
    assert found.difference.low is not None
    assert found.difference.high is not None
    assert found.difference.low < 0 < found.difference.high


def test_a_perfect_judge_stands_above_people() -> None:
    """At an accuracy of .8 a judge that is always right is 1.18 times as near to a vote as people are."""
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 2, 40_000)
    given = [truth, *(np.where(rng.random(40_000) < 0.8, truth, 1 - truth) for _ in range(3))]
    table = RatingTable.from_arrays(
        np.tile(np.arange(40_000), 4),
        np.repeat(["judge", *"pqr"], 40_000),
        np.concatenate(given),
        level="nominal",
    )
    found = same_target(table, "judge", list("pqr"), inference=None)
    assert found.relative_to_people.estimate == pytest.approx(0.8 / 0.68, abs=0.01)


def test_three_rules_give_three_figures() -> None:
    rows = [
        (1, "judge", "inconsistent"), (1, "p", "tie"), (1, "q", "tie"),
        (2, "judge", "first"), (2, "p", "first"), (2, "q", "second"),
    ]  # fmt: skip
    found = {
        rule: same_target(table_of(rows), "judge", ["p", "q"], rule=rule, inference=None).judge
        for rule in ("tie", "dropped", "disagree")
    }
    assert {rule: each.estimate for rule, each in found.items()} == {
        "tie": 0.75,
        "dropped": 0.5,
        "disagree": 0.25,
    }
    assert found["dropped"].n == 2
    assert {each.rule for each in found.values()} == {"tie", "dropped", "disagree"}


def test_each_person_has_figures_of_their_own() -> None:
    rows = draw_rows(1)
    table = table_of(rows)
    each = same_target_each(table, "judge", PEOPLE, inference=None)
    means = [found.people.estimate for found in each.values()]
    assert np.mean(np.array(means, dtype=float)) == pytest.approx(loop(rows)[1])
    assert sum(found.judge.n for found in each.values()) == same_target(table, "judge", PEOPLE).judge.n
    slots = same_target_each(table.with_kinds({"p": "slot"}), "judge", PEOPLE, inference=None)
    assert slots["p"].judge.undefined == "raters_are_slots"


def test_drawing_people_too_is_a_wider_statement() -> None:
    rng = np.random.default_rng(8)
    truth = rng.integers(0, 2, 300)
    skill = {"judge": 0.8, "p": 0.95, "q": 0.6, "r": 0.9, "s": 0.65, "t": 0.85}
    rows = [
        (unit, rater, "ab"[int(value if rng.random() < skill[rater] else 1 - value)])
        for unit, value in enumerate(truth)
        for rater in skill
    ]
    people = [name for name in skill if name != "judge"]
    these, population = (
        same_target(table_of(rows), "judge", people, inference=inference).people
        for inference in ("these_raters", "rater_population")
    )
    assert None not in (these.low, these.high, population.low, population.high)
    widths = [float(found.high or 0) - float(found.low or 0) for found in (these, population)]
    assert widths[1] > 1.5 * widths[0]
    few = same_target(table_of(rows), "judge", people[:4], inference="rater_population").people
    assert (few.low, few.undefined) == (None, "too_few_raters")


def test_no_rater_can_be_above_the_ceiling() -> None:
    table = draw_equal(0.7, 500, ["judge", "p", "q", "r"])
    people = ["p", "q", "r"]
    ceiling = noise_ceiling(table, people, inference=None)
    found = same_target(table, "judge", people, inference=None)
    assert ceiling.lower.estimate == found.people.estimate
    assert ceiling.upper.estimate is not None
    assert max(found.judge.estimate or 0, found.people.estimate or 0) < ceiling.upper.estimate
    counts = np.bincount(table.unit[table.rater > 0], table.value[table.rater > 0])
    assert ceiling.upper.estimate == pytest.approx(np.mean(np.maximum(counts, 3 - counts) / 3))


def test_wrong_questions_are_refused() -> None:
    with pytest.raises(AgreementError, match="one of the people"):
        same_target(table_of(draw_rows(1)), "p", PEOPLE)
    with pytest.raises(AgreementError, match="no such rater"):
        same_target(table_of(draw_rows(1)), "nobody", PEOPLE)


def test_nothing_is_named() -> None:
    empty = RatingTable.from_arrays([], [], [], level="nominal")
    assert noise_ceiling(empty).upper.undefined == "no_pairable_units"
