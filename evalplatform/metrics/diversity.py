"""How much texts repeat themselves and each other."""

from collections.abc import Sequence

from evalplatform.metrics.length import WORD


def share_distinct(texts: Sequence[str], *, n: int = 2) -> float | None:
    """Distinct-n: different n-grams of words over all n-grams, in (0, 1]; None where no text has n words.

    Case is folded; n-grams never cross from one text to the next (Li et al. 2016, section 5.2, who divide by words;
    here by n-grams, so that 1 is reached). Longer texts have lower figures: compare equal lengths only.

    Example:
        >>> share_distinct(["to be or not to be"], n=2)
        0.8
    """
    if n < 1:
        raise ValueError("n must be at least 1")
    grams = [gram for text in texts for gram in _list_grams(text, n)]
    return len(set(grams)) / len(grams) if grams else None


def _list_grams(text: str, n: int) -> list[tuple[str, ...]]:
    words = [word.lower() for word in WORD.findall(text)]
    return [tuple(words[at : at + n]) for at in range(len(words) - n + 1)]


def score_self_bleu(texts: Sequence[str], *, most: int = 200) -> float | None:
    """Self-BLEU, 0 to 100: the mean sentence BLEU of each text against all others (Zhu et al. 2018).

    100 where all are alike. None below two texts. Work grows with the square of their number: of more than `most`,
    every k-th is taken.

    Example:
        >>> round(score_self_bleu(["the cat sat down", "the cat sat down"]), 6)
        100.0
    """
    from evalplatform.metrics.overlap import score_bleu

    taken = texts[:: -(-len(texts) // most)] if len(texts) > most else texts
    if len(taken) < 2:
        return None
    scores = [score_bleu(text, [*taken[:at], *taken[at + 1 :]]) for at, text in enumerate(taken)]
    return sum(scores) / len(scores)
