"""How often the alternative annotator test passes a judge: what a failure, or a pass, is worth."""

from dataclasses import dataclass

import numpy as np

from evalplatform.agreement.against_people.alternative import p_below
from evalplatform.agreement.arrays import BoolArray
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.multiplicity import benjamini_yekutieli

BLOCK = 2**22  # votes held at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """Share of simulated studies in which the judge passes, with the error of the simulation, in [0, 1]."""

    share: float
    error: float
    runs: int
    seed: int


def alt_test_power(
    *,
    judge_accuracy: float,
    person_accuracy: float,
    people: int,
    units: int,
    epsilon: float,
    error_rate: float = 0.05,
    runs: int = 2000,
    seed: int = 0,
) -> Power:
    """Chance that `alt_test` passes a judge, by simulation.

    The model: each unit has a right answer out of two; the judge and each person find it independently, the
    people with the same accuracy, and all rate all units. Harder units, which make votes depend on each other,
    are not in it.

    Parameters
    ----------
    judge_accuracy, person_accuracy : in [0, 1]
    people : two or more
    units : rated by everybody, two or more
    epsilon, error_rate : as for `alt_test`
    runs : simulated studies
    seed : of the simulation

    Returns
    -------
    Power

    Examples
    --------
    >>> from evalplatform.agreement.against_people import alt_test_power
    >>> equal = {"judge_accuracy": 0.8, "person_accuracy": 0.8, "people": 3, "units": 30}
    >>> alt_test_power(**equal, epsilon=0.1, runs=500).share < 0.3
    True
    """
    if not (0 <= judge_accuracy <= 1 and 0 <= person_accuracy <= 1):
        raise AgreementError("an accuracy lies between 0 and 1")
    if people < 2 or units < 2 or runs < 1 or not 0 <= epsilon < 1:
        raise AgreementError("the test needs two people, two units, a run, and an epsilon in [0, 1)")
    rng = np.random.Generator(np.random.PCG64(seed))
    step = max(1, BLOCK // (people * units))
    passed = 0
    for start in range(0, runs, step):
        size = min(step, runs - start)
        judge = rng.random((1, units, size)) < judge_accuracy
        votes = rng.random((people, units, size)) < person_accuracy
        passed += int(_simulate(judge, votes, epsilon, error_rate).sum())
    share = passed / runs
    return Power(share=share, error=float(np.sqrt(share * (1 - share) / runs)), runs=runs, seed=seed)


def _simulate(judge: BoolArray, votes: BoolArray, epsilon: float, error_rate: float) -> BoolArray:
    """Say of each study whether the judge passes, (runs,), from who was right, (raters, units, runs)."""
    people, units = votes.shape[0], votes.shape[1]
    right = votes.sum(axis=0) - votes  # others who are right
    of_judge = np.where(judge, right, people - 1 - right)
    of_person = np.where(votes, right, people - 1 - right)
    loss = (of_person >= of_judge).astype(np.int8) - (of_judge >= of_person).astype(np.int8)
    total = loss.sum(axis=1, dtype=np.int64).astype(np.float64)
    squares = np.abs(loss).sum(axis=1, dtype=np.int64).astype(np.float64)
    p = p_below(np.full(total.shape, float(units)), total, squares, epsilon)
    rate = (np.apply_along_axis(benjamini_yekutieli, 0, p) <= error_rate).mean(axis=0)
    passes: BoolArray = rate >= 0.5
    return passes
