import numpy as np
import pytest

from evalplatform.agreement import AgreementError
from evalplatform.agreement.spans import MqmWeights, Span, mqm_score, span_agreement
from evalplatform.agreement.spans.matching import Marked

MARKED: list[Marked] = [
    ("t1", "ann", [Span(0, 4, "grammar"), Span(10, 14, "style")]),
    ("t1", "bob", [Span(2, 6, "grammar"), Span(11, 13, "grammar")]),
    ("t2", "ann", [Span(0, 2)]),
    ("t2", "bob", []),
    ("t3", "ann", []),
    ("t3", "bob", []),
    ("t4", "ann", [Span(0, 1)]),
]


def test_characters_that_both_mark_are_counted() -> None:
    """Common: 2 of t1's first and 2 of its second; marked in all: 8 + 6 in t1 and 2 + 0 in t2."""
    found = span_agreement(MARKED, inference=None)
    assert found.estimate == pytest.approx(2 * 4 / 16)
    assert (found.n, found.excluded) == (2, {"both_unmarked": 1, "unpaired": 1})


def test_spans_that_overlap_are_matched() -> None:
    assert span_agreement(MARKED, unit="spans", inference=None).estimate == pytest.approx(2 * 2 / 5)


def test_a_category_must_be_the_same_where_asked_for() -> None:
    assert span_agreement(MARKED, by_category=True, inference=None).estimate == pytest.approx(2 * 2 / 16)
    found = span_agreement(MARKED, unit="spans", by_category=True, inference=None)
    assert found.estimate == pytest.approx(2 * 1 / 5)


def test_a_span_is_matched_once_and_as_many_as_can_be() -> None:
    """The first span overlaps both of bob's, the second his first alone: both find a partner."""
    marked: list[Marked] = [
        ("t", "ann", [Span(0, 10), Span(0, 3)]),
        ("t", "bob", [Span(0, 4), Span(6, 9)]),
    ]
    assert span_agreement(marked, unit="spans", inference=None).estimate == 1
    one: list[Marked] = [("t", "ann", [Span(0, 10)]), ("t", "bob", [Span(0, 4), Span(6, 9)])]
    assert span_agreement(one, unit="spans", inference=None).estimate == pytest.approx(2 / 3)


def test_characters_marked_twice_count_once() -> None:
    marked: list[Marked] = [("t", "ann", [Span(0, 5), Span(3, 8)]), ("t", "bob", [Span(0, 8)])]
    assert span_agreement(marked, inference=None).estimate == 1


def test_items_are_drawn_whole() -> None:
    rng = np.random.default_rng(3)
    marked: list[Marked] = []
    shift = rng.integers(0, 8, 60)
    for text in range(240):
        marked += [(text, "ann", [Span(0, 10)]), (text, "bob", [Span(int(shift[text // 4]), 12)])]
    apart = span_agreement(marked)
    whole = span_agreement(marked, clusters={text: text // 4 for text in range(240)})
    assert whole.estimate == pytest.approx(apart.estimate)
    assert whole.method == apart.method == "item_bootstrap"
    assert whole.high is not None
    assert apart.high is not None
    assert whole.high - (whole.low or 0) > 1.5 * (apart.high - (apart.low or 0))


def test_the_order_of_entries_and_the_names_of_raters_do_not_matter() -> None:
    renamed: list[Marked] = [
        (text, {"ann": "zoe", "bob": "abe"}[rater], spans) for text, rater, spans in MARKED
    ]
    for marked in (MARKED[::-1], renamed):
        assert (
            span_agreement(marked, inference=None).estimate == span_agreement(MARKED, inference=None).estimate
        )


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("marked", [[], [("t", "ann", [Span(0, 1)])], [("t", "ann", []), ("t", "bob", [])]])
def test_nothing_to_compare_is_named(marked: list[Marked]) -> None:
    assert span_agreement(marked).undefined == "no_pairable_units"


def test_wrong_marks_are_errors() -> None:
    with pytest.raises(AgreementError, match="from 3 to 3"):
        Span(3, 3)
    with pytest.raises(AgreementError, match="marked 't' twice"):
        span_agreement([("t", "ann", []), ("t", "ann", [])])
    with pytest.raises(AgreementError, match="no such unit"):
        span_agreement([], unit="words")  # type: ignore[arg-type]
    with pytest.raises(AgreementError, match="no item is given"):
        span_agreement([("t", "a", [Span(0, 1)]), ("t", "b", [])], clusters={})


def test_errors_weigh_what_wmt_gives_them() -> None:
    errors = [
        ("Accuracy/Mistranslation", "Major"),
        ("Fluency/Punctuation", "Minor"),
        ("Fluency/Punctuation", "Major"),
        ("Style/Unnatural", "Minor"),
        ("Other", "Neutral"),
        ("Non-translation!", "Major"),
    ]
    assert mqm_score(errors) == pytest.approx(5 + 0.1 + 5 + 1 + 0 + 25)
    assert mqm_score([]) == 0
    assert mqm_score([("a", "x")], weights=MqmWeights(severities={"x": 3})) == 3
    with pytest.raises(AgreementError, match="no weight for the severity 'Terrible'"):
        mqm_score([("a", "Terrible")])


def test_a_span_of_any_length_costs_no_more_than_another() -> None:
    marked = [(1, "ann", [Span(0, 10**15), Span(5, 20)]), (1, "bob", [Span(10**15 - 10, 10**15)])]
    found = span_agreement(marked, inference=None).estimate
    assert found == pytest.approx(20 / (10**15 + 10))
