"""Worsened texts: the same by the same seed, other by another, and worse in the way that is promised."""

import pytest

from annotations.domain.checking.degrading import DEGRADE, add_noise, cut_ending, pad_text, swap_fact

ENGLISH = (
    "The sky is blue because Rayleigh scattering favours short waves. In 1871 Lord Rayleigh showed that it grows"
    " with frequency. At sunset the path is longer, so that red is left. It does not depend on the sea near London."
)
RUSSIAN = (
    "Небо голубое, потому что короткие волны рассеиваются сильнее. В 1871 году это показал лорд Рэлей."
    " На закате путь света длиннее, и остаётся красный цвет. От моря в городе Лондон это не зависит."
)


@pytest.mark.parametrize("text", [ENGLISH, RUSSIAN])
@pytest.mark.parametrize("kind", sorted(DEGRADE))
def test_a_copy_follows_from_text_and_seed_alone(kind: str, text: str) -> None:
    copies = [DEGRADE[kind](text, seed=seed) for seed in range(8)]
    assert copies == [DEGRADE[kind](text, seed=seed) for seed in range(8)]
    assert text not in copies
    assert None not in copies
    assert len(set(copies)) > 1


@pytest.mark.parametrize("text", [ENGLISH, RUSSIAN])
@pytest.mark.parametrize("seed", range(5))
def test_a_cut_text_is_a_beginning_that_ends_within_a_sentence(text: str, seed: int) -> None:
    cut = cut_ending(text, seed=seed)
    assert cut is not None
    assert text.startswith(cut)
    assert cut[-1] not in ".!?"
    assert 0.3 < len(cut.split()) / len(text.split()) <= 0.65


@pytest.mark.parametrize("seed", range(5))
def test_padding_says_every_sentence_again_and_nothing_new(seed: int) -> None:
    padded = pad_text(ENGLISH, seed=seed)
    assert padded is not None
    assert padded.startswith(ENGLISH)
    assert sorted(padded.split()) == sorted(2 * ENGLISH.split())


@pytest.mark.parametrize("seed", range(5))
def test_noise_keeps_every_letter_and_moves_some(seed: int) -> None:
    noisy = add_noise(ENGLISH, seed=seed)
    assert noisy is not None
    assert noisy != ENGLISH
    assert sorted(noisy) == sorted(ENGLISH)


@pytest.mark.parametrize(
    ("text", "copies"),
    [
        ("All of them left.", {None}),
        ("There were 4 moons.", {"There were 5 moons.", "There were 6 moons.", "There were not 4 moons."}),
        ("He did not go.", {"He did go."}),
        ("Это не работает.", {"Это работает."}),
        (
            "Он видел, как Анна и Мария ушли.",
            {"Он видел, как Мария и Мария ушли.", "Он видел, как Анна и Анна ушли."},
        ),
    ],
)
def test_one_fact_is_changed(text: str, copies: set[str | None]) -> None:
    assert {swap_fact(text, seed=seed) for seed in range(40)} == copies


def test_parts_of_figures_and_words_are_no_numbers() -> None:
    assert swap_fact("At 3.14 the GPT4 wins.", seed=1) is None


def test_what_is_too_short_is_left_alone() -> None:
    assert cut_ending("It is so.", seed=1) is None
    assert pad_text("It is so.", seed=1) is None
    assert add_noise("aa 12", seed=1) is None
