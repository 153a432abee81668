"""Choosing a prompt: candidates judge labelled tasks of a split, and the best becomes the prompt of a judge.

The judge that comes of it never rates the split; what the candidates said there enters no comparison.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Any  # parameters and figures are any JSON values

from django.db import transaction
from django.db.models import Avg, Count, Q

from annotations.domain.project_lock import lock_project
from annotations.models import Project, Rater, RaterKind, Task
from evalplatform.accounts.models import User
from evalplatform.agreement.choosing import Choice, choose_best
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Invalid
from evalplatform.common.hashing import LARGEST_SEED, hash_content
from judges.engine.choosing.labels import Measured, read_labels, score_candidates
from judges.engine.planning.forecast import Forecast, forecast_run
from judges.engine.planning.plan import plan_run
from judges.engine.versions.prompt_fit import look_up_prompt, resolve_prompt
from judges.engine.versions.register import draft_judge, find_stored, keep_judge
from judges.models import (
    Attempt,
    ChoiceState,
    Connection,
    Judge,
    Prompt,
    PromptCandidate,
    PromptChoice,
    Protocol,
    Provider,
    RunState,
)
from judges.protocols.recipe import EXAMPLES, EXAMPLES_SEED, EXAMPLES_SHARE
from judges.queries.split import Reach, Side, Split

MOST_CANDIDATES = 20
CENT = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for: `prompts` by name (`key@2`), a model with parameters, and the labels to choose by.

    `share` and `seed` say which items are kept; `budget` (USD) is for all candidates together, an equal part each.
    """

    name: str
    prompts: tuple[str, ...]
    connection: Connection
    model: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    labels_by: str = "people"
    criterion: str = ""
    share: float = 0.2
    seed: int = 0
    budget: Decimal | None = None

    @property
    def split(self) -> Split:
        return Split(share=self.share, seed=self.seed)

    @property
    def part(self) -> Decimal | None:
        """Of the budget, for one candidate."""
        if self.budget is None:
            return None
        return (self.budget / len(self.prompts)).quantize(CENT, rounding=ROUND_DOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceForecast:
    """What the candidates' runs would come to, one by one, over so many labelled tasks."""

    tasks: int
    criterion: str
    candidates: tuple[tuple[str, Forecast], ...]


def forecast_choice(*, project: Project, order: Order) -> ChoiceForecast:
    """What `start_choice` would ask, cost and take; nothing is stored. Raises Invalid."""
    drafts = _draft_candidates(
        project, order, [look_up_prompt(project=project, name=n) for n in order.prompts]
    )
    measured = read_labels(
        project=project, judge=drafts[0], labels_by=order.labels_by, criterion=order.criterion
    )
    told = [
        forecast_run(
            judge=find_stored(draft) or draft, budget=order.part, repeats=1, only=measured.labels.keys()
        )
        for draft in drafts
    ]
    return ChoiceForecast(
        tasks=len(measured.labels),
        criterion=measured.criterion,
        candidates=tuple(zip(order.prompts, told, strict=True)),
    )


def start_choice(
    *, project: Project, order: Order, user: User | None = None, wake: bool = True
) -> PromptChoice:
    """Let the candidates judge; asked for again with the same name and terms, the choice that is there.

    Raises Invalid, and Conflict where the name stands for something else. `wake=False` leaves the work to the caller.
    """
    with transaction.atomic():
        lock_project(project)
        prompts = [resolve_prompt(project=project, name=name) for name in order.prompts]
        terms = _describe(order, prompts)
        if same := _find_same(project, order, terms):
            return same
        drafts = _draft_candidates(project, order, prompts)
        measured = read_labels(
            project=project, judge=drafts[0], labels_by=order.labels_by, criterion=order.criterion
        )
        ids = dict(Task.objects.filter(pk__in=measured.labels).values_list("pk", "public_id"))
        choice = PromptChoice.objects.create(
            project=project,
            name=order.name,
            terms={**terms, "criterion": measured.criterion},
            labels={str(ids[pk]): label for pk, label in measured.labels.items()},
            content_hash=hash_content(terms),
            started_by=user,
        )
        for place, (prompt, draft) in enumerate(zip(prompts, drafts, strict=True)):
            judge = find_stored(draft) or keep_judge(draft, f"candidate {prompt} {draft.content_hash[:8]}")
            run = plan_run(
                project=project, judge=judge, budget=order.part, repeats=1, only=measured.labels.keys(),
                user=user, wake=wake,
            )  # fmt: skip
            PromptCandidate.objects.create(
                project=project, choice=choice, place=place, prompt=prompt, judge=judge, run=run
            )
    return choice


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


def _draft_candidates(project: Project, order: Order, prompts: Sequence[Prompt]) -> list[Judge]:
    """The judges that stand for the prompts, shown the same examples, on the items that are kept. Raises Invalid."""
    _check(order, prompts)
    parameters = dict(order.parameters)
    if parameters.get(EXAMPLES):
        parameters |= {EXAMPLES_SHARE: order.share, EXAMPLES_SEED: order.seed}
    drafts: list[Judge] = []
    for prompt in prompts:
        drafts.append(
            draft_judge(
                project=project,
                protocol=prompt.protocol,
                connection=order.connection,
                model=order.model,
                parameters=parameters,
                prompt=prompt,
                reach=Reach(split=order.split, side=Side.KEPT),
                earlier=drafts[:1],
            )
        )
    return drafts


def _check(order: Order, prompts: Sequence[Prompt]) -> None:
    if not order.name.strip() or len(order.name) > 150 or "\x00" in order.name:
        raise Invalid.at("must be a name of at most 150 characters", field="name")
    if not 2 <= len(prompts) <= MOST_CANDIDATES:
        raise Invalid.at(f"2 to {MOST_CANDIDATES} can be compared", field="prompts")
    if len({prompt.content_hash for prompt in prompts}) < len(prompts):
        raise Invalid.at("two of them are the same", field="prompts")
    if len({prompt.protocol for prompt in prompts}) > 1:
        raise Invalid.at("all must be made for one protocol", field="prompts")
    if prompts[0].protocol == Protocol.RANKING:
        raise Invalid.at(
            "are scored by verdicts that are right or wrong: rankings are neither", field="prompts"
        )
    if not 0.01 <= order.share <= 0.9:
        raise Invalid.at("must lie between 0.01 and 0.9", field="share")
    if not 0 <= order.seed <= LARGEST_SEED:
        raise Invalid.at(f"must lie between 0 and {LARGEST_SEED}", field="seed")
    if order.connection.provider == Provider.LOCAL:
        raise Invalid.at("works for models at a provider only", field="connection")
    for name, wanted in ((EXAMPLES_SHARE, order.share), (EXAMPLES_SEED, order.seed)):
        if order.parameters.get(name, wanted) != wanted:
            raise Invalid.at("is that of the choice: leave it out", field=name)
    if order.part is not None and order.part <= 0:
        raise Invalid.at("must be above zero for each candidate", field="budget")


def _describe(order: Order, prompts: Sequence[Prompt]) -> dict[str, Any]:
    return {
        "prompts": [str(prompt) for prompt in prompts],
        "connection": str(order.connection.public_id),
        "model": order.model,
        "parameters": dict(order.parameters),
        "labels_by": order.labels_by,
        "criterion": order.criterion,
        "share": order.share,
        "seed": order.seed,
        "budget": None if order.budget is None else str(order.budget.normalize()),
    }


def _find_same(project: Project, order: Order, terms: Mapping[str, Any]) -> PromptChoice | None:
    held = PromptChoice.objects.filter(project=project, name=order.name).first()
    if held is not None:
        if held.content_hash != hash_content(terms):
            raise Conflict(f"There is another choice named {order.name}: give this one a new name.")
        return held
    if Rater.objects.filter(project=project, kind=RaterKind.JUDGE, name=order.name).exists():
        raise Conflict(f"There is a judge named {order.name} already.")
    return None
