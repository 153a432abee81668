"""How often each answer was given to each question, people and others apart: the picture before the single answers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotations.views.conflict import put_in_words
from annotations.views.fields import Field
from annotations.views.shown_task import ShownAnswer, ShownTask

COUNTED = ("choice", "ranking", "number")  # kinds of questions whose answers are the same often


@dataclass(frozen=True, slots=True)
class Count:
    """An answer in words, and how many gave it."""

    words: str
    n: int


@dataclass(frozen=True, slots=True)
class Tally:
    """One question with its answers, in the order of its options, then the most frequent first."""

    question: str
    people: tuple[Count, ...]
    simulated: tuple[Count, ...]
    automatic: tuple[Count, ...]


def tally_answers(shown: ShownTask, answers: Sequence[ShownAnswer]) -> tuple[Tally, ...]:
    """Of each question of a shown task whose answers can be counted."""
    live = [answer for answer in answers if answer.is_person and not answer.is_simulated]
    made_up = [answer for answer in answers if answer.is_simulated]
    others = [answer for answer in answers if not answer.is_person and not answer.is_simulated]
    return tuple(
        Tally(field.label, *(_count(field, group, shown) for group in (live, made_up, others)))
        for field in shown.fields
        if field.kind in COUNTED
    )


def _count(field: Field, answers: Iterable[ShownAnswer], shown: ShownTask) -> tuple[Count, ...]:
    said = [put_in_words(field, answer.values.get(field.key, {}), shown.texts) for answer in answers]
    counts = Counter(words for words in said if words)
    offered = [f"{option.label} {option.note}".strip() for option in field.options]
    places = {words: place for place, words in enumerate(offered)}
    ordered = sorted(counts, key=lambda words: (places.get(words, len(places)), -counts[words], words))
    return tuple(Count(words, counts[words]) for words in ordered)
