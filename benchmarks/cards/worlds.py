"""Ratings by simulated people, some of whom may have a planted fault."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalplatform.agreement import RatingTable
from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.raters import RaterAnswers, SignName

PAIRS, RATERS, OVERLAP = 200, 10, 4  # so that each rater sees about 80 pairs
MANY = 1000  # pairs of a study in which each rater sees about 400
ACCURACY = 0.8  # share of honest verdicts that name the better answer
HARD = 0.4  # of the pairs, where they are not dealt at random: all raters see about equally many then
EASY_ACCURACY, HARD_ACCURACY = 0.95, 0.6  # where one rater is dealt the hard pairs only, and all are alike
SPEAKERS = 6  # raters of the language whose pairs are not hard; the others have the other
SPEAKERS_ACCURACY, OTHERS_ACCURACY = 0.9, 0.65
APART = 0.05  # of that share between people, where they are not equally able: mostly 0.7 to 0.9
SPREAD = 0.4  # of the logarithm of time between texts, and between answers of one rater
PACE = 0.02  # of the same between raters: a quick honest rater would be named, and rightly so
POINTS = np.arange(1, 8)
Dealing = Literal["at random", "hard tasks to one", "by language"]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What some raters do in a share `strength` of their answers, and the signs that show it.

    Attributes
    ----------
    way : what they do, where that is not `name`
    faulty : how many do it, the first by name; the rest are honest
    apart : standard deviation of the honest raters' accuracy
    pairs : texts or pairs that the study has
    scored : whether texts are scored, from 1 to 7; else pairs are compared
    dealt : who meets which pair
    """

    name: str
    strengths: tuple[float, ...]
    signs: frozenset[SignName]
    way: str = ""
    faulty: int = 1
    apart: float = 0.0
    pairs: int = PAIRS
    scored: bool = False
    dealt: Dealing = "at random"


RARELY: frozenset[SignName] = frozenset({"agreement"})
DRIFTS: frozenset[SignName] = frozenset({"drift", "agreement"})
FAULTS = (
    Fault(name="none", strengths=(0.0,), signs=frozenset()),
    Fault(name="none, abilities differ", strengths=(0.0,), signs=frozenset(), way="none", apart=APART),
    Fault(
        name="none, abilities differ, 400 answers each",
        strengths=(0.0,),
        signs=frozenset(),
        way="none",
        apart=APART,
        pairs=MANY,
    ),
    Fault(
        name="none, hard tasks to one",
        strengths=(0.0,),
        signs=frozenset(),
        way="none",
        dealt="hard tasks to one",
    ),
    Fault(name="none, two languages", strengths=(0.0,), signs=frozenset(), way="none", dealt="by language"),
    Fault(name="none, scores", strengths=(0.0,), signs=frozenset(), way="none", scored=True),
    Fault(name="spammer", strengths=(0.5, 1.0), signs=RARELY),
    Fault(name="spammer, abilities differ", strengths=(1.0,), signs=RARELY, way="spammer", apart=APART),
    Fault(name="spammer, 400 answers each", strengths=(0.5, 1.0), signs=RARELY, way="spammer", pairs=MANY),
    Fault(name="two spammers", strengths=(1.0,), signs=RARELY, way="spammer", faulty=2),
    Fault(name="spammer, scores", strengths=(0.5, 1.0), signs=RARELY, way="spammer", scored=True),
    Fault(name="always the first shown", strengths=(0.3, 0.6, 1.0), signs=frozenset({"side"})),
    Fault(name="always the longer", strengths=(0.3, 0.6, 1.0), signs=frozenset({"length"})),
    Fault(name="speeder", strengths=(0.3, 0.6, 1.0), signs=frozenset({"speed"})),
    Fault(name="drifting", strengths=(0.5, 1.0), signs=DRIFTS),
    Fault(name="drifting, 400 answers each", strengths=(0.5, 1.0), signs=DRIFTS, way="drifting", pairs=MANY),
    Fault(name="improving", strengths=(0.5, 1.0), signs=RARELY),
    Fault(name="lenient", strengths=(0.3, 0.6, 1.0), signs=frozenset({"lenience"}), scored=True),
)


@dataclass(frozen=True, eq=False, kw_only=True)
class _Dealt:
    """Which rater met which pair, and what was seen there, (n,) each."""

    unit: IntArray
    hard: BoolArray
    rater: IntArray
    better: BoolArray  # whether the canonical first is
    is_longer: BoolArray  # whether the canonical first is
    swapped: BoolArray
    place: FloatArray  # 0 for the rater's first answer, 1 for its last


def draw_answers(fault: Fault, strength: float, rng: np.random.Generator) -> RaterAnswers:
    """A study with this fault at this strength."""
    return _draw_scores(fault, strength, rng) if fault.scored else _draw_pairs(fault, strength, rng)


def _pick_raters(dealing: Dealing, hard: bool, rng: np.random.Generator) -> IntArray:
    """Who meets a pair: `OVERLAP` of those who may."""
    if dealing == "at random":
        return rng.permutation(RATERS)[:OVERLAP]
    if dealing == "by language":
        return SPEAKERS + rng.permutation(RATERS - SPEAKERS) if hard else rng.permutation(SPEAKERS)[:OVERLAP]
    others = 1 + rng.permutation(RATERS - 1)
    return np.concatenate([[0], others[: OVERLAP - 1]]) if hard else others[:OVERLAP]


def _deal(fault: Fault, rng: np.random.Generator) -> _Dealt:
    pairs = fault.pairs
    unit = np.repeat(np.arange(pairs), OVERLAP)
    hard = np.arange(pairs) < HARD * pairs
    rater = np.concatenate([_pick_raters(fault.dealt, bool(one), rng) for one in hard])
    better, is_longer = rng.random((2, pairs)) < 0.5
    count = np.bincount(rater, minlength=RATERS)
    nth = np.zeros(len(rater))
    for code in range(RATERS):
        nth[rater == code] = np.arange(count[code]) / max(count[code] - 1, 1)
    return _Dealt(
        unit=unit,
        hard=hard[unit],
        rater=rater,
        better=better[unit],
        is_longer=is_longer[unit],
        swapped=rng.random(len(unit)) < 0.5,
        place=nth,
    )


def _draw_pairs(fault: Fault, strength: float, rng: np.random.Generator) -> RaterAnswers:
    """Verdicts on pairs."""
    dealt, way = _deal(fault, rng), fault.way or fault.name
    n = len(dealt.unit)
    able = _draw_accuracy(fault, dealt, rng)
    chose = np.where(rng.random(n) < able, dealt.better, ~dealt.better)
    shares = {"drifting": strength * dealt.place, "improving": strength * (1 - dealt.place)}
    does = (dealt.rater < fault.faulty) & (rng.random(n) < shares.get(way, np.full(n, strength)))
    ways: dict[str, BoolArray] = {
        "spammer": rng.random(n) < 0.5,
        "drifting": rng.random(n) < 0.5,
        "improving": rng.random(n) < 0.5,
        "always the first shown": ~dealt.swapped,
        "always the longer": dealt.is_longer,
    }
    chose = np.where(does, ways.get(way, chose), chose)
    return RaterAnswers.of(
        RatingTable.from_arrays(
            dealt.unit,
            [f"r{code}" for code in dealt.rater],
            np.where(chose, "first", "second"),
            level="nominal",
        ),
        seconds=_draw_seconds(dealt, does & (way == "speeder"), rng),
        order=dealt.place,
        first=(chose != dealt.swapped).astype(np.float64),
        longer=(chose == dealt.is_longer).astype(np.float64),
    )


def _draw_accuracy(fault: Fault, dealt: _Dealt, rng: np.random.Generator) -> FloatArray:
    """How probable each honest verdict is to name the better answer, (n,)."""
    if fault.dealt == "hard tasks to one":
        return np.where(dealt.hard, HARD_ACCURACY, EASY_ACCURACY)
    if fault.dealt == "by language":
        return np.where(dealt.hard, OTHERS_ACCURACY, SPEAKERS_ACCURACY)
    if fault.apart:
        return np.clip(rng.normal(ACCURACY, fault.apart, RATERS), 0.5, 1.0)[dealt.rater]
    return np.full(len(dealt.unit), ACCURACY)


def _draw_seconds(dealt: _Dealt, rushed: BoolArray, rng: np.random.Generator) -> FloatArray:
    """A rushed answer takes a third of the time; texts differ in length, and people in pace by a little."""
    texts, paces = rng.normal(0, SPREAD, int(dealt.unit.max()) + 1), rng.normal(0, PACE, RATERS)
    logs = 3.4 + texts[dealt.unit] + paces[dealt.rater] + rng.normal(0, SPREAD, len(dealt.unit))
    return np.asarray(np.exp(logs) * np.where(rushed, 1 / 3, 1.0))


def _draw_scores(fault: Fault, strength: float, rng: np.random.Generator) -> RaterAnswers:
    """Scores of 1 to 7: whoever is lenient gives a point more, and a spammer any of them."""
    dealt = _deal(fault, rng)
    n = len(dealt.unit)
    worth = rng.normal(4, 1.2, fault.pairs)[dealt.unit] + rng.normal(0, 0.8, n)
    does = (dealt.rater < fault.faulty) & (rng.random(n) < strength)
    worth = np.where(does, rng.choice(POINTS, n), worth) if fault.way == "spammer" else worth + does
    scores = np.clip(np.rint(worth), POINTS[0], POINTS[-1]).astype(np.int64)
    table = RatingTable.from_arrays(
        dealt.unit, [f"r{code}" for code in dealt.rater], scores.tolist(), level="interval"
    )
    nobody = np.zeros(n, dtype=np.bool_)
    return RaterAnswers.of(table, seconds=_draw_seconds(dealt, nobody, rng), order=dealt.place)
