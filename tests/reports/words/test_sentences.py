import re

import pytest
from django.utils import translation

from evalplatform.reports.rows import Row
from evalplatform.reports.words.sentences import write_sentences, write_warnings


def make_row(statistic: str, raters: str, estimate: float | None = 0.5, **fields: object) -> Row:
    described = {"criterion": "overall", "inference": "these_raters", "low": 0.4, "high": 0.6, "n": 10}
    return Row(**{**described, "statistic": statistic, "raters": raters, "estimate": estimate, **fields})  # type: ignore[arg-type]  # as given


def texts(*rows: Row, level: str | None = None) -> list[str]:
    return [sentence.text.replace("\xa0", " ") for sentence in write_sentences(rows, level=level)]


def test_people_come_first_with_both_intervals_and_what_chance_leaves() -> None:
    found = texts(
        make_row("krippendorff_alpha", "people", 0.3, level="nominal"),
        make_row("percent_agreement", "people", 0.634),
        make_row("percent_agreement", "people", 0.634, low=0.2, high=0.9, inference="rater_population"),
    )
    assert found == [
        (
            "People agree with each other on 63 % of 10 pairs of ratings (95 % interval over other items "
            "40 % to 60 %; over other raters too 20 % to 90 %). With chance taken off, Krippendorff's alpha "
            "(nominal) is 0.30 (95 % interval over other items 0.40 to 0.60)."
        )
    ]


def test_alpha_stands_at_the_criterions_own_level_and_at_no_other() -> None:
    rows = [make_row("percent_agreement", "people", low=None)]
    levels = ("interval", "nominal", "ordinal", "ratio")
    rows += [
        make_row("krippendorff_alpha", "people", place / 10, level=level, low=None)
        for place, level in enumerate(levels)
    ]
    start = "People agree with each other on 50 % of 10 pairs of ratings. "
    assert texts(*rows, level="ordinal") == [start + "Krippendorff's alpha (ordinal) is 0.20."]
    assert texts(*rows, level="unstated") == [
        start + "With chance taken off, Krippendorff's alpha (nominal) is 0.10."
    ]


def test_judges_follow_by_how_much_they_rated_under_a_named_rule_and_five_at_most() -> None:
    rows = [
        make_row("percent_agreement", f"judge:j{number}", 0.9 - number / 10, against="people", rule="tie",
                 n=number)
        for number in range(8)
    ]  # fmt: skip
    found = texts(*rows, make_row("inconsistency_rate", "judge:j7", 0.158))
    assert [sentence[:8] for sentence in found[:5]] == [
        "Judge j7",
        "Judge j6",
        "Judge j5",
        "Judge j4",
        "Judge j3",
    ]
    assert found[5:] == ["3 more are compared below."]
    assert found[0] == (
        "Judge j7 agrees with people on 20 % of 7 pairs of ratings, inconsistent verdicts counted as ties "
        "(95 % interval over other items 40 % to 60 %). "
        "Its verdict changes with the order of the answers on 16 % of 10 verdicts."
    )


def test_judges_of_numbers_are_not_held_to_be_equal_to_people() -> None:
    rows = [
        make_row("percent_agreement", "judge:gpt", 0.1, against="people"),
        make_row("krippendorff_alpha", "judge:gpt", 0.62, against="people", level="interval", n=30),
    ]
    assert texts(*rows) == [
        (
            "Judge gpt together with people: Krippendorff's alpha (interval) is 0.62 over the 30 tasks that both "
            "rated (95 % interval over other items 0.40 to 0.60)."
        )
    ]


def test_where_nobody_rated_judges_are_held_against_the_reference() -> None:
    row = make_row("percent_agreement", "judge:gpt", 0.81, against="reference:gold", low=None, high=None)
    assert texts(row) == ["Judge gpt agrees with reference gold on 81 % of 10 pairs of ratings."]


def test_the_highest_system_is_named_by_people_and_apart_by_simulated_raters_but_never_alone() -> None:
    rows = [
        make_row("win_rate", group, share, system=system, low=None, high=None, n=n)
        for group, system, share, n in (
            ("people", "a", 0.2, 10),
            ("people", "b", 0.8, 10),
            ("simulated", "a", 0.9, 10),
            ("simulated", "b", 0.3, 4),
        )
    ]
    found = write_sentences(rows)
    assert [sentence.is_simulated for sentence in found] == [False, True]
    assert [sentence.text.replace("\xa0", " ") for sentence in found] == [
        "By people, b has the highest win rate, 80 % over 10 ratings.",
        (
            "By SIMULATED raters, a has the highest win rate, 90 % over 10 ratings. "
            "Opponents or tasks differ between systems (n 4 to 10)."
        ),
    ]
    assert write_sentences(rows[:1]) == []


def test_slices_and_other_rules_make_no_sentence() -> None:
    assert (
        texts(
            make_row("percent_agreement", "people", slice={"turn": 1}),
            make_row("percent_agreement", "judge:gpt", against="people", rule="disagree"),
        )
        == []
    )


def test_warnings_say_what_cannot_be_given_and_why_each_once() -> None:
    nothing = make_row(
        "percent_agreement", "people", None, low=None, high=None, undefined="no_pairable_units"
    )
    no_interval = make_row(
        "krippendorff_alpha", "people", level="nominal", low=None, undefined="too_few_raters"
    )
    p_value = make_row("order_fairness_p", "judge:gpt", 0.03, low=None, undefined="no_interval")
    assert write_warnings([nothing, nothing, no_interval, p_value]) == [
        "People, agreement: no answer was rated by two of them",
        (
            "People, Krippendorff's alpha (nominal), interval: "
            "fewer than five raters: no statement about other raters"
        ),
    ]


def positions(raters: str, *, kept: float, primacy: float, recency: float) -> list[Row]:
    figures = {"position_consistency": kept, "primacy": primacy, "recency": recency}
    return [make_row(statistic, raters, estimate, n=12) for statistic, estimate in figures.items()]


FIRST = (
    "Position bias: judge a prefers the answer shown first, whichever it is, on 75 % of 12 tasks seen in both "
    "orders, and keeps its verdict on 25 %."
)


def test_a_judge_that_goes_by_the_place_of_an_answer_is_flagged() -> None:
    assert texts(*positions("judge:a", kept=0.25, primacy=0.75, recency=0.0)) == [FIRST]
    assert texts(*positions("judge:a", kept=0.25, primacy=0.0, recency=0.75)) == [
        FIRST.replace("first", "second")
    ]


def test_the_flag_begins_at_half_the_tasks_and_ends_at_half_the_consistency() -> None:
    assert len(texts(*positions("judge:a", kept=0.49, primacy=0.5, recency=0.0))) == 1
    assert texts(*positions("judge:a", kept=0.5, primacy=0.5, recency=0.0)) == []
    assert texts(*positions("judge:a", kept=0.2, primacy=0.49, recency=0.31)) == []


def test_the_flag_speaks_russian() -> None:
    with translation.override("ru"):
        assert texts(*positions("judge:a", kept=0.25, primacy=0.75, recency=0.0)) == [
            (
                "Зависимость от места: судья a предпочитает ответ, показанный первым, каким бы он ни был, в 75 % из "
                "12 заданий, показанных в обоих порядках, и сохраняет вердикт в 25 %."
            )
        ]


def test_a_specimen_is_marked_and_said_not_to_stand_in_for_people() -> None:
    rows = [
        make_row("percent_agreement", f"judge:{name}", against="people", rule="tie") for name in ("a", "b")
    ] + positions("judge:a", kept=0.25, primacy=0.75, recency=0.0)
    found = write_sentences(rows, specimens={"judge:a", "judge:unheard"})
    assert [(sentence.text.split()[1], sentence.is_specimen) for sentence in found] == [
        ("a", True),
        ("b", False),
        ("bias:", True),
        ("a", True),
    ]
    assert found[-1].text == (
        "Judge a is a weak specimen: it shows how judges work here, and must not stand in for people."
    )


def test_a_judge_is_set_beside_a_person_and_its_lean_to_length_is_said_only_beyond_doubt() -> None:
    agreement = make_row("percent_agreement", "judge:gpt", against="people", n=10)
    person = make_row("same_target_difference", "judge:gpt", -0.051, against="people", low=-0.08, high=-0.02)
    lean = make_row("longer_preferred_difference", "judge:gpt", 0.06, against="people", low=0.01, high=0.11)
    [said] = texts(agreement, person, lean)
    assert "it agrees with people 5.1 points less often than a person does (95" in said
    assert "over other items -8.0 to -2.0)" in said
    assert "it prefers the longer answer 6.0 points more often than people (95" in said
    doubtful = make_row(
        "longer_preferred_difference", "judge:gpt", 0.06, against="people", low=-0.01, high=0.11
    )
    equal = make_row("same_target_difference", "judge:gpt", -0.01, against="people", low=-0.05, high=0.03)
    [said] = texts(agreement, doubtful, equal)
    assert "longer answer" not in said
    assert "cannot be told from a person: their agreement with people differs by -1.0 points (95" in said
    blank = make_row("same_target_difference", "judge:gpt", -0.01, against="people", low=None, high=None)
    assert "same votes" not in " ".join(texts(agreement, blank))


@pytest.mark.parametrize(("low", "high"), [(-0.3, -0.1), (-0.1, 0.1), (0.1, 0.3)])
def test_whoever_is_set_beside_simulated_raters_is_not_said_to_be_beside_people(
    low: float, high: float
) -> None:
    figures = ("percent_agreement", "same_target_difference", "longer_preferred_difference")
    found = texts(*(make_row(name, "judge:gpt", against="simulated", low=low, high=high) for name in figures))
    assert found[0].count("SIMULATED raters") >= 2
    assert not {"people", "person"} & set(re.findall(r"\w+", found[0]))
