"""Ways to make a text worse that anybody should see: a function of the text and a seed, and nothing else."""

import re
from collections.abc import Callable
from typing import Final

from evalplatform.common.hashing import seeded_integer

FEWEST_WORDS = 12  # a shorter text has no ending to cut, and little to pad with
KEPT = (45, 65)  # per cent of the words that are left when the ending is cut
NOISE = 12  # one letter in so many is disturbed

SENTENCE = re.compile(r"(?<=[.!?…])\s+")
NUMBER = re.compile(r"(?<![\w.,])\d{1,9}(?![\w]|[.,]\d)")
NAME = re.compile(r"(?<=[a-zа-яё,;] )[A-ZА-ЯЁ][\w’'-]{2,}")  # not where a sentence begins
NEGATED = re.compile(
    r"\b(is|are|was|were|can|could|does|do|did|will|would|should) not\b|(?<!\w)не (?=[а-яё])"
)
AFFIRMED = re.compile(r"\b(is|are|was|were|can|could|will|would|should)\b(?! not\b)")


def cut_ending(text: str, *, seed: int) -> str | None:
    """Leave the text off in the middle of a sentence; None where it is short."""
    words = list(re.finditer(r"\S+", text))
    if len(words) < FEWEST_WORDS:
        return None
    low, high = (len(words) * share // 100 for share in KEPT)
    last = low + seeded_integer("cut", seed, text) % (high - low + 1)
    while last > 1 and words[last - 1].group()[-1] in ".!?…:":
        last -= 1
    return text[: words[last - 1].end()]


def swap_fact(text: str, *, seed: int) -> str | None:
    """Change one number, put one name in the place of another, or turn one sentence into its negation.

    None where the text has none of these. A person has to see whether what comes out is wrong.
    """
    found = [(match, _other_number(match, seed)) for match in NUMBER.finditer(text)]
    names = list(NAME.finditer(text))
    spelt = sorted({match.group() for match in names})
    if len(spelt) > 1:
        found += [(match, _other_name(match.group(), spelt, seed)) for match in names]
    found += [(match, match.group(1) or "") for match in NEGATED.finditer(text)]
    found += [(match, f"{match.group()} not") for match in AFFIRMED.finditer(text)]
    if not found:
        return None
    match, put = found[seeded_integer("fact", seed, text) % len(found)]
    return text[: match.start()] + put + text[match.end() :]


def pad_text(text: str, *, seed: int) -> str | None:
    """Say sentences of the text again at its end, as many as it has, in another order; None where it is short."""
    sentences = [sentence for sentence in SENTENCE.split(text.strip()) if sentence]
    if len(text.split()) < FEWEST_WORDS or len(sentences) < 2:
        return None
    again = sorted(sentences, key=lambda sentence: seeded_integer("pad", seed, text, sentence))
    return f"{text.rstrip()}\n\n{' '.join(again)}"


def add_noise(text: str, *, seed: int) -> str | None:
    """Change places of neighbouring letters all over the text; None where there are none."""
    letters, place, changed = list(text), 0, False
    while place + 1 < len(letters):
        first, second = letters[place : place + 2]
        may_turn = first.isalpha() and second.isalpha() and first != second
        if may_turn and seeded_integer("noise", seed, text, place) % NOISE == 0:
            letters[place], letters[place + 1] = second, first
            changed, place = True, place + 1
        place += 1
    return "".join(letters) if changed else None


def _other_number(match: re.Match[str], seed: int) -> str:
    number = int(match.group())
    shift = 1 + seeded_integer("number", seed, match.start(), number) % max(number // 2, 2)
    return str(number + shift)


def _other_name(name: str, names: list[str], seed: int) -> str:
    others = [other for other in names if other != name]
    return others[seeded_integer("name", seed, name) % len(others)]


DEGRADE: Final[dict[str, Callable[..., str | None]]] = {
    "cut": cut_ending,
    "fact": swap_fact,
    "padding": pad_text,
    "noise": add_noise,
}
