"""Published and measured figures of sacrebleu."""

import pytest

from evalplatform.metrics.overlap import score_bleu, score_chrf, score_corpus_bleu, score_corpus_chrf

ANSWERS = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."]
REFERENCES = [
    ["The dog bit the man.", "The dog had bit the man."],
    ["It was not unexpected.", "No one was surprised."],
    ["The man bit him first.", "The man had bitten the dog."],
]


def test_the_readme_of_sacrebleu() -> None:
    assert round(score_corpus_bleu(ANSWERS, REFERENCES), 2) == 48.53
    assert round(score_corpus_chrf(ANSWERS, REFERENCES), 2) == 59.73


def test_sentences() -> None:
    pairs = list(zip(ANSWERS, REFERENCES, strict=True))
    assert [round(score_bleu(*pair), 2) for pair in pairs] == [100.0, 14.79, 29.07]
    assert [round(score_chrf(*pair), 2) for pair in pairs] == [100.0, 35.35, 51.88]


def test_a_full_score_is_no_more_than_full() -> None:
    assert score_bleu("It is 42 now.", ["It is 42 now."]) == 100
    assert score_corpus_bleu(["It is 42 now."], [["It is 42 now."]]) == 100


def test_overlap_knows_no_numbers() -> None:
    assert score_bleu("42", ["forty-two"]) == 0
    assert score_chrf("42", ["forty-two"]) == 0


@pytest.mark.parametrize(("answer", "reference"), [("", "a"), ("a", ""), ("", "")])
def test_empty_texts_score_nothing(answer: str, reference: str) -> None:
    assert score_bleu(answer, [reference]) == 0
    assert score_chrf(answer, [reference]) == 0
