"""From claimed attempts to cases ready to be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import orjson
from django.db.models import F

from annotations.domain.showing.material import TaskMaterial, mask_task, mask_tasks, read_materials
from annotations.models import Task
from evalplatform.common.among import Among
from judges.engine.asking.history import CaseKey, History, read_history
from judges.engine.asking.questions import Questions
from judges.engine.asking.retries import SUSPECT_LOSSES
from judges.engine.asking.reuse_key import find_reuse_key
from judges.engine.asking.rubric_facts import RubricFacts
from judges.engine.money.budget import round_up
from judges.engine.money.pricing import find_price
from judges.engine.money.tariff import Tariff, bound_tokens, count_bytes
from judges.models import Attempt, Run
from judges.protocols.calls import AnyCall, PlannedCall, PlannedTask
from judges.protocols.steps import Act, Step
from judges.providers import JudgeRequest

RATING = Step()


@dataclass(frozen=True, slots=True)
class Case:
    """A call of a task in one order, ready to be made.

    `presented` is the order in which the call shows the answers, of a ranking one of `orders`.

    `price` is that of the day on which it was claimed, `estimate` a bound of the cost; both are None where the price is
    unknown. A suspect is asked alone: two workers have died with it in hand.
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
    step: Step = RATING
    price: Tariff | None = None
    reuse_key: str | None = None
    presented: str = ""
    orders: tuple[str, ...] = ()

    @property
    def key(self) -> CaseKey:
        return CaseKey(self.task_id, self.shown_order, self.repeat)


class CaseBook:
    """Prepares the attempts of one run, remembering rubrics from one claim to the next."""

    def __init__(self, run: Run) -> None:
        self.run, self.judge = run, run.judge
        self.price: Tariff | None = find_price(run.judge, lane=run.lane)
        self.has_earlier_answers: bool | None = None  # of other runs; not looked up yet
        self.questions = Questions(run)
        self.recipe, self.rubrics = self.questions.recipe, self.questions.rubrics

    def prepare(self, attempt_ids: list[int]) -> list[Case]:
        """The cases of these attempts; the number of queries does not grow with them."""
        self.price = find_price(
            self.judge, lane=self.run.lane
        )  # it may have been edited, or a new day have begun
        if not attempt_ids:
            return []
        calls = read_calls(attempt_ids)
        tasks = {call.task_id for call in calls}
        materials = read_materials(tasks=tasks, project_id=self.run.project_id)
        histories = self._read_histories(calls)
        return [self._prepare(call, materials[call.task_id], histories) for call in calls]

    def preview(self, tasks: Sequence[Task], shown_order: str) -> list[JudgeRequest]:
        """What would be asked first about each task in this order, with no attempt behind it; no call is made."""
        return [
            self.questions.build(
                Attempt(task=task, shown_order=shown_order, step=name), Step.read(name), material, {}
            )
            for task, material in zip(tasks, mask_tasks(tasks=tasks), strict=True)
            for name in self.rubrics.list_first_steps(task.rubric_id, len(material.replies))
        ]

    def draft(self, attempt: Attempt) -> Case:
        """The case of an attempt that is in no table, as it would be asked."""
        return self._prepare(attempt, mask_task(task=attempt.task), {})

    def _read_histories(self, calls: list[PlannedCall]) -> dict[CaseKey, History]:
        """Only what builds on earlier words needs them."""
        has_critiques = self.recipe.critiques > 0
        building = {call.task_id for call in calls if has_critiques or Step.read(call.step).act != Act.RATE}
        return read_history(run_id=self.run.pk, tasks=building) if building else {}

    def _prepare(
        self, attempt: AnyCall, material: TaskMaterial, histories: Mapping[CaseKey, History]
    ) -> Case:
        step = Step.read(attempt.step)
        part = self.rubrics.get_part(attempt.task.rubric_id, step)
        history = histories.get(CaseKey(attempt.task_id, attempt.shown_order, attempt.repeat))
        request = self.questions.build(attempt, step, material, history.said if history else {})
        return Case(
            attempt.pk, attempt.task_id, attempt.shown_order, attempt.repeat, attempt.number,
            request, part, self._estimate(request), attempt.losses >= SUSPECT_LOSSES, step,
            self.price,
            find_reuse_key(self.judge, attempt, step, request),
            self.questions.find_order(attempt, step, material),
            tuple(self.questions.list_orders(attempt.task, len(material.replies), attempt.repeat)),
        )  # fmt: skip

    def _estimate(self, request: JudgeRequest) -> Decimal | None:
        if self.price is None:
            return None
        tokens_in = bound_tokens(measure_request(request))
        return round_up(self.price.charge_at_most(tokens_in=tokens_in, tokens_out=request.max_tokens))


def read_calls(attempt_ids: list[int]) -> list[PlannedCall]:
    """These attempts in the order of their keys."""
    rows = Attempt.objects.filter(Among(F("id"), attempt_ids)).order_by("id")
    own = PlannedCall._fields[:-1]
    return [
        PlannedCall._make((*row[: len(own)], PlannedTask._make(row[len(own) :])))
        for row in rows.values_list(*own, *(f"task__{name}" for name in PlannedTask._fields))
    ]


def measure_request(request: JudgeRequest) -> int:
    """Bytes of what a request sends to be read: prompt and schema."""
    return count_bytes(request.system, request.user, orjson.dumps(request.schema).decode())
