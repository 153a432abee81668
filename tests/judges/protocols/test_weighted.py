"""From the odds of tokens to means and confidences: by hand-made tokens whose truth is known."""

import math
from typing import Any  # scales hold any JSON value

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judges.protocols.answer import Answer
from judges.protocols.weighted import (
    NO_ODDS,
    OUTSIDE,
    UNALIGNED,
    UNRESOLVED,
    Odds,
    list_legal,
    read_odds,
    weigh_answers,
)
from judges.providers.base import Completion, Token

NONE: frozenset[str] = frozenset()
ONE_TO_FIVE = {"type": "integer", "minimum": 1, "maximum": 5}


def sure(*pieces: str) -> list[Token]:
    return [Token(piece.encode(), 0.0) for piece in pieces]


def spread(shares: dict[str, float]) -> Token:
    likeliest = tuple((piece.encode(), math.log(share)) for piece, share in shares.items())
    return Token(likeliest[0][0], likeliest[0][1], likeliest)


def read(tokens: list[Token], legal: list[Any], key: str = "a") -> Odds | str:
    text = b"".join(token.piece for token in tokens).decode()
    return read_odds(text, tokens, key=key, legal=legal)


def around(*value: Token) -> list[Token]:
    return [*sure('{"a"', ': {"value"', ":"), *value, *sure("}", "}")]


def shares(found: Odds | str) -> dict[Any, float]:
    assert isinstance(found, Odds), found
    return {value: round(share, 6) for value, share in found.shares.items()}


def test_a_digit_is_weighed_with_its_neighbours() -> None:
    found = read(around(spread({" 4": 0.5, " 5": 0.25, "3": 0.15, " seven": 0.1})), [1, 2, 3, 4, 5])
    assert shares(found) == {
        1: 0,
        2: 0,
        3: round(0.15 / 0.9, 6),
        4: round(0.5 / 0.9, 6),
        5: round(0.25 / 0.9, 6),
    }
    assert isinstance(found, Odds)
    assert (round(found.outside, 6), round(found.mean(), 6)) == (0.1, round((0.45 + 2 + 1.25) / 0.9, 6))


def test_a_token_that_holds_more_than_the_value_is_cut_at_its_place() -> None:
    tokens = [*sure('{"a": {"value'), spread({'":4}': 0.6, '":5}': 0.3, '": "x': 0.1}), *sure("}")]
    assert shares(read(tokens, [4, 5])) == {4: 0.666667, 5: 0.333333}


def test_a_label_is_known_where_it_parts_from_the_others() -> None:
    tokens = around(*sure(' "'), spread({"first": 0.7, "second": 0.2, "tie": 0.05}), *sure('"'))
    assert shares(read(tokens, ["first", "second", "tie"])) == {
        "first": 0.736842, "second": 0.210526, "tie": 0.052632,
    }  # fmt: skip


def test_odds_multiply_along_the_tokens_of_one_value() -> None:
    """`1` is drawn with 0.9; then `0` follows with 0.75, or the end with 0.25."""
    tokens = [
        *sure('{"a": {"value":'), spread({"1": 0.9, "7": 0.1}), spread({"0": 0.75, "}": 0.25}), *sure("}", "}"),
    ]  # fmt: skip
    assert shares(read(tokens, list(range(1, 11)))) == {
        **dict.fromkeys(range(1, 11), 0),
        1: 0.225,
        7: 0.1,
        10: 0.675,
    }


def test_an_alternative_that_may_become_two_values_is_counted_for_neither() -> None:
    scale: list[Any] = list(range(1, 11))
    little = read(around(spread({"7": 0.96, "1": 0.04})), scale)
    assert shares(little)[7] == 1
    assert isinstance(little, Odds)
    assert round(little.outside, 6) == 0.04
    assert read(around(spread({"7": 0.9, "1": 0.1})), scale) == UNRESOLVED


def test_words_are_found_in_either_spelling_and_whatever_stands_before() -> None:
    text = '{"b": {"rationale": "say \\"a\\": 1 }", "value": "x"}, "a": {"value": "да"}}'
    tokens = [Token(piece, 0.0) for piece in (text.encode()[:60], text.encode()[60:])]
    assert shares(read(tokens, ["да", "нет"])) == {"да": 1, "нет": 0}
    escaped = sure('{"a": {"value": "', "\\u0434\\u0430", '"}}')
    assert shares(read(escaped, ["да", "нет"])) == {"да": 1, "нет": 0}


def test_half_a_character_in_a_token_is_no_trouble() -> None:
    raw = '{"a": {"rationale": "да", "value": 2}}'.encode()
    tokens = [Token(raw[n : n + 1], 0.0) for n in range(len(raw))]
    assert shares(read_odds(raw.decode(), tokens, key="a", legal=[1, 2])) == {1: 0, 2: 1}


@pytest.mark.parametrize(
    ("tokens", "reason"),
    [
        (sure('{"a": {"value": 4}'), UNALIGNED),
        (around(spread({"4": 0.3, "x": 0.7})), OUTSIDE),
        (around(Token(b"4", 0.0, ((b"4", 0.0), (b"5", 0.0)))), UNALIGNED),
    ],
)
def test_odds_that_cannot_be_are_none(tokens: list[Token], reason: str) -> None:
    assert read_odds('{"a": {"value":4}}', tokens, key="a", legal=[4, 5]) == reason


@given(st.text(max_size=40), st.lists(st.tuples(st.binary(max_size=4), st.floats(-50, 0)), max_size=8))
def test_no_reply_and_no_tokens_break_it(text: str, tokens: list[tuple[bytes, float]]) -> None:
    made = [Token(piece, odds, ((piece, odds),)) for piece, odds in tokens]
    assert isinstance(read_odds(text, made, key="a", legal=[1, 2]), str)


def weigh(
    answer: Answer, scale: dict[str, Any], tokens: list[Token], order: str = "", labels: frozenset[str] = NONE
) -> Answer:
    text = b"".join(token.piece for token in tokens).decode()
    schema = {"properties": {"a": {"properties": {"value": scale}}}}
    completion = Completion(text, logprobs=tuple(tokens))
    return weigh_answers(
        {"a": answer}, completion=completion, schema=schema, shown_order=order, labels=labels
    )["a"]


def test_a_number_becomes_a_mean_and_keeps_what_was_said() -> None:
    tokens = around(spread({"4": 0.6, "5": 0.4}))
    found = weigh(Answer(number=4.0, rationale="good"), ONE_TO_FIVE, tokens)
    assert found == Answer(
        number=4.4, rationale="good", confidence=0.6,
        meta={"said": 4.0, "odds": {"1": 0, "2": 0, "3": 0, "4": 0.6, "5": 0.4}, "outside": 0.0},
    )  # fmt: skip
    assert weigh(Answer(number=4.0), ONE_TO_FIVE, tokens, labels=frozenset({"a"})).number == 4.0


def test_a_verdict_on_a_swapped_pair_has_its_odds_turned_too() -> None:
    tokens = around(*sure('"'), spread({"first": 0.8, "second": 0.2}), *sure('"'))
    found = weigh(Answer(code="second"), {"enum": ["first", "second"]}, tokens, "1,0")
    assert (found.code, found.confidence, found.meta) == (
        "second", 0.8, {"said": "second", "odds": {"second": 0.8, "first": 0.2}, "outside": 0.0},
    )  # fmt: skip


def test_a_value_without_odds_is_none_and_says_why() -> None:
    text = {"a": Answer(number=4.0)}
    schema = {"properties": {"a": {"properties": {"value": ONE_TO_FIVE}}}}
    found = weigh_answers(text, completion=Completion("{}"), schema=schema, shown_order="")["a"]
    assert (found.absent, found.number, found.meta) == (
        "unparsable",
        None,
        {"weighted": NO_ODDS, "said": 4.0},
    )


@pytest.mark.parametrize(
    "scale",
    [{"type": "string"}, {"type": "number", "minimum": 0, "maximum": 1}, {"type": "integer", "minimum": 0}],
)
def test_a_scale_without_a_list_of_values_is_left_as_it_is(scale: dict[str, Any]) -> None:
    assert list_legal(scale) == []
    assert weigh(Answer(number=1.0), scale, sure("{}")) == Answer(number=1.0)


def test_what_is_absent_stays_absent() -> None:
    assert weigh(Answer(absent="refused"), ONE_TO_FIVE, sure("{}")) == Answer(absent="refused")
