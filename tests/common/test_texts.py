import pytest

from evalplatform.common.texts import choose_text, show_controls

TEXTS = {"ru": "ясность", "en": "clarity", "pt": "clareza", "pt-BR": "clareza (BR)", "fr": ""}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ru", "ясность"),
        ("ru-RU", "ясность"),
        ("pt-br", "clareza (BR)"),
        ("pt_BR", "clareza (BR)"),
        ("pt-PT", "clareza"),
        ("fr", "clarity"),
        ("de", "clarity"),
        ("", "clarity"),
    ],
)
def test_the_nearest_language_is_chosen(language: str, expected: str) -> None:
    assert choose_text(TEXTS, language, "none") == expected


def test_any_text_is_better_than_none_and_the_fallback_is_last() -> None:
    assert choose_text({"fr": "", "ru": "ясность"}, "de", "clear") == "ясность"
    assert choose_text({"fr": ""}, "de", "clear") == "clear"
    assert choose_text({}) == ""


def test_controls_are_shown_and_line_breaks_kept() -> None:
    assert show_controls("a\x00b\x1b[31m\tc\nd\x85\ud800\ufffe") == "a�b�[31m�c\nd���"
    assert show_controls("Обычный текст, 文字 😀") == "Обычный текст, 文字 😀"
