"""One criterion's part of a verdict, and what a call said, as plain values that outlive the call."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self  # what is kept is JSON


@dataclass(frozen=True, slots=True)
class Answer:
    """One criterion's part of a verdict: exactly one of number, code, text, absent.

    `confidence` in [0, 1] is the share of samples that gave it, `meta` how it came about.
    """

    number: float | None = None
    code: str | None = None
    text: str | None = None
    absent: str | None = None
    rationale: str | None = None
    confidence: float | None = None
    meta: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What one call said: answers by criterion, verdicts by principle, and the words themselves where later calls
    or a repair need them.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    principles: Mapping[str, Answer] = field(default_factory=dict)
    words: str = ""

    def keep(self) -> dict[str, Any]:
        """As the attempt's row keeps it: JSON without what is empty."""
        kept: dict[str, Any] = {
            name: {key: _drop_empty(asdict(answer)) for key, answer in answers.items()}
            for name, answers in (("answers", self.answers), ("principles", self.principles))
            if answers
        }
        return {**kept, "words": self.words} if self.words else kept

    @classmethod
    def read(cls, kept: Mapping[str, Any] | None) -> Self:
        """What `keep` kept."""
        kept = kept or {}
        answers, principles = (
            {key: Answer(**answer) for key, answer in kept.get(name, {}).items()}
            for name in ("answers", "principles")
        )
        return cls(answers, principles, kept.get("words", ""))


def _drop_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
