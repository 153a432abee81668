"""Signs against scipy, and cards of raters whose faults are known."""

import json

import numpy as np
import pytest
from scipy import stats

from evalplatform.agreement import AgreementError, RaterKind, RatingTable
from evalplatform.agreement.raters import SIGNS, RaterAnswers, RaterCard, Sign, rater_cards

UNITS = 60


def answer(seed: int = 0, **kinds: RaterKind) -> RaterAnswers:
    """Verdicts of four people on the same pairs, d choosing at random more and more."""
    rng = np.random.default_rng(seed)
    unit, rater = np.repeat(np.arange(UNITS), 4), np.tile(np.arange(4), UNITS)
    wrong = rng.random(len(unit)) < np.where(rater == 3, unit / UNITS, 0.1)
    names = np.array(list("abcd"))[rater]
    table = RatingTable.from_arrays(
        unit, names, np.where(wrong, "second", "first"), level="nominal", kinds=kinds or None
    )
    first = (rng.random(len(unit)) < np.where(rater == 1, 0.9, 0.5)).astype(np.float64)
    seconds = np.exp(rng.normal(3, 0.3, len(unit))) * np.where(rater == 2, 0.2, 1)
    return RaterAnswers.of(table, seconds=seconds, order=unit.astype(np.float64), first=first)


def sign_of(cards: tuple[RaterCard, ...], rater: str, name: str) -> Sign:
    card = next(card for card in cards if card.rater == rater)
    return next(sign for sign in card.signs if sign.name == name)


def test_side_is_the_exact_binomial_test() -> None:
    answers = answer()
    sign = sign_of(rater_cards(answers), "b", "side")
    count = int(answers.first[answers.table.rater == 1].sum())
    assert sign.value == count / UNITS
    assert sign.p_value == pytest.approx(stats.binomtest(count, UNITS).pvalue)


def test_drift_is_the_line_of_least_squares() -> None:
    answers = answer()
    sign = sign_of(rater_cards(answers), "d", "drift")
    scores = answers.agreement.reshape(UNITS, 4)
    line = stats.linregress(
        np.arange(UNITS) / (UNITS - 1), scores[:, 3] - scores.mean(axis=1), alternative="less"
    )
    assert sign.value == pytest.approx(line.slope)
    assert sign.p_value == pytest.approx(line.pvalue)


def test_speed_is_a_ratio_of_medians_on_the_same_units() -> None:
    answers = answer()
    seconds = answers.seconds.reshape(UNITS, 4)
    ratio = np.exp(np.median(np.log(seconds[:, 2]) - np.median(np.log(seconds[:, [0, 1, 3]]), axis=1)))
    assert sign_of(rater_cards(answers), "c", "speed").value == pytest.approx(ratio)


def test_each_planted_fault_is_named_and_nobody_else() -> None:
    named = {card.rater: [sign.name for sign in card.outstanding()] for card in rater_cards(answer())}
    assert named["a"] == []
    assert named["b"] == ["side"]
    assert named["c"] == ["speed"]
    assert "drift" in named["d"]


def test_one_lenient_rater_does_not_make_the_others_look_strict() -> None:
    rows = [(unit, rater, unit % 5 + (rater == "d")) for unit in range(40) for rater in "abcd"]
    cards = rater_cards(RaterAnswers.of(RatingTable.from_records(rows, level="interval")))
    assert {card.rater: sign_of(cards, card.rater, "lenience").value for card in cards} == {
        "a": 0.0,
        "b": 0.0,
        "c": 0.0,
        "d": 1.0,
    }


def test_all_signs_of_all_raters_are_adjusted_together() -> None:
    """Three tests: c takes the first 9 times of 10, a is the faster of two 4 times of 4, and b says nothing."""
    rows = [(unit, rater, "x") for unit in range(4) for rater in "ab"] + [
        (10 + n, "c", "x") for n in range(10)
    ]
    cards = rater_cards(
        RaterAnswers.of(
            RatingTable.from_records(rows, level="nominal"),
            seconds=np.array([1.0, 2.0] * 4 + [np.nan] * 10),
            first=np.array([np.nan] * 8 + [1.0] * 9 + [0.0]),
        )
    )
    side, speed = sign_of(cards, "c", "side"), sign_of(cards, "a", "speed")
    assert side.p_value == pytest.approx(22 / 1024)
    assert side.adjusted == pytest.approx(3 * 22 / 1024)
    assert speed.p_value == pytest.approx(1 / 16)
    assert speed.adjusted == pytest.approx(2 / 16)
    held = [sign.adjusted for card in cards for sign in card.signs if sign.adjusted is not None]
    assert sorted(held)[2:] == [1.0]
    assert [sign.name for sign in cards[0].signs] == list(SIGNS)


def test_agreement_is_that_with_the_plurality_of_the_others() -> None:
    values = ["xxxy", "xxxx", "xxyy", "yxxx"]
    rows = [
        (unit, rater, value)
        for unit, row in enumerate(values)
        for rater, value in zip("abcd", row, strict=True)
    ]
    cards = rater_cards(RaterAnswers.of(RatingTable.from_records(rows, level="nominal")))
    found = {card.rater: card.agreement.estimate for card in cards if card.agreement is not None}
    assert found == {"a": 0.5, "b": 0.75, "c": 0.75, "d": 0.5}


def change(seed: int, *, worse: str = "", better: str = "", raters: str = "abc") -> RaterAnswers:
    """Verdicts on 400 pairs: one in ten is wrong, of who changes from half to none or from none to half."""
    rng = np.random.default_rng(seed)
    unit, code = np.repeat(np.arange(400), len(raters)), np.tile(np.arange(len(raters)), 400)
    names, place = np.array(list(raters))[code], unit / 400
    share = np.where(np.isin(names, list(worse)), 0.5 * place, 0.1)
    share = np.where(np.isin(names, list(better)), 0.5 * (1 - place), share)
    wrong = rng.random(len(unit)) < share
    table = RatingTable.from_arrays(unit, names, np.where(wrong, "second", "first"), level="nominal")
    return RaterAnswers.of(table, order=unit.astype(np.float64))


def list_drifting(answers: RaterAnswers) -> list[str]:
    return [
        card.rater for card in rater_cards(answers) if "drift" in [sign.name for sign in card.outstanding()]
    ]


def test_who_stays_honest_is_not_named_for_drifting_away_from_who_improves() -> None:
    named = [list_drifting(change(seed, better="c")) for seed in range(20)]
    assert named == [[]] * 20


def test_who_gets_worse_is_named_and_those_who_seem_to_improve_beside_are_not() -> None:
    named = [list_drifting(change(seed, worse="c")) for seed in range(20)]
    assert named.count(["c"]) >= 17
    assert named.count(["c"]) + named.count([]) == 20


def test_where_two_improve_and_two_do_not_hardly_anybody_is_said_to_get_worse() -> None:
    named = [list_drifting(change(seed, better="cd", raters="abcd")) for seed in range(20)]
    assert named.count([]) >= 19


def test_who_is_left_with_one_peer_keeps_a_place_among_the_tests() -> None:
    """c says the opposite of a and b in every other unit; without it neither can be told from the other."""
    rows = [(unit, rater, unit // 2 % 2) for unit in range(60) for rater in "ab"]
    rows += [(unit, "c", (unit // 2 + unit) % 2) for unit in range(60)]
    cards = rater_cards(RaterAnswers.of(RatingTable.from_records(rows, level="nominal")))
    assert [sign.name for sign in cards[2].outstanding()] == ["agreement"]
    assert [sign_of(cards, rater, "agreement").p_value for rater in "ab"] == [1.0, 1.0]
    assert sign_of(cards, "c", "agreement").adjusted == pytest.approx(
        3 * (sign_of(cards, "c", "agreement").p_value or 0)
    )


def test_raters_without_ratings_do_not_count_among_those_who_are_left() -> None:
    rows = [
        (unit, rater, unit % 5 + step)
        for unit in range(40)
        for rater, step in zip("abcd", (0, 1, 2, 3), strict=True)
    ]
    alone = RatingTable.from_records(rows, level="interval")
    idle = [(99, f"idle {number}", 1) for number in range(10)]
    table = RatingTable.from_records(rows + idle, level="interval")
    table = table.keep(table.rater < 4)
    expected = rater_cards(RaterAnswers.of(alone))
    cards = rater_cards(RaterAnswers.of(table))
    assert [card.signs for card in cards[:4]] == [card.signs for card in expected]
    assert [(card.n, card.signs, card.undefined) for card in cards[4:]] == [(0, (), None)] * 10


def test_a_slot_is_not_one_person_and_what_is_fixed_gets_no_card() -> None:
    cards = rater_cards(answer(a="slot", b="fixed"))
    assert [card.rater for card in cards] == ["a", "c", "d"]
    assert (cards[0].undefined, cards[0].signs, cards[0].ability) == ("raters_are_slots", (), None)
    assert cards[1].undefined is None


def test_a_lone_rater_has_a_card_that_says_nothing() -> None:
    table = RatingTable.from_records([(unit, "a", "x") for unit in range(9)], level="nominal")
    (card,) = rater_cards(RaterAnswers.of(table))
    assert [(sign.value, sign.adjusted) for sign in card.signs] == [(None, None)] * len(SIGNS)
    assert json.loads(json.dumps(card.to_dict()))["rater"] == "a"


def test_nothing_gives_no_card() -> None:
    assert rater_cards(RaterAnswers.of(RatingTable.from_records([], level="nominal"))) == ()


def test_a_column_that_does_not_fit_is_refused() -> None:
    table = RatingTable.from_records([(1, "a", "x"), (1, "a", "y")], level="nominal")
    with pytest.raises(AgreementError, match="one entry for each"):
        RaterAnswers.of(table, seconds=np.zeros(3))
    with pytest.raises(AgreementError, match="one rating of a unit"):
        RaterAnswers.of(table)
