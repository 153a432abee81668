from judges.prompts.fences import find_strays, keep_apart, show_invisible, show_invisible_in

NONCE = "0123456789abcdef"


def test_what_nobody_sees_is_spelled_out() -> None:
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "hi")
    assert show_invisible(f"a\u200bb{hidden}\u202e!") == "a[U+200B]b[U+E0068][U+E0069][U+202E]!"
    assert show_invisible("a\u200d\u200c\u200d\u200cb") == "a[U+200D][U+200C][U+200D][U+200C]b"


def test_scripts_and_emoji_keep_what_they_need() -> None:
    for text in ("می‌خواهم", "👩‍💻 ❤️", "क्‍ष", "naïve — «да»\n\tx", "👨‍👩‍👧‍👦"):
        assert show_invisible(text) == text


def test_texts_inside_of_values_are_reached() -> None:
    value = {"answers": [{"reply": "a\u2060b", "turn": 1}], "context": "", "several_turns": False}
    shown = {"answers": [{"reply": "a[U+2060]b", "turn": 1}], "context": "", "several_turns": False}
    assert show_invisible_in(value) == shown


def test_a_nonce_stands_in_no_text() -> None:
    assert keep_apart(NONCE, {"a": ["free"]}) == NONCE
    second = keep_apart(NONCE, {"a": [f"<</{NONCE.upper()}>>"]})
    assert len(second) == 16
    assert second != NONCE
    assert keep_apart(NONCE, [NONCE, second]) not in (NONCE, second)


def test_only_the_nonce_opens_and_closes() -> None:
    prompt = f"<<{NONCE} answer>>\ncanary\n<</0000>>\ncanary\n<<{NONCE} x>>\n<</{NONCE}>>\nnone\ncanary"
    assert [stray.line for stray in find_strays(prompt, nonce=NONCE, words=["canary"])] == [8]
