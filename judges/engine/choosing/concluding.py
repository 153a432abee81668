"""The best of the candidates becomes the prompt of a judge, once every run is over.

The judge that comes of it never rates the split; what the candidates said there enters no comparison.
"""

from collections.abc import Sequence
from typing import Any  # figures are any JSON values

from django.db import transaction
from django.db.models import Avg, Count, Q

from annotations.models import Rater, RaterKind, Task
from evalplatform.agreement.choosing import Choice, choose_best
from evalplatform.common.clock import database_now
from evalplatform.common.hashing import hash_content
from judges.engine.choosing.labels import Measured, score_candidates
from judges.engine.versions.register import draft_judge, find_stored, keep_judge
from judges.models import Attempt, ChoiceState, Judge, PromptCandidate, PromptChoice, RunState
from judges.queries.split import Reach, Split


def conclude_choice(*, choice_id: int) -> PromptChoice:
    """Choose where every candidate's run is over, and register the judge; else leave all as it is.

    A run that was called off calls off the choice.
    """
    with transaction.atomic():
        choice = (
            PromptChoice.objects.select_for_update(of=("self",)).select_related("project").get(pk=choice_id)
        )
        candidates = list_candidates(choice)
        states = {candidate.run.state for candidate in candidates}
        if choice.state != ChoiceState.JUDGING or states & {RunState.RUNNING, RunState.PAUSED}:
            return choice
        if RunState.CANCELLED in states:
            choice.state = ChoiceState.CANCELLED
        else:
            _decide(choice, candidates)
        choice.decided_at = database_now()
        choice.save()
    return choice


def conclude_due_choices() -> int:
    """Conclude every choice whose runs are over; returns how many came to an end."""
    waiting = list(
        PromptChoice.objects.filter(state=ChoiceState.JUDGING)
        .exclude(candidates__run__state__in=(RunState.RUNNING, RunState.PAUSED))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return sum(conclude_choice(choice_id=pk).state != ChoiceState.JUDGING for pk in waiting)


def list_candidates(choice: PromptChoice) -> list[PromptCandidate]:
    """In the order in which they were named."""
    held = choice.candidates.select_related(
        "prompt", "run", "judge__rater", "judge__connection", "judge__project"
    )
    return list(held.order_by("place"))


def _decide(choice: PromptChoice, candidates: Sequence[PromptCandidate]) -> None:
    ids = dict(Task.objects.filter(public_id__in=choice.labels).values_list("public_id", "pk"))
    labels = {ids[key]: choice.labels[str(key)] for key in ids}
    measured = Measured(criterion=choice.terms["criterion"], labels=labels)
    scores, items = score_candidates(
        project=choice.project, measured=measured, judges=[candidate.judge for candidate in candidates]
    )
    costs = [find_cost_a_task(candidate.judge) for candidate in candidates]
    found = choose_best(scores, costs=costs, clusters=items, seed=choice.terms["seed"])
    choice.figures = _describe_figures(found, candidates, costs)
    choice.judge = _register(choice, candidates[found.chosen])
    choice.result_hash = hash_content([choice.content_hash, choice.labels, choice.figures])
    choice.state = ChoiceState.CHOSEN


def _register(choice: PromptChoice, candidate: PromptCandidate) -> Judge:
    """The judge with the candidate's prompt and examples, on the other side of the split."""
    tried = candidate.judge
    draft = draft_judge(
        project=choice.project,
        protocol=tried.protocol,
        connection=tried.connection,
        model=tried.model,
        parameters=tried.parameters,
        prompt=candidate.prompt,
        reach=Reach(split=Split(share=choice.terms["share"], seed=choice.terms["seed"])),
        earlier=[tried],
    )
    if stored := find_stored(draft):
        return stored
    taken = Rater.objects.filter(project=choice.project, kind=RaterKind.JUDGE, name=choice.name).exists()
    return keep_judge(draft, f"{choice.name} {draft.content_hash[:8]}" if taken else choice.name)


def find_cost_a_task(judge: Judge) -> float | None:
    """Mean USD of a task over the calls that a candidate was really asked; None where a price is not known."""
    made = Attempt.objects.filter(rater=judge.rater_id, started_at__isnull=False, reused_from=None)
    told = made.aggregate(
        mean=Avg("cost"),
        calls=Count("pk"),
        tasks=Count("task", distinct=True),
        unknown=Count("pk", filter=Q(cost=None, tokens_in__isnull=False)),
    )
    if not told["tasks"] or told["mean"] is None or told["unknown"]:
        return None
    calls, tasks = int(told["calls"]), int(told["tasks"])
    return float(told["mean"]) * calls / tasks


def _describe_figures(
    found: Choice, candidates: Sequence[PromptCandidate], costs: Sequence[float | None]
) -> dict[str, Any]:
    def name(place: int | None) -> str | None:
        return None if place is None else str(candidates[place].prompt)

    return {
        "chosen": name(found.chosen),
        "leader": name(found.leader),
        "runner_up": name(found.runner_up),
        "why": found.why,
        "candidates": [
            {
                "prompt": str(candidate.prompt),
                "content_hash": candidate.judge.content_hash,
                "agreement": mean.to_dict(),
                "behind_leader": difference.to_dict() if difference else None,
                "usd_a_task": cost,
            }
            for candidate, mean, difference, cost in zip(
                candidates, found.means, found.differences, costs, strict=True
            )
        ],
    }
