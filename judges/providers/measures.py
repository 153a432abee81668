"""Metrics of one answer: what each measures, on which scale, and when it has nothing to say."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any  # a schema is any JSON value

from evalplatform.metrics.diversity import share_distinct
from evalplatform.metrics.exact import match_exactly
from evalplatform.metrics.length import count_characters, count_words
from evalplatform.metrics.overlap import score_bleu, score_chrf
from judges.providers.base import JudgeRequest

NO_REFERENCE, TOO_SHORT, OUT_OF_SCALE = "no_reference", "too_short", "out_of_scale"
APPROXIMATE = "approximate"
LONG_IN_WORDS, LONG_IN_CHARACTERS = 1_000, 10_000  # a shorter scale would keep the short answers alone


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure, or None and why; `note` is kept beside the figure."""

    value: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric whose figures lie between `low` and `high`; a count has no end: its scale reaches `high` at least."""

    read: Callable[[JudgeRequest], Reading]
    low: float
    high: float
    is_whole: bool = False
    needs_reference: bool = False

    def take(self, request: JudgeRequest) -> Reading:
        """The figure of the request's only text."""
        if self.needs_reference and not request.reference.strip():
            return Reading(None, NO_REFERENCE)
        return self.read(request)

    def fits(self, schema: dict[str, Any]) -> bool:
        """Whether the criterion's scale takes all that may be measured: half a scale would bias what is kept."""
        if "enum" in schema:
            return self.is_whole and {self.low, self.high} <= {
                v for v in schema["enum"] if isinstance(v, int)
            }
        kinds = ("number", "integer") if self.is_whole else ("number",)
        starts = schema.get("minimum", self.low) <= self.low
        ends = schema.get("maximum", self.high) >= self.high
        return bool(schema.get("type") in kinds and starts and ends)


def _match(request: JudgeRequest) -> Reading:
    match = match_exactly(request.texts[0], request.reference, language=request.language)
    return Reading(int(match.is_exact), APPROXIMATE if match.is_approximate else "")


def _read_bleu(request: JudgeRequest) -> Reading:
    return Reading(score_bleu(request.texts[0], [request.reference]))


def _read_chrf(request: JudgeRequest) -> Reading:
    return Reading(score_chrf(request.texts[0], [request.reference]))


def _count_words(request: JudgeRequest) -> Reading:
    return Reading(count_words(request.texts[0]))


def _count_characters(request: JudgeRequest) -> Reading:
    return Reading(count_characters(request.texts[0]))


def _share_distinct(request: JudgeRequest) -> Reading:
    share = share_distinct(request.texts[:1])
    return Reading(share, TOO_SHORT if share is None else "")


MEASURES = {
    "exact_match": Measure(_match, 0, 1, is_whole=True, needs_reference=True),
    "bleu": Measure(_read_bleu, 0, 100, needs_reference=True),
    "chrf": Measure(_read_chrf, 0, 100, needs_reference=True),
    "length": Measure(_count_words, 0, LONG_IN_WORDS, is_whole=True),
    "characters": Measure(_count_characters, 0, LONG_IN_CHARACTERS, is_whole=True),
    "distinct": Measure(_share_distinct, 0, 1),
}
