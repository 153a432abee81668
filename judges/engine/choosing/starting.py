"""Candidates judge labelled tasks of a split: what that would come to, and its beginning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # terms are any JSON values

from django.db import transaction

from annotations.domain.locks.project_lock import lock_project
from annotations.models import Project, Rater, RaterKind, Task
from evalplatform.accounts.models import User
from evalplatform.common.errors import Conflict
from evalplatform.common.hashing import hash_content
from judges.engine.choosing.labels import read_labels
from judges.engine.choosing.order import Order, check_order, describe_terms
from judges.engine.planning.forecast import Forecast, forecast_run
from judges.engine.planning.plan import plan_run
from judges.engine.versions.prompt_fit import look_up_prompt, resolve_prompt
from judges.engine.versions.register import draft_judge, find_stored, keep_judge
from judges.models import Judge, Prompt, PromptCandidate, PromptChoice
from judges.protocols.recipe import EXAMPLES, EXAMPLES_SEED, EXAMPLES_SHARE
from judges.queries.split import Reach, Side


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
        terms = describe_terms(order, prompts)
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


def _draft_candidates(project: Project, order: Order, prompts: Sequence[Prompt]) -> list[Judge]:
    """The judges that stand for the prompts, shown the same examples, on the items that are kept. Raises Invalid."""
    check_order(order, prompts)
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


def _find_same(project: Project, order: Order, terms: Mapping[str, Any]) -> PromptChoice | None:
    held = PromptChoice.objects.filter(project=project, name=order.name).first()
    if held is not None:
        if held.content_hash != hash_content(terms):
            raise Conflict(f"There is another choice named {order.name}: give this one a new name.")
        return held
    if Rater.objects.filter(project=project, kind=RaterKind.JUDGE, name=order.name).exists():
        raise Conflict(f"There is a judge named {order.name} already.")
    return None
