import pytest

from evalplatform.metrics.diversity import score_self_bleu, share_distinct
from evalplatform.metrics.overlap import score_bleu


def test_distinct_counts_different_grams() -> None:
    assert share_distinct(["to be or not to be"], n=1) == 4 / 6
    assert share_distinct(["to be or not to be"], n=2) == 4 / 5
    assert share_distinct(["Кошка спит", "кошка спит"], n=2) == 1 / 2
    assert share_distinct(["a b", "b a"], n=2) == 1  # not `b b`, which no text holds


def test_distinct_of_too_little_is_nothing() -> None:
    assert share_distinct([], n=1) is None
    assert share_distinct(["word", "…"], n=2) is None
    with pytest.raises(ValueError, match="at least 1"):
        share_distinct(["word"], n=0)


def test_self_bleu_is_the_mean_against_all_others() -> None:
    texts = ["the cat sat down", "the cat stood up", "a dog barked at night"]
    by_hand = [
        score_bleu(texts[0], texts[1:]),
        score_bleu(texts[1], texts[::2]),
        score_bleu(texts[2], texts[:2]),
    ]
    assert score_self_bleu(texts) == pytest.approx(sum(by_hand) / 3)
    assert score_self_bleu(["one text alone"]) is None
    assert score_self_bleu(["we are all alike"] * 3) == pytest.approx(100)


def test_self_bleu_of_many_takes_every_so_many() -> None:
    texts = ["the very same text", "xyz"] * 4
    assert score_self_bleu(texts, most=4) == pytest.approx(100)
