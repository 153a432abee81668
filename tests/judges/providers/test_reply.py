"""Whatever a server sends, what leaves the provider has our types or is a named failure."""

import json
from collections.abc import Callable
from typing import Any  # replies are any JSON value

import pytest

from evalplatform.common.errors import ProviderFailure
from judges.providers import anthropic
from judges.providers import chat as chats
from judges.providers.base import Completion
from judges.providers.http import scrub
from judges.providers.reply import read_tokens


def chat(content: Any = "yes", model: Any = "m", finish: Any = "stop", **usage: Any) -> str:
    choice = {"message": {"content": content}, "finish_reason": finish}
    return json.dumps({"choices": [choice], "model": model, "usage": usage})


def read_chat(body: str) -> Completion:
    return chats.read(body, headers={}, latency=0.1)


def read_message(body: str) -> Completion:
    return anthropic.read(body, headers={}, latency=0.1)


@pytest.mark.parametrize("content", [[{"type": "text", "text": "yes"}], {"text": "yes"}, 4, True])
def test_a_text_that_is_none_is_a_bad_reply(content: Any) -> None:
    with pytest.raises(ProviderFailure) as caught:
        read_chat(chat(content))
    assert (caught.value.reason, caught.value.retryable) == ("bad_reply", True)


@pytest.mark.parametrize("read", [read_chat, read_message])
@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "null", "{}", '{"choices": []}', '{"choices": {}}', '{"choices": [null]}',
        '{"content": "x"}', '{"content": [1]}', '{"content": [{"type": "text", "text": 3}]}',
    ],
)  # fmt: skip
def test_a_reply_without_an_answer_is_a_bad_reply(read: Callable[[str], Completion], body: str) -> None:
    with pytest.raises(ProviderFailure) as caught:
        read(body)
    assert caught.value.reason == "bad_reply"


@pytest.mark.parametrize("count", ["100", 100.5, -1, 10**12, True, None, [], {}])
def test_a_count_that_is_none_is_missing(count: Any) -> None:
    assert read_tokens(count) is None
    assert read_chat(chat(prompt_tokens=count, completion_tokens=7)).tokens_in is None


def test_characters_that_no_database_keeps_are_left_out() -> None:
    found = read_chat(chat("y\x00es", model="m\x00" + "x" * 300, finish="st\x00op"))

    assert (found.text, found.finish_reason) == ("yes", "stop")
    assert found.returned_model == "m" + "x" * 199


def test_an_empty_answer_is_an_empty_text() -> None:
    assert read_chat(chat(None)).text == ""
    assert read_message('{"content": [], "usage": null}').text == ""


def test_tokens_of_a_message_are_added_up() -> None:
    usage = {
        "input_tokens": 5,
        "cache_read_input_tokens": 7,
        "cache_creation_input_tokens": "x",
        "output_tokens": 2,
    }
    found = read_message(json.dumps({"content": [{"type": "text", "text": "hi"}], "usage": usage}))

    assert (found.tokens_in, found.tokens_cached, found.tokens_out, found.text) == (12, 7, 2, "hi")


def test_a_key_is_scrubbed_wherever_it_stands() -> None:
    assert scrub("a sk-planted-123 b sk-planted-123", "sk-planted-123") == "a [key] b [key]"
