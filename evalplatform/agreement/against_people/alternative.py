"""The alternative annotator test: may a judge stand in for one of the people?"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalplatform.agreement.against_people.same_target import split_judge
from evalplatform.agreement.against_people.target import TargetScores
from evalplatform.agreement.against_people.votes import Votes, count_people, gather_votes, judge_credit
from evalplatform.agreement.arrays import BoolArray, FloatArray
from evalplatform.agreement.cells import count_per_unit, sum_by, sum_runs
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.multiplicity import benjamini_yekutieli
from evalplatform.agreement.preferences import Rule
from evalplatform.agreement.results import Undefined
from evalplatform.agreement.table import RatingTable

FEWEST_UNITS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class AltTest:
    """Outcome of the test, and what it rests on.

    Parameters
    ----------
    winning_rate : share of the people whom the judge beats, in [0, 1]; None where nobody could be tested
    advantage : mean over the people of the share of units where the judge is at least as near to the others as
        the person is, in [0, 1]
    passes : whether the winning rate is one half or more
    p_values : of each person tested, before correction
    rejected : the people whom the judge beats
    untested : the people with too few units
    epsilon : what a person costs more than the judge, as an advantage
    undefined : why there is no outcome
    """

    winning_rate: float | None
    advantage: float | None
    passes: bool | None
    p_values: Mapping[str, float]
    rejected: tuple[str, ...]
    untested: tuple[str, ...]
    epsilon: float
    undefined: Undefined | None = None


def alt_test(
    table: RatingTable,
    judge: str,
    people: Collection[str],
    *,
    epsilon: float,
    score: Literal["share", "distance"] = "share",
    rule: Rule | None = None,
    fewest_units: int = FEWEST_UNITS,
    error_rate: float = 0.05,
) -> AltTest:
    r"""Test, person by person, whether the judge is as near to the others as the person is.

    Parameters
    ----------
    table : ratings of the judge and of two people or more; more than one rating by a rater on a unit counts as
        their mean
    epsilon : what a person costs more than the judge: .2 for experts, .15 for skilled raters, .1 for a crowd,
        say its authors; declare it before the data are seen
    score : nearness to the others: ``share`` of the equal votes, or root mean squared ``distance`` of numbers
    rule : how inconsistent preferences count, see `apply_rule`
    fewest_units : people with fewer units are not tested
    error_rate : false discovery rate of the Benjamini-Yekutieli procedure over people

    Returns
    -------
    AltTest
        Undefined: ``no_pairable_units`` where no unit has the judge and two people, ``too_few_items`` where no
        person has enough units. The test has little power with few people: see `alt_test_power` before a
        failure is read as a finding. It takes units as independent and asks whether the judge loses to a person
        by more than `epsilon`, not whether it is as good.

    Notes
    -----
    .. math:: W_{uj} = [S(f_u) \ge S(x_{uj})], \quad H_{uj} = [S(x_{uj}) \ge S(f_u)], \quad
        H_0: E(H_{uj} - W_{uj}) \ge \epsilon

    one-sided t-test. Calderon, Reichart and Dror (2025), "The Alternative Annotator Test for LLM-as-a-Judge",
    ACL, section 3; Benjamini and Yekutieli (2001), Annals of Statistics 29, 1165-1188.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.against_people import alt_test
    >>> rows = [(u, r, u % 3 if (u + p) % 4 else 3) for u in range(60) for p, r in enumerate("jxyz")]
    >>> found = alt_test(RatingTable.from_records(rows, level="nominal"), "j", ["x", "y", "z"], epsilon=0.2)
    >>> found.winning_rate, found.advantage
    (1.0, 0.75)
    """
    if not 0 <= epsilon < 1 or not 0 < error_rate < 1 or fewest_units < 2:
        raise AgreementError("epsilon lies in [0, 1), the error rate in (0, 1), and two units are needed")
    own, voters = split_judge(table, judge, people, rule)
    units = (count_per_unit(own) > 0) & (count_people(voters) > 1)
    votes = gather_votes(voters, judge_credit(own, voters), units)
    if score == "share":
        of_judge, of_person, _ = (part[:, 0] for part in TargetScores(votes, crossed=True).fixed)
    elif score == "distance":
        of_judge, of_person = _score_distance(votes, own, voters, units)
    else:
        raise AgreementError(f"no such score: {score}")
    wins, losses = of_judge >= of_person - 1e-12, of_person >= of_judge - 1e-12
    return _decide(
        votes, voters.raters, wins.astype(float), losses.astype(float), epsilon, fewest_units, error_rate
    )


def p_below(n: FloatArray, total: FloatArray, squares: FloatArray, limit: float) -> FloatArray:
    """p-values of the one-sided t-test that a mean lies below `limit`, from counts, sums and sums of squares."""
    from scipy.special import stdtr  # scipy is imported on use

    mean = total / n
    spread = np.maximum(squares - n * mean**2, 0.0) / (n - 1)
    error = np.sqrt(spread / n)
    flat = error < 1e-12
    t = np.where(flat, 0.0, (mean - limit) / np.where(flat, 1.0, error))
    p: FloatArray = np.where(flat, np.where(mean < limit - 1e-12, 0.0, 1.0), stdtr(n - 1, t))
    return p


def _decide(
    votes: Votes,
    raters: tuple[str, ...],
    wins: FloatArray,
    losses: FloatArray,
    epsilon: float,
    fewest: int,
    error_rate: float,
) -> AltTest:
    person, size = votes.person, len(raters)
    n = np.bincount(person, minlength=size).astype(np.float64)
    tested = np.flatnonzero(n >= fewest)
    untested = tuple(raters[code] for code in np.flatnonzero((n > 0) & (n < fewest)))
    if not len(tested):
        reason: Undefined = "too_few_items" if len(person) else "no_pairable_units"
        return AltTest(
            winning_rate=None, advantage=None, passes=None, p_values={}, rejected=(), untested=untested,
            epsilon=epsilon, undefined=reason,
        )  # fmt: skip
    total, squares = (sum_by(person, part, size)[tested] for part in (losses - wins, (losses - wins) ** 2))
    p = p_below(n[tested], total, squares, epsilon)
    falls = benjamini_yekutieli(p) <= error_rate
    names = [raters[code] for code in tested]
    rate = float(falls.mean())
    return AltTest(
        winning_rate=rate,
        advantage=float((sum_by(person, wins, size)[tested] / n[tested]).mean()),
        passes=rate >= 0.5,
        p_values=dict(zip(names, p.tolist(), strict=True)),
        rejected=tuple(name for name, fell in zip(names, falls.tolist(), strict=True) if fell),
        untested=untested,
        epsilon=epsilon,
    )


def _score_distance(
    votes: Votes, judge: RatingTable, people: RatingTable, units: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Less the root mean squared distance to the votes of the others, of the judge and of the person, (pairs,)."""
    numbers = people.numbers
    if numbers is None:
        raise AgreementError("a distance needs numbers")
    weight = np.ones(len(judge)) if judge.weight is None else judge.weight
    given = sum_by(judge.unit, weight * numbers[judge.value], len(judge.units))
    kept = np.flatnonzero(units)
    of_judge = (given[kept] / sum_by(judge.unit, weight, len(judge.units))[kept])[votes.unit]
    powers = [votes.weight * numbers[votes.value] ** power for power in (0, 1, 2)]
    own = [sum_runs(part[:, None], votes.pair_starts)[:, 0] for part in powers]
    whole = [sum_runs(part[:, None], votes.unit_starts)[votes.unit, 0] for part in powers]
    count, first, second = (all_votes - mine for all_votes, mine in zip(whole, own, strict=True))

    def score(value: FloatArray) -> FloatArray:
        squared: FloatArray = np.maximum(value**2 - 2 * value * first / count + second / count, 0.0)
        return -np.sqrt(squared)

    return score(of_judge), score(own[1] / own[0])
