"""The alternative annotator test: would a judge do better than each of the people, held against the others?"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.multiplicity import benjamini_yekutieli
from evalplatform.agreement.preferences import Rule, apply_rule
from evalplatform.agreement.results import Undefined
from evalplatform.agreement.table import RatingTable

LEAST_UNITS = 30
PASSING = 0.5
Score = Literal["accuracy", "negative_rmse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """A judge against one person, on the units that both rated and somebody else too.

    Parameters
    ----------
    person : who is left out
    judge_wins : share of units where the judge is at least as near to the others as the person is
    person_wins : share where the person is at least as near; both win a draw
    n : units
    p_value : one-sided, of the person's advantage being epsilon or more; small speaks for the judge
    rejected : whether that is ruled out, all people taken together
    """

    person: str
    judge_wins: float
    person_wins: float
    n: int
    p_value: float
    rejected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AltTest:
    """What came of it.

    Parameters
    ----------
    winning_rate : share of people whose advantage is ruled out
    advantage_probability : mean over people of `judge_wins`
    passed : whether the winning rate is one half or more
    epsilon : what a person may cost more than the judge: .2 for experts, .15 for skilled, .1 for crowd workers
    contests : one for each person with units enough
    left_out : units of each person who has too few
    undefined : ``too_few_raters``: nobody has units enough
    """

    winning_rate: float | None
    advantage_probability: float | None
    passed: bool | None
    epsilon: float
    contests: tuple[Contest, ...] = ()
    left_out: Mapping[str, int] | None = None
    undefined: Undefined | None = None

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


def alt_test(
    table: RatingTable,
    judge: str,
    people: Collection[str],
    *,
    epsilon: float = 0.2,
    alpha: float = 0.05,
    score: Score = "accuracy",
    least_units: int = LEAST_UNITS,
    rule: Rule | None = None,
) -> AltTest:
    r"""The alternative annotator test of a judge against each of some people.

    It asks less than it seems: with three people a judge equal to each of them passes at 30 units with a chance of 20 %
    at epsilon .1 and of 59 % at .2. Look at its power (`alt_test_power`) before its answer.

    Parameters
    ----------
    table : one rating a unit and rater; several are averaged where they are numbers and else are an error
    judge, people : names of raters; two people at least
    epsilon : advantage that people may have for what they cost, in [0, 1]
    alpha : level of the false discovery rate over people (Benjamini and Yekutieli 2001)
    score : nearness to the others: ``accuracy`` is the share of them with the same value, ``negative_rmse`` of numbers
        the root mean squared distance, negated
    least_units : people with fewer are left out
    rule : how inconsistent preferences count, see `apply_rule`

    Returns
    -------
    AltTest
        Undefined: ``too_few_raters``.

    Notes
    -----
    For person j with W of the judge, H of the person and units i: one-sided t-test of mean(H - W) < epsilon, with
    W_i = [score(judge, others) >= score(j, others)] and H_i the same the other way round. Calderon, Reichart and Dror
    (2025), "The Alternative Annotator Test for LLM-as-a-Judge", ACL.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.against_people import alt_test
    >>> rows = [(unit, rater, unit % 2) for unit in range(40) for rater in ("ann", "bob", "eve", "judge")]
    >>> found = alt_test(RatingTable.from_records(rows, level="nominal"), "judge", ["ann", "bob", "eve"])
    >>> found.winning_rate, found.advantage_probability
    (1.0, 1.0)
    """
    if not 0 <= epsilon <= 1 or not 0 < alpha < 1:
        raise AgreementError("epsilon lies in [0, 1], and alpha between 0 and 1")
    held = apply_rule(table, rule)
    grid = _spread(held, [judge, *people], score)
    measure = SCORES[score]
    compared = {person: _compare(grid, place, measure) for place, person in enumerate(people, start=1)}
    tried = {person: wins for person, wins in compared.items() if wins.shape[1] >= least_units}
    left_out = {person: wins.shape[1] for person, wins in compared.items() if person not in tried}
    if not tried:
        return AltTest(
            winning_rate=None,
            advantage_probability=None,
            passed=None,
            epsilon=epsilon,
            left_out=left_out,
            undefined="too_few_raters",
        )
    p_values = np.array([_test_advantage(wins, epsilon) for wins in tried.values()])
    rejected = benjamini_yekutieli(p_values) <= alpha
    contests = tuple(
        Contest(
            person=person,
            judge_wins=float(wins[0].mean()),
            person_wins=float(wins[1].mean()),
            n=wins.shape[1],
            p_value=float(p_value),
            rejected=bool(is_rejected),
        )
        for (person, wins), p_value, is_rejected in zip(tried.items(), p_values, rejected, strict=True)
    )
    rate = float(rejected.mean())
    return AltTest(
        winning_rate=rate,
        advantage_probability=float(np.mean([contest.judge_wins for contest in contests])),
        passed=rate >= PASSING,
        epsilon=epsilon,
        contests=contests,
        left_out=left_out,
    )


def _spread(table: RatingTable, raters: list[str], score: Score) -> FloatArray:
    """Values of each unit and rater, (units, raters), NaN where there is none."""
    codes = table.codes_of(raters)
    values = _read_values(table, score)
    place = np.full(len(table.raters), -1, dtype=np.int64)
    place[codes] = np.arange(len(codes))
    rows = place[table.rater] >= 0
    cell = table.unit[rows] * len(codes) + place[table.rater[rows]]
    size = len(table.units) * len(codes)
    counts = np.bincount(cell, minlength=size)
    if score == "accuracy" and counts.max(initial=0) > 1:
        raise AgreementError("a rater rated a unit twice: take one of the ratings")
    sums = sum_by(cell, values[table.value[rows]], size)
    grid = np.divide(sums, counts, out=np.full(size, np.nan), where=counts > 0)
    found: FloatArray = grid.reshape(-1, len(codes))
    return found


def _read_values(table: RatingTable, score: Score) -> FloatArray:
    if score == "accuracy":
        return np.arange(len(table.categories), dtype=np.float64)
    if table.numbers is None:
        raise AgreementError("distances need numbers")
    return table.numbers


def _compare(
    grid: FloatArray, place: int, measure: Callable[[FloatArray, FloatArray], FloatArray]
) -> FloatArray:
    """Where the judge (column 0) and the person at `place` are at least as near to the others: (2, units)."""
    others = np.delete(grid, [0, place], axis=1)
    met = ~np.isnan(grid[:, [0, place]]).any(axis=1) & ~np.isnan(others).all(axis=1)
    judge, person = (measure(grid[met, column], others[met]) for column in (0, place))
    return np.array([judge >= person, person >= judge], dtype=np.float64)


def _share_equal(values: FloatArray, others: FloatArray) -> FloatArray:
    there = ~np.isnan(others)
    found: FloatArray = (values[:, None] == others).sum(axis=1) / there.sum(axis=1)
    return found


def _negate_rmse(values: FloatArray, others: FloatArray) -> FloatArray:
    there = ~np.isnan(others)
    squares = np.where(there, np.square(values[:, None] - np.nan_to_num(others)), 0.0)
    found: FloatArray = -np.sqrt(squares.sum(axis=1) / there.sum(axis=1))
    return found


SCORES: dict[Score, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "accuracy": _share_equal,
    "negative_rmse": _negate_rmse,
}


def _test_advantage(wins: FloatArray, epsilon: float) -> float:
    """One-sided p-value of the mean advantage of the person being epsilon or more."""
    from scipy.special import stdtr  # scipy is imported on use

    advantage = wins[1] - wins[0]
    mean, spread = float(advantage.mean()), float(advantage.std(ddof=1))
    if spread == 0:
        return 0.0 if mean < epsilon else 1.0
    return float(stdtr(len(advantage) - 1, (mean - epsilon) / (spread / np.sqrt(len(advantage)))))


def alt_test_power(
    *,
    people: int,
    units: int,
    person_accuracy: float,
    judge_accuracy: float,
    epsilon: float = 0.2,
    alpha: float = 0.05,
    categories: int = 2,
    runs: int = 1000,
    seed: int = 0,
) -> float:
    """Chance that a judge passes the test, by simulation.

    Parameters
    ----------
    people, units : how many
    person_accuracy, judge_accuracy : chance of giving the true value, in [0, 1]; errors fall on the other categories
        alike and independently
    epsilon, alpha : as for `alt_test`
    categories : how many values there are, 2 or more
    runs, seed : of the simulation

    Returns
    -------
    float
        Share of `runs` that pass, in [0, 1].

    Examples
    --------
    >>> from evalplatform.agreement.against_people import alt_test_power
    >>> alt_test_power(people=3, units=30, person_accuracy=0.8, judge_accuracy=0.8, epsilon=1, runs=50)
    1.0
    """
    if people < 2 or units < 2 or categories < 2 or runs < 1:
        raise AgreementError("two people, two units, two categories and one run are the least")
    rng = np.random.Generator(np.random.PCG64(seed))
    accuracy = np.array([judge_accuracy, *[person_accuracy] * people])
    passed = 0
    for _ in range(runs):
        is_right = rng.random((units, people + 1)) < accuracy
        wrong = rng.integers(1, categories, (units, people + 1))
        grid = np.where(is_right, 0, wrong).astype(np.float64)
        p_values = [
            _test_advantage(_compare(grid, place, _share_equal), epsilon) for place in range(1, people + 1)
        ]
        passed += float((benjamini_yekutieli(p_values) <= alpha).mean()) >= PASSING
    return passed / runs
