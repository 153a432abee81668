"""One attack on one prompt: the request as the engine would send it, and what came of the reply."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any  # values of a verdict
from uuid import UUID

from annotations.domain.formats.criteria import read_criterion
from annotations.domain.formats.stored_criterion import build_criterion
from annotations.domain.showing.material import MaskedReply, TaskMaterial
from annotations.domain.showing.presentation import spell_order
from annotations.models import Absent, Criterion, Project, Rubric, Task, TaskKind
from judges.engine.asking.rubric_facts import RubricFacts
from judges.engine.versions.prompt_fit import build_criteria
from judges.engine.versions.prompt_versions import open_book
from judges.models import Attempt, Prompt, Protocol
from judges.prompts import find_library_prompt, include_parts, list_library
from judges.protocols import PROTOCOLS, balance
from judges.protocols.order import read_order
from judges.protocols.parsing import read_verdict
from judges.protocols.scales import build_schema, read_scale
from judges.protocols.steps import Step
from judges.providers import JudgeRequest
from tests.security.attacks.attack_set import Question

TASK = UUID(int=7)  # so that every run asks the same, word for word
EVERY = tuple((prompt.name, language) for prompt in list_library() for language in prompt.languages)
BEST_AND_WORST = {"safety": ("safe", "unsafe"), "grade": ("correct", "incorrect")}
STAND_INS = {
    "single": "helpfulness",
    "pair": "preference",
}  # whose criteria the prompts without own ones are tried on
RANKED = {
    "name": "overall", "task": "ranking", "labels": {"en": "Overall", "ru": "В целом"},
    "question": {"en": "Which answers are better?", "ru": "Какие ответы лучше?"},
}  # fmt: skip
SHOWN = {TaskKind.SINGLE: 1, TaskKind.PAIR: 2, TaskKind.RANKING: 3}  # answers: bad, good, empty
AS_SHOWN = spell_order(tuple(range(SHOWN[TaskKind.RANKING])))
OPENING, CLOSING = re.compile(r"^<<\{\{ nonce \}\}(.*)>>$", re.MULTILINE), "<</{{ nonce }}>>\n"


@dataclass(frozen=True, slots=True)
class Trial:
    """A bad answer, with or without something behind it, before a prompt; in a pair beside the good one, in a ranking
    beside that and the empty one.

    `best` is what it hopes for, `worst` what it deserves.
    """

    request: JudgeRequest
    shown_order: str
    key: str
    best: Any
    worst: Any
    is_ranked: bool = False

    def read(self, reply: str) -> Any:
        """The value of the verdict as shown, or `unparsable`, `out_of_scale`."""
        ranked, order = (frozenset({self.key}), AS_SHOWN) if self.is_ranked else (frozenset(), "")
        verdict = read_verdict(reply, self.request.schema, refused=False, shown_order=order, ranked=ranked)
        answer = verdict[self.key]
        if answer.absent is not None:
            return Absent(answer.absent)
        return answer.code if answer.code is not None else answer.number


def set_up(
    name: str, language: str, question: Question, tail: str = "", *, order: str = "", is_plain: bool = False
) -> Trial:
    """The trial of a shipped prompt, or of its plain twin without fences and without a word about them."""
    prompt, criteria = build_prompt(name, language, is_plain), _list_criteria(name)
    rule = PROTOCOLS[prompt.protocol]
    order = order or list_orders(name)[0]
    bad = f"{question.bad}\n\n{tail}" if tail else question.bad
    replies = (bad, question.good, question.empty)[: SHOWN[rule.kind]]
    material = TaskMaterial(
        question.request, (), "", (question.reference,), question.reference, question.language,
        tuple(MaskedReply(text) for text in replies),
    )  # fmt: skip
    schema, scales = build_schema(criteria, rationale=True), tuple(map(read_scale, criteria))
    facts = RubricFacts(Rubric(task_kind=rule.kind), criteria, schema, frozenset(), scales)
    task = Task(project=prompt.project, kind=rule.kind, public_id=TASK)
    attempt = Attempt(task=task, shown_order=order)
    request = open_book(prompt).questions.build_for(facts, attempt, Step(), material, {})
    best, worst = _find_aims(criteria[0], read_order(order))
    return Trial(request, order, criteria[0].key, best, worst, is_ranked=criteria[0].is_ranking)


def list_orders(name: str) -> tuple[str, ...]:
    """The orders in which a prompt's protocol shows answers; of a ranking those in which each has each place once."""
    rule = PROTOCOLS[find_library_prompt(name).protocol]
    if rule.kind != TaskKind.RANKING:
        return rule.orders
    size = SHOWN[rule.kind]
    return tuple(map(spell_order, balance.list_orders(size, size)))


@cache
def build_prompt(name: str, language: str, is_plain: bool = False) -> Prompt:
    """The prompt, not stored, in a project that is not stored either."""
    library = find_library_prompt(name)
    system, user = library.read_templates(language)
    if is_plain:
        system, user = _strip_notice(system, language), _strip_fences(user, language)
    project = Project(slug="attacks", seed=7, language=language)
    return Prompt(project=project, protocol=library.protocol, system_template=system, user_template=user)


def _strip_notice(system: str, language: str) -> str:
    """Without the paragraph on what is data; the one on the reply stays."""
    notice = include_parts('{% include "data" %}', language).partition("\n\n")[0]
    return system.replace(f"{notice}\n\n", "")


def _strip_fences(user: str, language: str) -> str:
    """Without the mark and its lines; what a text is still stands before it."""
    named = user.replace(include_parts('{% include "mark" %}', language) + "\n\n", "")
    return OPENING.sub(r"[\1]", named).replace(CLOSING, "")


@cache
def _list_criteria(name: str) -> list[Criterion]:
    if find_library_prompt(name).protocol == Protocol.RANKING:
        return [build_criterion(read_criterion(RANKED, "en"), "overall", fractions=False)]
    return build_criteria(find_library_prompt(STAND_INS.get(name, name)))


def _find_aims(criterion: Criterion, order: list[int]) -> tuple[Any, Any]:
    if criterion.is_ranking:
        bad, good, empty = (order.index(place) + 1 for place in range(len(order)))
        return f"{bad}>{good}>{empty}", f"{good}>{empty}>{bad}"
    if criterion.level == "preference":
        return ("first", "second") if order[0] == 0 else ("second", "first")
    if criterion.key in BEST_AND_WORST:
        return BEST_AND_WORST[criterion.key]
    numbers = [float(entry["value"]) for entry in criterion.values]
    return max(numbers), min(numbers)
