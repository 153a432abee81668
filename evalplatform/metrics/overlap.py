"""Overlap with a reference, by sacrebleu."""

from collections.abc import Sequence


def score_bleu(answer: str, references: Sequence[str]) -> float:
    """Sentence BLEU, 0 to 100, of one text against at least one reference.

    sacrebleu's (Post 2018): tokenizer 13a, exponential smoothing, effective order. Without an n-gram in common it
    is 0, so that "42" scores 0 against "forty-two".

    Example:
        >>> score_bleu("42", ["forty-two"]), round(score_bleu("It is 42.", ["It is 42."]), 6)
        (0.0, 100.0)
    """
    from sacrebleu import sentence_bleu

    return _bound(sentence_bleu(answer, list(references)).score)


def score_corpus_bleu(answers: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Corpus BLEU, 0 to 100: n-grams are counted over all texts. `references` holds those of each answer."""
    from sacrebleu import corpus_bleu

    return _bound(corpus_bleu(list(answers), _stream(references)).score)


def score_chrf(answer: str, references: Sequence[str]) -> float:
    """Sentence chrF2, 0 to 100: F-score of character 1- to 6-grams, recall weighted twice (Popović 2015).

    Example:
        >>> score_chrf("42", ["forty-two"])
        0.0
    """
    from sacrebleu import sentence_chrf

    return _bound(sentence_chrf(answer, list(references)).score)


def score_corpus_chrf(answers: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Corpus chrF2, 0 to 100. `references` holds those of each answer, equally many for all."""
    from sacrebleu import corpus_chrf

    return _bound(corpus_chrf(list(answers), _stream(references)).score)


def _bound(score: float) -> float:
    """Logarithms leave a full score at 100.00000000000004, which a scale that ends at 100 would refuse."""
    return min(float(score), 100.0)


def _stream(references: Sequence[Sequence[str]]) -> list[list[str]]:
    """One list for each place among the references, as sacrebleu wants them."""
    return [list(texts) for texts in zip(*references, strict=True)]
