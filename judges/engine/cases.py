"""From claimed attempts to cases ready to be asked."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any  # schemas are any JSON value

from annotations.domain.material import TaskMaterial, mask_tasks
from annotations.models import Criterion, Level, Rubric
from judges.engine.budget import round_up
from judges.engine.pricing import Price, estimate_tokens, find_price
from judges.engine.retries import SUSPECT_LOSSES
from judges.models import Attempt, Judge, Run
from judges.prompts import fill_template
from judges.protocols.material import (
    RubricPart,
    describe_rubric,
    describe_task,
    draw_nonce,
    list_asked,
)
from judges.protocols.order import read_order
from judges.protocols.scales import build_schema
from judges.providers import JudgeRequest


@dataclass(frozen=True, slots=True)
class RubricFacts:
    """What all cases under one rubric share."""

    rubric: Rubric
    criteria: list[Criterion]
    schema: dict[str, Any]
    prose: frozenset[str]


@dataclass(frozen=True, slots=True)
class Case:
    """A task in one order, ready to be asked.

    `estimate` is an upper guess at the cost, None where the price is unknown. A suspect is asked alone: two workers
    have died with it in hand.
    """

    attempt_id: int
    task_id: int
    shown_order: str
    repeat: int
    number: int
    request: JudgeRequest
    facts: RubricFacts
    estimate: Decimal | None
    is_suspect: bool = False


class CaseBook:
    """Prepares the attempts of one run, remembering rubrics from one claim to the next."""

    def __init__(self, run: Run) -> None:
        self.run, self.judge = run, run.judge
        self.price: Price | None = find_price(run.judge)
        self._facts: dict[int, RubricFacts] = {}
        self._words: dict[tuple[int, str], RubricPart] = {}

    def prepare(self, attempt_ids: list[int]) -> list[Case]:
        """The cases of these attempts; the number of queries does not grow with them."""
        attempts = list(
            Attempt.objects.filter(id__in=attempt_ids)
            .select_related("task__item", "task__project")
            .order_by("id")
        )
        tasks = list({attempt.task_id: attempt.task for attempt in attempts}.values())
        materials = dict(zip((task.pk for task in tasks), mask_tasks(tasks=tasks), strict=True))
        return [self._prepare(attempt, materials[attempt.task_id]) for attempt in attempts]

    def _prepare(self, attempt: Attempt, material: TaskMaterial) -> Case:
        facts = self._get_facts(attempt.task.rubric_id)
        request = self._build_request(attempt, facts, material)
        return Case(
            attempt.pk, attempt.task_id, attempt.shown_order, attempt.repeat, attempt.number,
            request, facts, self._estimate(request), attempt.losses >= SUSPECT_LOSSES,
        )  # fmt: skip

    def _build_request(self, attempt: Attempt, facts: RubricFacts, material: TaskMaterial) -> JudgeRequest:
        judge, order = self.judge, attempt.shown_order
        system, user = self._write_prompt(attempt, facts, material) if judge.prompt else ("", "")
        return JudgeRequest(
            model=judge.model,
            system=system,
            user=user,
            schema=facts.schema,
            parameters=judge.parameters,
            texts=tuple(material.replies[position].text for position in read_order(order)),
            subject=f"{attempt.task.identity}:{order}:{attempt.repeat}",
            reference=material.reference,
            language=material.language,
        )

    def _write_prompt(self, attempt: Attempt, facts: RubricFacts, material: TaskMaterial) -> tuple[str, str]:
        task, prompt = attempt.task, self.judge.prompt
        if prompt is None:
            raise ValueError("this judge has no prompt")
        words = self._get_words(facts, material.language)
        values = {
            "title": words.title,
            "instructions": words.instructions,
            "criteria": words.criteria,
            "rationale": wants_rationale(self.judge),
            "nonce": draw_nonce(self.run.project, task, attempt.shown_order),
            **describe_task(material, turn=task.turn, shown_order=attempt.shown_order),
        }
        return fill_template(prompt.system_template, values), fill_template(prompt.user_template, values)

    def _estimate(self, request: JudgeRequest) -> Decimal | None:
        if self.price is None:
            return None
        tokens_in = estimate_tokens(len(request.system) + len(request.user))
        return round_up(self.price.charge(tokens_in=tokens_in, tokens_out=request.max_tokens))

    def _get_facts(self, rubric_id: int) -> RubricFacts:
        if rubric_id not in self._facts:
            rubric = Rubric.objects.prefetch_related("criteria").get(pk=rubric_id)
            criteria = list_asked(rubric)
            schema = build_schema(criteria, rationale=wants_rationale(self.judge))
            prose = frozenset(c.key for c in criteria if c.level == Level.TEXT)
            self._facts[rubric_id] = RubricFacts(rubric, criteria, schema, prose)
        return self._facts[rubric_id]

    def _get_words(self, facts: RubricFacts, language: str) -> RubricPart:
        key = (facts.rubric.pk, language)
        if key not in self._words:
            self._words[key] = describe_rubric(facts.rubric, facts.criteria, language)
        return self._words[key]


def wants_rationale(judge: Judge) -> bool:
    """Models explain themselves unless told otherwise; baselines have nothing to say."""
    return bool(judge.parameters.get("rationale", not judge.builtin))
