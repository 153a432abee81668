from evalplatform.reports.rows import Row
from evalplatform.reports.sentences import write_sentences, write_warnings


def make_row(statistic: str, raters: str, estimate: float | None = 0.5, **fields: object) -> Row:
    described = {"criterion": "overall", "inference": "these_raters", "low": 0.4, "high": 0.6, "n": 10}
    return Row(**{**described, "statistic": statistic, "raters": raters, "estimate": estimate, **fields})  # type: ignore[arg-type]  # as given


def texts(*rows: Row) -> list[str]:
    return [sentence.text.replace("\xa0", " ") for sentence in write_sentences(rows)]


def test_people_come_first_with_their_interval_and_what_chance_leaves() -> None:
    found = texts(
        make_row("krippendorff_alpha", "people", 0.3), make_row("percent_agreement", "people", 0.634)
    )
    assert found == [
        (
            "People agree with each other on 63 % of the pairs of ratings (95 % interval 40 % to 60 %). "
            "With chance taken off (Krippendorff's alpha) that is 0.30."
        )
    ]


def test_judges_follow_nearest_first_and_five_at_most() -> None:
    rows = [
        make_row("percent_agreement", f"judge:j{number}", number / 10, against="people", rule="tie")
        for number in range(8)
    ]
    found = texts(*rows, make_row("inconsistency_rate", "judge:j7", 0.158))
    assert len(found) == 5
    assert found[0] == (
        "Judge j7 agrees with people on 70 % (95 % interval 40 % to 60 %). "
        "Its verdict changes with the order of the answers on 16 %."
    )


def test_where_nobody_rated_judges_are_held_against_the_reference() -> None:
    row = make_row("percent_agreement", "judge:gpt", 0.81, against="reference:gold", low=None, high=None)
    assert texts(row) == ["Judge gpt agrees with reference gold on 81 %."]


def test_the_best_system_is_named_by_people_and_apart_by_simulated_raters() -> None:
    rows = [
        make_row("win_rate", group, share, system=system, low=None, high=None)
        for group, system, share in (("people", "a", 0.2), ("people", "b", 0.8), ("simulated", "a", 0.9))
    ]
    found = write_sentences(rows)
    assert [sentence.is_simulated for sentence in found] == [False, True]
    assert [sentence.text.replace("\xa0", " ") for sentence in found] == [
        "By people, b stands first: win rate 80 %.",
        "By SIMULATED raters, a stands first: win rate 90 %.",
    ]


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
    assert write_warnings([nothing, nothing, no_interval]) == [
        "People, agreement: no answer was rated by two of them",
        (
            "People, Krippendorff's alpha (nominal), interval: "
            "fewer than five raters: no statement about other raters"
        ),
    ]
