"""What a completion says, read by the rules of its step."""

from annotations.models import Absent, Level
from judges.engine.asking.results import Result
from judges.protocols.answer import Answer, Said
from judges.protocols.deciding import list_unread
from judges.protocols.parsing import (
    get_part,
    get_words,
    read_part,
    read_repair,
    read_reply,
    read_verdict,
)
from judges.protocols.steps import WORDS_OF, Act
from judges.protocols.weighted import weigh_answers
from judges.providers import Completion

LONGEST_WORDS = 20_000


def read_said(result: Result) -> Said:
    """Answers and texts of a completion; its own words too where a part of a verdict could not be read."""
    completion = result.completion or Completion("")
    match result.case.step.act:
        case Act.REPAIR:
            return _read_repair(result, completion)
        case Act.PRINCIPLES | Act.SECOND:
            return _read_principles(result, completion)
        case act if act in WORDS_OF:
            words = "" if completion.is_refusal else get_words(read_reply(completion.text), WORDS_OF[act])
            return Said(words=words[:LONGEST_WORDS])
        case _:
            return _read_verdict(result, completion)


def _read_verdict(result: Result, completion: Completion) -> Said:
    facts = result.case.facts
    answers = read_verdict(
        completion.text,
        facts.schema,
        refused=completion.is_refusal,
        shown_order=result.case.presented,
        prose=facts.prose,
        ranked=facts.ranked,
        absent=completion.absent,
    )
    words = completion.text[:LONGEST_WORDS] if list_unread(answers) else ""
    has_odds = bool(result.case.request.logprobs or completion.probabilities)
    return Said(_weigh(result, completion, answers) if has_odds else answers, words=words)


def _weigh(result: Result, completion: Completion, answers: dict[str, Answer]) -> dict[str, Answer]:
    facts, wants_means = result.case.facts, result.case.request.logprobs
    labels = {c.key for c in facts.criteria if c.level == Level.NOMINAL or not wants_means}
    return weigh_answers(
        answers,
        completion=completion,
        schema=facts.schema,
        shown_order=result.case.presented,
        labels=labels,
    )


def _read_repair(result: Result, completion: Completion) -> Said:
    facts = result.case.facts
    return Said(
        read_repair(
            completion.text,
            facts.schema,
            refused=completion.is_refusal,
            shown_order=result.case.presented,
            prose=facts.prose,
            ranked=facts.ranked,
        )
    )


def _read_principles(result: Result, completion: Completion) -> Said:
    facts = result.case.facts
    parts = facts.schema["properties"]
    if completion.is_refusal:
        refused = Answer(absent=Absent.REFUSED)
        ratings, principles = (parts[name]["properties"] for name in ("ratings", "principles"))
        return Said(dict.fromkeys(ratings, refused), dict.fromkeys(principles, refused))
    reply = read_reply(completion.text)
    return Said(
        read_part(get_part(reply, "ratings"), parts["ratings"], prose=facts.prose),
        read_part(get_part(reply, "principles"), parts["principles"]),
    )
