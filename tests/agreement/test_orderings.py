"""Rankings as text, as preferences and against each other."""

import itertools
from collections.abc import Iterator

import pytest
from scipy import stats

from evalplatform.agreement import AgreementError, RatingTable, kendall_w
from evalplatform.agreement.orderings import (
    Ranking,
    average_rankings,
    find_concordance,
    find_mid_ranks,
    find_tau_b,
    invert_order,
    list_preferences,
    parse_ranking,
    renumber,
    spell_ranking,
)


def list_all(size: int) -> Iterator[Ranking]:
    """Every ranking of `size` answers with every pattern of ties."""
    texts = {
        "".join(itertools.chain.from_iterable(zip(map(str, order), (*signs, ""), strict=True)))
        for order in itertools.permutations(range(1, size + 1))
        for signs in itertools.product(">=", repeat=size - 1)
    }
    return iter({parse_ranking(text, size) for text in texts})


def test_every_ranking_is_read_as_it_is_written() -> None:
    assert [sum(1 for _ in list_all(size)) for size in (3, 4)] == [13, 75]  # Fubini numbers
    for ranking in list_all(4):
        assert parse_ranking(spell_ranking(ranking), 4) == ranking


def test_equal_rankings_have_one_spelling() -> None:
    assert spell_ranking(parse_ranking("3=1 > 2", 3)) == "1=3>2"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2>1", "answer 3 is missing"),
        ("2>1>1", "answer 1 stands there more than once"),
        ("2>1>4", "there is no answer 4: they go from 1 to 3"),
        ("2,1,3", "a ranking is written as in 2>1=3, from best to worst"),
        ("", "a ranking is written as in 2>1=3, from best to worst"),
        ("2>1>3>", "a ranking is written as in 2>1=3, from best to worst"),
        ("2>>1>3", "a ranking is written as in 2>1=3, from best to worst"),
        ("٢>1>3", "a ranking is written as in 2>1=3, from best to worst"),
        ("2>1>10", "a ranking is written as in 2>1=3, from best to worst"),
        ("2>1>3\n", "a ranking is written as in 2>1=3, from best to worst"),
    ],
)
def test_what_is_no_ranking_is_refused_by_name(text: str, fault: str) -> None:
    with pytest.raises(AgreementError) as caught:
        parse_ranking(text, 3)
    assert str(caught.value) == fault


def test_what_was_shown_and_what_is_stored_are_turned_into_each_other() -> None:
    order = (2, 0, 3, 1)  # the third answer was shown as the first
    assert spell_ranking(renumber(parse_ranking("1>3=4>2", 4), order)) == "3>2=4>1"
    for ranking in list_all(4):
        assert renumber(renumber(ranking, order), invert_order(order)) == ranking


def test_equals_share_their_ranks() -> None:
    assert find_mid_ranks(parse_ranking("2=4>1>3", 4)) == (3, 1.5, 4, 1.5)


def test_a_ranking_holds_every_preference() -> None:
    assert list_preferences(parse_ranking("2>1=3", 3)) == [(0, 1, "second"), (0, 2, "tie"), (1, 2, "first")]


def test_the_mean_ranking_ties_equal_means() -> None:
    rankings = [parse_ranking(text, 3) for text in ("1>2>3", "2>1>3")]
    assert spell_ranking(average_rankings(rankings)) == "1=2>3"


def test_tau_is_scipys() -> None:
    for one, other in itertools.product(list_all(3), repeat=2):
        found = find_tau_b(one, other)
        wanted = stats.kendalltau(find_mid_ranks(one), find_mid_ranks(other)).statistic
        assert (found is None) == (len(one) == 1 or len(other) == 1)
        if found is not None:
            assert found == pytest.approx(wanted, abs=1e-12)


def test_concordance_is_kendalls_w() -> None:
    for rankings in itertools.islice(itertools.combinations(list_all(3), 3), 0, None, 7):
        rows = [
            (place, str(rater), rank)
            for rater, ranking in enumerate(rankings)
            for place, rank in enumerate(find_mid_ranks(ranking))
        ]
        wanted = kendall_w(RatingTable.from_records(rows, level="ordinal"), inference=None).estimate
        assert find_concordance(rankings) == pytest.approx(wanted, abs=1e-12)


def test_concordance_of_no_order_or_of_one_is_none() -> None:
    assert find_concordance([parse_ranking("1>2>3", 3)]) is None
    assert find_concordance([parse_ranking("1=2=3", 3)] * 2) is None
