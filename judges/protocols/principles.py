"""A constitution: each principle's verdict, a critique, a revision of the answer, and the verdict on the revision.

After Bai et al., Constitutional AI: Harmlessness from AI Feedback (2022), where critique and revision follow stated
principles; here the revision is rated by the same judge, and what it gained is measured.
"""

from collections.abc import Mapping, Sequence
from typing import Any  # schemas are any JSON value

from annotations.models import Absent
from judges.protocols.answer import Answer, Said
from judges.protocols.steps import Act

UPHELD, BROKEN, NOT_APPLICABLE = "upheld", "broken", "not_applicable"
WRITTEN = (Act.CRITIQUE, Act.REVISION)


def find_missing_act(said: Mapping[str, Said]) -> Act | None:
    """The next call of a case under principles; None where nothing more can come of it."""
    first = said.get(Act.PRINCIPLES)
    if first is None:
        return Act.PRINCIPLES
    if not any(answer.absent is None for answer in first.answers.values()):
        return None
    for act in WRITTEN:
        if act not in said:
            return act
        if not said[act].words.strip():
            return None
    return None if Act.SECOND in said else Act.SECOND


def compare(said: Mapping[str, Said], keys: Sequence[str]) -> dict[str, Answer]:
    """The verdict on the answer as it was given, and beside it what the revision came to."""
    first, second = said[Act.PRINCIPLES].answers, said.get(Act.SECOND, Said()).answers
    unread = Answer(absent=Absent.UNPARSABLE)
    return {key: _put_beside(first.get(key, unread), second.get(key)) for key in keys}


def _put_beside(first: Answer, second: Answer | None) -> Answer:
    """`meta` holds the second value, and the effect where both are numbers: second minus first."""
    if second is None or second.absent is not None or first.absent is not None:
        return first
    meta: dict[str, Any] = {"second": second.code if second.number is None else second.number}
    if first.number is not None and second.number is not None:
        meta["effect"] = second.number - first.number
    return Answer(first.number, first.code, first.text, rationale=first.rationale, meta=meta)


def build_principles_schema(keys: Sequence[str]) -> dict[str, Any]:
    """Schema of one principle's verdict, by key, in the terms of a criterion: a reason and then the value."""
    values = {"enum": [UPHELD, BROKEN, NOT_APPLICABLE]}
    return {key: {"rationale": {"type": "string"}, "value": values} for key in keys}
