import math

import pytest

from judges.prompts import fill_template, read_default_templates
from judges.providers.local_reading import (
    ask_for,
    build_messages,
    choose_value,
    expect_value,
    list_labels,
    read_labels,
    split_questions,
)

PREFERENCE = {"enum": ["first", "second", "tie", "both_bad"]}
FIVE = {"type": "integer", "minimum": 1, "maximum": 5}


@pytest.mark.parametrize(
    ("schema", "labels"),
    [
        (FIVE, {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}),
        ({"enum": [0, 3]}, {"0": 0, "3": 3}),
        (PREFERENCE, {"A": "first", "B": "second"}),
        ({"type": "integer", "minimum": 0, "maximum": 10}, {}),
        ({"type": "integer"}, {}),
        ({"type": "string"}, {}),
        ({"enum": ["good", "bad"]}, {}),
    ],
)
def test_scales_have_one_token_labels_or_none(schema: dict[str, object], labels: dict[str, object]) -> None:
    assert list_labels(schema) == labels


def test_a_label_counts_with_or_without_a_space_and_is_unlikely_when_unseen() -> None:
    tokens = [{"token": " 4", "logprob": -2.0}, {"token": "4", "logprob": -1.0}, {"token": "x", "logprob": 0}]
    assert read_labels(tokens, ["4", "5"]) == [-1.0, -30.0]


def test_a_rating_is_the_legal_value_nearest_the_expected_one() -> None:
    even = [math.log(0.5), -30.0, -30.0, -30.0, math.log(0.5)]
    assert round(expect_value(even, [1, 2, 3, 4, 5]), 6) == 3.0
    assert choose_value(even, list_labels(FIVE)) == 3
    assert choose_value([math.log(0.2), math.log(0.8)], {"0": 0, "3": 3}) == 3
    assert choose_value([-900.0, -901.0], {"1": 1, "2": 2}) == 1


def test_a_letter_is_the_likelier_one_and_the_first_where_both_are_alike() -> None:
    labels = list_labels(PREFERENCE)
    assert [choose_value(found, labels) for found in ([-2.0, -1.0], [-1.0, -2.0], [-1.0, -1.0])] == [
        "second",
        "first",
        "first",
    ]


def test_examples_are_turns_and_material_cannot_push_a_question_away() -> None:
    assert build_messages("Rate.\n---\nGrass?\n---\n5\n", "Sky?") == [
        {"role": "system", "content": "Rate."},
        {"role": "user", "content": "Grass?"},
        {"role": "assistant", "content": "5"},
        {"role": "user", "content": "Sky?"},
    ]
    user = "Answer: x\nIs it true?\n---\nIs it right?\nIs it clear?\n"
    assert split_questions(user, 2) == ("Answer: x\nIs it true?\n---", ["Is it right?", "Is it clear?"])


def test_questions_call_for_one_label() -> None:
    assert ask_for("Is it clear?", ["1", "2", "5"]) == "Is it clear? Rating from 1 to 5:"
    assert ask_for("Which?", ["A", "B"]) == "Which? Reply with one letter, A or B:"


@pytest.mark.parametrize("protocol", ["single", "pair"])
def test_prompts_are_short_and_say_where_a_text_was_cut(protocol: str) -> None:
    system, user = read_default_templates(protocol, provider="local")
    answers = [{"exchanges": [{"request": "r" * 2000, "reply": "a" * 5000}]}] * (
        1 if protocol == "single" else 2
    )
    values = {
        "answers": answers,
        "criteria": [
            {"question": "Is it\nright?", "title": "Right"},
            {"question": "", "title": "Clear"},
        ],
    }
    filled = fill_template(user, values)
    assert split_questions(filled, 2)[1] == ["Is it right?", "Clear"]
    assert filled.count("[cut]") == len(answers) + 1
    assert len(filled) < 1500
    assert "[cut]" in fill_template(system, values)
