"""What an answered call means for its case: a verdict, or further steps.

Whoever records answers holds the run's lock, so that calls of one case that end together see each other's words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max

from judges.engine.asking.cases import CaseBook
from judges.engine.asking.history import CaseKey, History, read_history
from judges.engine.asking.reading import read_said
from judges.engine.asking.results import Result
from judges.engine.asking.rubric_facts import RubricFacts
from judges.models import Attempt, Run
from judges.protocols.answer import Said
from judges.protocols.deciding import Verdict, Wanted, decide
from judges.protocols.steps import Act


@dataclass(frozen=True, slots=True)
class Turn:
    """An answered call, what it said, and what follows; `seconds` are those of its case so far.

    `is_kept`: what was said is worth a place in the attempt's row, for the case does not end with its first call.
    """

    result: Result
    facts: RubricFacts
    said: Said
    verdict: Verdict | None
    steps: tuple[str, ...]
    seconds: float
    is_kept: bool


def take_turns(book: CaseBook, results: Sequence[Result]) -> list[Turn]:
    """What each completion means for its case, in the order in which they came."""
    histories = _read_histories(book, results)
    return [_take_turn(book, result, histories) for result in results]


def _read_histories(book: CaseBook, results: Sequence[Result]) -> dict[CaseKey, History]:
    """A case of one call that has just been made has no history: plain protocols cost no query here."""
    is_one_call = book.recipe.is_one_call
    tasks = {result.case.task_id for result in results if not is_one_call or result.case.step.act != Act.RATE}
    return read_history(run_id=book.run.pk, tasks=tasks) if tasks else {}


def _take_turn(book: CaseBook, result: Result, histories: dict[CaseKey, History]) -> Turn:
    case = result.case
    facts = book.rubrics.get_facts(case.facts.rubric.pk)
    history = histories.get(case.key) or History({str(case.step)}, {})
    said = read_said(result)
    # A later result of this case in the same batch builds on this one.
    seen = History(history.planned, {**history.said, str(case.step): said}, history.seconds + result.latency)
    outcome = decide(book.recipe, facts.scales, seen.said, case.orders)
    verdict = outcome if isinstance(outcome, Verdict) else None
    wanted = outcome.steps if isinstance(outcome, Wanted) else ()
    steps = tuple(step for step in wanted if step not in seen.planned)
    seen.planned.update(steps)
    histories[case.key] = seen
    is_kept = verdict is None or len(seen.said) > 1 or not book.recipe.is_one_call
    return Turn(result, facts, said, verdict, steps, seen.seconds, is_kept)


def plan_steps(*, run: Run, turns: Sequence[Turn]) -> int:
    """Attempts for the steps that follow these turns; returns how many."""
    wanted = [(turn.result.case.key, step) for turn in turns for step in turn.steps]
    if not wanted:
        return 0
    numbers = _read_numbers(run, {case.task_id for case, _ in wanted})
    Attempt.objects.bulk_create(
        Attempt(
            project_id=run.project_id,
            run_id=run.pk,
            rater_id=run.judge.rater_id,
            task_id=case.task_id,
            shown_order=case.shown_order,
            repeat=case.repeat,
            step=step,
            number=numbers.get((case, step), 0) + 1,
        )
        for case, step in wanted
    )
    return len(wanted)


def _read_numbers(run: Run, tasks: set[int]) -> dict[tuple[CaseKey, str], int]:
    """The last number of each step that an earlier run has asked for."""
    earlier = Attempt.objects.filter(task__in=tasks, rater=run.judge.rater_id)
    last = earlier.values_list("task_id", "shown_order", "repeat", "step").annotate(last=Max("number"))
    return {
        (CaseKey(task, order, repeat), step): number for task, order, repeat, step, number in last.order_by()
    }
