"""Ratings of pairs by simulated people, one of whom may have a planted fault."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from evalplatform.agreement import RatingTable
from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.raters import RaterAnswers, SignName

PAIRS, RATERS, OVERLAP = 200, 10, 4  # so that each rater sees about 80 pairs
ACCURACY = 0.8  # share of honest verdicts that name the better answer
SPREAD = 0.4  # of the logarithm of time between texts, and between answers of one rater
PACE = 0.02  # of the same between raters: a quick honest rater would be named, and rightly so
POINTS = np.arange(1, 8)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What one rater does in a share `strength` of its answers, and the signs that show it."""

    name: str
    strengths: tuple[float, ...]
    signs: frozenset[SignName]


FAULTS = (
    Fault(name="none", strengths=(0.0,), signs=frozenset()),
    Fault(name="spammer", strengths=(0.5, 1.0), signs=frozenset({"agreement"})),
    Fault(name="always the first shown", strengths=(0.3, 0.6, 1.0), signs=frozenset({"side"})),
    Fault(name="always the longer", strengths=(0.3, 0.6, 1.0), signs=frozenset({"length"})),
    Fault(name="speeder", strengths=(0.3, 0.6, 1.0), signs=frozenset({"speed"})),
    Fault(name="drifting", strengths=(0.5, 1.0), signs=frozenset({"drift", "agreement"})),
    Fault(name="improving", strengths=(0.5, 1.0), signs=frozenset({"agreement"})),
    Fault(name="lenient", strengths=(0.3, 0.6, 1.0), signs=frozenset({"lenience"})),
)


@dataclass(frozen=True, eq=False, kw_only=True)
class _Dealt:
    """Which rater met which pair, and what was seen there, (n,) each."""

    unit: IntArray
    rater: IntArray
    better: BoolArray  # whether the canonical first is
    is_longer: BoolArray  # whether the canonical first is
    swapped: BoolArray
    place: FloatArray  # 0 for the rater's first answer, 1 for its last


def _deal(rng: np.random.Generator) -> _Dealt:
    unit = np.repeat(np.arange(PAIRS), OVERLAP)
    rater = np.concatenate([rng.permutation(RATERS)[:OVERLAP] for _ in range(PAIRS)])
    better, is_longer = rng.random((2, PAIRS)) < 0.5
    count = np.bincount(rater, minlength=RATERS)
    nth = np.zeros(len(rater))
    for code in range(RATERS):
        nth[rater == code] = np.arange(count[code]) / max(count[code] - 1, 1)
    return _Dealt(
        unit=unit,
        rater=rater,
        better=better[unit],
        is_longer=is_longer[unit],
        swapped=rng.random(len(unit)) < 0.5,
        place=nth,
    )


def draw_pairs(fault: str, strength: float, rng: np.random.Generator) -> RaterAnswers:
    """Verdicts on pairs; rater 0 has the fault."""
    dealt = _deal(rng)
    n = len(dealt.unit)
    chose = np.where(rng.random(n) < ACCURACY, dealt.better, ~dealt.better)
    shares = {"drifting": strength * dealt.place, "improving": strength * (1 - dealt.place)}
    does = (dealt.rater == 0) & (rng.random(n) < shares.get(fault, np.full(n, strength)))
    ways: dict[str, BoolArray] = {
        "spammer": rng.random(n) < 0.5,
        "drifting": rng.random(n) < 0.5,
        "improving": rng.random(n) < 0.5,
        "always the first shown": ~dealt.swapped,
        "always the longer": dealt.is_longer,
    }
    chose = np.where(does, ways.get(fault, chose), chose)
    return RaterAnswers.of(
        RatingTable.from_arrays(
            dealt.unit,
            [f"r{code}" for code in dealt.rater],
            np.where(chose, "first", "second"),
            level="nominal",
        ),
        seconds=_draw_seconds(dealt, does & (fault == "speeder"), rng),
        order=dealt.place,
        first=(chose != dealt.swapped).astype(np.float64),
        longer=(chose == dealt.is_longer).astype(np.float64),
    )


def _draw_seconds(dealt: _Dealt, rushed: BoolArray, rng: np.random.Generator) -> FloatArray:
    """A rushed answer takes a third of the time; texts differ in length, and people in pace by a little."""
    texts, paces = rng.normal(0, SPREAD, PAIRS), rng.normal(0, PACE, RATERS)
    logs = 3.4 + texts[dealt.unit] + paces[dealt.rater] + rng.normal(0, SPREAD, len(dealt.unit))
    return np.asarray(np.exp(logs) * np.where(rushed, 1 / 3, 1.0))


def draw_scores(strength: float, rng: np.random.Generator) -> RaterAnswers:
    """Scores of 1 to 7; rater 0 gives a point more in a share `strength` of its answers."""
    dealt = _deal(rng)
    n = len(dealt.unit)
    worth = rng.normal(4, 1.2, PAIRS)[dealt.unit] + rng.normal(0, 0.8, n)
    worth += (dealt.rater == 0) & (rng.random(n) < strength)
    scores = np.clip(np.rint(worth), POINTS[0], POINTS[-1]).astype(np.int64)
    table = RatingTable.from_arrays(
        dealt.unit, [f"r{code}" for code in dealt.rater], scores.tolist(), level="interval"
    )
    nobody = np.zeros(n, dtype=np.bool_)
    return RaterAnswers.of(table, seconds=_draw_seconds(dealt, nobody, rng), order=dealt.place)


def choose_world(fault: str) -> Callable[[float, np.random.Generator], RaterAnswers]:
    """The world in which a fault can be seen."""
    if fault == "lenient":
        return draw_scores
    return lambda strength, rng: draw_pairs(fault, strength, rng)
