from dataclasses import dataclass, replace

import numpy as np
import pytest

from evalplatform.agreement import AgreementError, RatingTable
from evalplatform.agreement.bias import SelfPreference, self_preference

FAMILIES = {"own": "a", "b": "b", "c": "c", "d": "d", "judge": "a", "x": "x", "y": "y"}
PAIRS = (("b", "own"), ("own", "c"), ("b", "c"), ("c", "d"))


@dataclass(frozen=True)
class Study:
    table: RatingTable
    systems: dict[int, tuple[str, str]]

    def ask(self, **options: object) -> SelfPreference:
        given = {"families": FAMILIES, "people": ["person"], **options}
        return self_preference(self.table, "judge", systems=self.systems, **given)  # type: ignore[arg-type]


def simulate(
    seed: int, accuracy: dict[str, float], *, bias: float = 0.0, items: int = 300, by_order: float = 0.0
) -> Study:
    """Own side truly better in 75 % of pairs, people right in 80 %, and judges as right as they are."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, str, str, int, None, str]] = []
    systems: dict[int, tuple[str, str]] = {}
    for item in range(items):
        for pair in PAIRS:
            unit = len(systems)
            systems[unit] = pair
            own = 1 if pair[0] == "own" else -1 if pair[1] == "own" else 0
            better = (
                rng.random() < 0.75 if own > 0 else rng.random() < 0.25 if own < 0 else rng.random() < 0.5
            )
            order = "forward" if own >= 0 else "swapped"  # the own answer is always shown first
            for name, right in {**accuracy, "person": 0.8}.items():
                chance = right if better else 1 - right
                chance += (bias * own if name == "judge" else 0.0) + (
                    by_order if name == "judge" else 0.0
                ) * (1 if order == "forward" else -1)
                value = "first" if rng.random() < chance else "second"
                rows.append((unit, name, value, item, None, order))
    return Study(RatingTable.from_records(rows, level="nominal"), systems)


@pytest.mark.parametrize(
    "accuracy", [{"judge": 0.9, "x": 0.7, "y": 0.65}, {"judge": 0.6, "x": 0.9, "y": 0.85}]
)
def test_unbiased_judges_of_unequal_accuracy_show_nothing(accuracy: dict[str, float]) -> None:
    found = [simulate(seed, accuracy).ask(resamples=200) for seed in range(12)]
    effects = np.array([each.effect.estimate for each in found], dtype=float)
    error = effects.std(ddof=1) / np.sqrt(len(effects))
    assert abs(effects.mean()) < 3 * error
    assert abs(effects.mean()) < 0.03
    held = [(each.effect.low or 0) <= 0 <= (each.effect.high or 0) for each in found]
    assert sum(held) >= 10


def test_the_unadjusted_figures_fire_on_an_unbiased_judge() -> None:
    """[arithmetic] a judge right in 90 % shows +.05 and +.28 without any preference; one of 80 % 0 and +.21."""
    for right, gap, opportunity in ((0.9, 0.05, 0.28), (0.8, 0.0, 0.21)):
        found = simulate(1, {"judge": right, "x": 0.7}, items=4000).ask(inference=None).unadjusted
        assert found["win_rate_gap"].estimate == pytest.approx(gap, abs=0.015)
        assert found["equal_opportunity"].estimate == pytest.approx(opportunity, abs=0.02)
    shown = simulate(1, {"judge": 0.9, "x": 0.7}).ask().unadjusted["equal_opportunity"]
    assert (shown.low or 0) > 0


def test_a_preference_is_found() -> None:
    found = simulate(2, {"judge": 0.8, "x": 0.7, "y": 0.75}, bias=0.1, items=1000).ask()
    low, high = found.effect.low, found.effect.high
    assert low is not None
    assert high is not None
    assert 0 < low < 0.1 < high
    assert (found.own, found.control, found.effect.n) == (2000, 2000, 4000)


def test_a_lean_to_the_place_is_no_preference() -> None:
    """The own answer is always shown first here: a judge of places would seem to favour it."""
    found = simulate(5, {"judge": 0.75, "x": 0.75, "y": 0.75}, by_order=0.15, items=1500).ask()
    assert (found.unadjusted["win_rate_gap"].low or 0) > 0.08
    assert (found.effect.low or 0) < 0 < (found.effect.high or 0)


def test_a_judge_that_wrote_an_answer_is_no_third_party() -> None:
    """Judge x wrote b: its verdicts on pairs of b are left out, not taken for a yardstick."""
    study = simulate(6, {"judge": 0.8, "x": 0.8})
    found = study.ask(families={**FAMILIES, "b": "x"}, inference=None)
    assert (found.own, found.control) == (300, 300)


def test_neither_the_stored_order_nor_the_copies_of_items_matter() -> None:
    study = simulate(11, {"judge": 0.9, "x": 0.7, "y": 0.8}, bias=0.05)
    table, expected = study.table, study.ask(inference=None).effect.estimate
    values = table.map_values({"first": "second", "second": "first"})
    turned = replace(
        values, presentation=np.where(np.asarray(table.presentation) == "forward", "swapped", "forward")
    )
    mirrored = Study(turned, {unit: (other, one) for unit, (one, other) in study.systems.items()})
    assert mirrored.ask(inference=None).effect.estimate == pytest.approx(expected, abs=1e-9)
    twice = RatingTable.from_records(
        [
            (unit + copy * 10_000, table.raters[rater], table.categories[value], None, None, order)
            for copy in (0, 1)
            for unit, rater, value, order in zip(
                table.unit.tolist(), table.rater, table.value, np.asarray(table.presentation), strict=True
            )
        ],
        level="nominal",
    )
    systems = {unit + copy * 10_000: pair for unit, pair in study.systems.items() for copy in (0, 1)}
    assert Study(twice, systems).ask(inference=None).effect.estimate == pytest.approx(expected, abs=1e-9)


def test_lengths_are_taken_out() -> None:
    """A judge of the longer answer, where the own answer is the longer one."""
    rng = np.random.default_rng(7)
    rows, systems, lengths = [], {}, {}
    for unit in range(3000):
        pair = PAIRS[unit % 4]
        own = 1 if pair[0] == "own" else -1 if pair[1] == "own" else 0
        lead = rng.normal(0.2 * own, 0.3)
        better = rng.choice([-1, 1])
        for name, by_length in (("judge", 0.5), ("x", 0.0), ("person", 0.0)):
            chance = np.clip(0.5 + 0.25 * better + by_length * np.clip(lead, -0.5, 0.5), 0, 1)
            rows.append((unit, name, "first" if rng.random() < chance else "second"))
        systems[unit], lengths[unit] = pair, (1000 * (1 + lead), 1000 * (1 - lead))
    study = Study(RatingTable.from_records(rows, level="nominal"), systems)
    assert (study.ask().effect.low or 0) > 0.03
    controlled = study.ask(lengths=lengths).effect
    assert (controlled.low or 0) < 0 < (controlled.high or 0)


def test_what_is_missing_is_named() -> None:
    study = simulate(8, {"judge": 0.8, "x": 0.7})
    alone = study.ask(families={name: family for name, family in FAMILIES.items() if name != "x"})
    assert (alone.effect.estimate, alone.effect.undefined) == (None, "no_other_family_judge")
    assert alone.unadjusted["win_rate_gap"].estimate is not None
    assert study.ask(families={**FAMILIES, "x": "a"}).effect.undefined == "no_other_family_judge"
    assert study.ask(families={**FAMILIES, "own": "z"}).effect.undefined == "no_pairable_units"
    only_own = study.table.subset(units=np.arange(1200) % 4 < 2)
    assert Study(only_own, study.systems).ask().effect.undefined == "no_control_pairs"
    without_votes = study.table.keep(study.table.rater != study.table.raters.index("person"))
    assert Study(without_votes, study.systems).ask().effect.undefined == "no_human_margin"
    both = study.ask(families={name: "a" if name in "bcd" else family for name, family in FAMILIES.items()})
    assert both.effect.excluded["both_own"] == 1200


def test_votes_that_tell_nothing_are_no_margin() -> None:
    study = simulate(9, {"judge": 0.8, "x": 0.5}, items=60)
    assert study.ask().effect.undefined == "weak_margin"


def test_the_question_must_name_its_parts() -> None:
    study = simulate(10, {"judge": 0.8, "x": 0.7}, items=2)
    with pytest.raises(AgreementError, match="no family given for the judge"):
        study.ask(families={"own": "a"})
    with pytest.raises(AgreementError, match="no systems given for unit 0"):
        Study(study.table, {}).ask()
