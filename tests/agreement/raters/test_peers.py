"""Who agrees less than its peers: found where answers are random, and rarely for being the least able."""

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from benchmarks.cards.worlds import FAULTS, draw_answers
from evalplatform.agreement import RatingTable
from evalplatform.agreement.raters import RaterAnswers, compare_with_peers, exchange_test
from evalplatform.agreement.raters.peers import find_spread

HOLM = 0.05 / 50  # of ten raters and five signs


def draw(name: str, seed: int, strength: float = 1.0) -> RaterAnswers:
    fault = next(fault for fault in FAULTS if fault.name == name)
    return draw_answers(fault, strength, np.random.default_rng([seed, *name.encode()]))


def list_named(answers: RaterAnswers, level: float) -> list[int]:
    found = compare_with_peers(answers.table)
    return [code for code, one in enumerate(found) if one.p_value is not None and one.p_value <= level]


def test_whoever_answers_at_random_is_found_in_half_of_the_studies_and_nobody_else() -> None:
    """The test that only asks who is alone within a task finds as many, and honest people with them."""
    named = [list_named(draw("spammer", seed), HOLM) for seed in range(40)]
    assert sum(0 in held for held in named) >= 17
    assert sum(bool(set(held) - {0}) for held in named) <= 1


def test_the_least_able_of_ten_honest_raters_is_not_named_however_much_they_answer() -> None:
    studies = [draw("none, abilities differ, 400 answers each", seed, 0.0) for seed in range(20)]
    assert sum(bool(list_named(answers, HOLM)) for answers in studies) <= 1  # 1 in 100 is promised
    alone = [
        min(
            exchange_test(answers.agreement, answers.table.unit, answers.by(code)).below for code in range(10)
        )
        for answers in studies
    ]
    assert sum(p_value <= HOLM for p_value in alone) >= 2  # a test of being alike would name them


def test_honest_raters_are_rarely_named_where_abilities_differ() -> None:
    named = [bool(list_named(draw("none, abilities differ", seed, 0.0), 0.05 / 10)) for seed in range(60)]
    assert sum(named) <= 7  # a twentieth would be 3; 8 have a chance of 1 in 100


def test_nobody_is_named_for_being_dealt_the_hard_tasks() -> None:
    """All are alike on every task; one is dealt only those on which anybody is often wrong."""
    named = [list_named(draw("none, hard tasks to one", seed, 0.0), 0.05 / 10) for seed in range(40)]
    assert sum(0 in held for held in named) <= 2


def test_nobody_is_named_for_a_language_whose_tasks_are_hard() -> None:
    named = [list_named(draw("none, two languages", seed, 0.0), 0.05 / 10) for seed in range(40)]
    assert sum(bool(held) for held in named) <= 5  # a twentieth would be 2; 6 have a chance of 1 in 100


def test_two_who_answer_at_random_do_not_hide_each_other_wholly() -> None:
    named = [list_named(draw("two spammers", seed), HOLM) for seed in range(20)]
    assert sum(len({0, 1} & set(held)) for held in named) >= 11  # of 40


def test_scores_at_random_are_found_and_a_lenient_rater_agrees_in_its_way() -> None:
    assert all(0 in list_named(draw("spammer, scores", seed), HOLM) for seed in range(10))
    assert not any(0 in list_named(draw("lenient", seed), HOLM) for seed in range(10))


def test_spread_is_that_of_dersimonian_and_laird_where_no_unit_is_shared() -> None:
    rng = np.random.default_rng(3)
    rater = np.repeat(np.arange(6), 9)
    shift = rng.normal(0, 0.02, len(rater))
    variance = np.bincount(rater, shift**2)
    mean = rng.normal(0, 0.2, 6)
    expected = combine_effects(mean, variance, method_re="dl").tau2
    assert expected > 0
    assert find_spread(mean, shift, rater, np.arange(len(rater)), 1 / variance) == pytest.approx(expected)
    near = np.full(6, 0.1) + 1e-4 * mean
    assert find_spread(near, shift, rater, np.arange(len(rater)), 1 / variance) == 0.0


def test_difference_is_what_is_missing_to_the_others_among_themselves() -> None:
    """Three always say the same; d says it in 30 of 40 units, and each miss costs it all three."""
    rows = [(unit, rater, unit % 2) for unit in range(40) for rater in "abc"]
    rows += [(unit, "d", (unit + (unit < 10)) % 2) for unit in range(40)]
    found = compare_with_peers(RatingTable.from_records(rows, level="nominal"))
    assert (round(found[3].difference or 0, 9), found[3].n, found[3].p_value) == (-0.25, 40, 1.0)
    assert [one.p_value for one in found[:3]] == [1.0] * 3


def test_few_ratings_few_peers_and_nobody_beside_say_nothing() -> None:
    rows = [(unit, rater, unit % 2) for unit in range(9) for rater in "abc"]
    rows += [(unit, "d", 0) for unit in range(4)] + [(100 + unit, "e", 0) for unit in range(9)]
    *_, few, alone = compare_with_peers(RatingTable.from_records(rows, level="nominal"))
    assert (few.n, few.p_value) == (4, None)
    assert (alone.difference, alone.n, alone.p_value) == (None, 0, None)
    two = compare_with_peers(RatingTable.from_records(rows[:27:3] + rows[1:27:3], level="nominal"))
    assert [(one.difference, one.n, one.p_value) for one in two] == [(None, 0, None)] * 2
    assert compare_with_peers(RatingTable.from_records([], level="nominal")) == ()


def test_where_nobody_agrees_beyond_chance_nobody_is_said_to_agree_rarely() -> None:
    rows = [(unit, rater, (unit + place) % 3) for unit in range(60) for place, rater in enumerate("abc")]
    rows += [(unit, "d", (unit // 3) % 3) for unit in range(60)]
    assert [one.p_value for one in compare_with_peers(RatingTable.from_records(rows, level="nominal"))] == [
        1.0
    ] * 4


def test_a_slot_is_nobodys_peer() -> None:
    rows = [(unit, rater, unit % 2) for unit in range(9) for rater in "abc"]
    table = RatingTable.from_records(rows, level="nominal", kinds={"c": "slot"})
    assert [one.p_value for one in compare_with_peers(table)] == [None, None, 1.0]
