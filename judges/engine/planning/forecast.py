"""What a run would ask, cost and take, told before it is started. Nothing is written and nobody is called."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Task
from evalplatform.common.hashing import seeded_integer
from judges.engine.asking.cases import CaseBook, measure_request
from judges.engine.asking.further import AFTER_PRINCIPLES, add_further, foresee_further
from judges.engine.asking.recipes import get_recipe
from judges.engine.money.pricing import find_price
from judges.engine.money.ranges import Range
from judges.engine.planning.foresight import (
    Basis,
    Past,
    bound_prompt,
    foresee_cost,
    foresee_seconds,
    foresee_tokens_in,
    foresee_tokens_out,
    read_past,
)
from judges.engine.planning.plan import foresee_attempts
from judges.engine.planning.rateable import count_left_out
from judges.models import Judge, Lane, Run
from judges.protocols import PROTOCOLS
from judges.providers import JudgeRequest, default_calls
from judges.queries.project_budget import find_project_budget

SAMPLE = 200  # tasks whose prompts are written out
BATCH_SECONDS = Range(60.0, 3600.0, 86_400.0)  # vendors promise a day, and mostly need less than an hour


class Caution(models.TextChoices):
    """What one should know before the run is started."""

    NOTHING = "nothing", _("There is nothing for this judge to rate.")
    NO_PRICE = (
        "no_price",
        _("The price of this model is not known: neither is the cost, and no budget can hold."),
    )
    BUDGET_SHORT = "budget_short", _("The budget does not cover the expected cost: the run will pause.")
    BUDGET_TIGHT = "budget_tight", _("The budget does not cover the cost at its highest: the run may pause.")
    NO_CONTEXT = "no_context", _("The model's context window is not known: long prompts may be refused.")
    CONTEXT_SHORT = "context_short", _("The longest prompts may not fit into the model's context window.")


@dataclass(frozen=True, slots=True)
class LaneForecast:
    """USD and seconds in one lane; None: not known."""

    cost: Range[Decimal] | None
    seconds: Range[float] | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run would come to, repairs of replies and calls that fail and are made again aside.

    `left_out` tasks are on items that the judge learnt from. `calls` are planned at once, `further_calls` follow from
    what these say; tokens, cost and time are those of both. `largest_prompt` is in tokens and hardly exceeded, among
    the `sampled` tasks. `available` is what run and project may still spend (USD), None without a bound.
    """

    tasks: int
    left_out: int
    calls: int
    further_calls: Range[int]
    sampled: int
    tokens_in: Range[int]
    tokens_out: Range[int]
    tokens_in_basis: Basis
    tokens_out_basis: Basis
    seconds_basis: Basis
    lanes: Mapping[str, LaneForecast]
    largest_prompt: int
    context_window: int | None
    available: Decimal | None
    cautions: tuple[Caution, ...]


def forecast_run(
    *,
    judge: Judge,
    limit: int | None = None,
    only: Collection[int] | None = None,
    budget: Decimal | None = None,
    repeats: int | None = None,
    repeat_tasks: int | None = None,
    requests_per_minute: float | None = None,
) -> Forecast:
    """What `plan_run` with the same arguments would come to.

    `requests_per_minute` is the limit that the provider stated, where one is known.
    """
    ids, calls = foresee_attempts(
        judge=judge, limit=limit, only=only, repeats=repeats, repeat_tasks=repeat_tasks
    )
    requests, recipe = _write_sample(judge, ids), get_recipe(judge)
    past, left_out = read_past(judge), count_left_out(judge)
    sizes = [measure_request(request) for request in requests]
    tokens_in, in_basis = foresee_tokens_in(sizes, calls, past)
    tokens_out, out_basis = foresee_tokens_out(
        requests, calls, past, explains=recipe.rationale or recipe.reasoning
    )
    most_out = max((request.max_tokens for request in requests), default=0)
    further = foresee_further(recipe, calls)
    tokens_out = add_further(tokens_out, first=calls, further=further)
    quoted = most_out * (recipe.critiques or (AFTER_PRINCIPLES if recipe.principles else 0))
    tokens_in = add_further(tokens_in, first=calls, further=further, quoted=quoted)
    costs = {
        lane: foresee_cost(find_price(judge, lane=lane), tokens_in, tokens_out, requests=requests, past=past)
        for lane in Lane
    }
    at_once = int(judge.parameters.get("calls_in_flight", default_calls(judge)))
    seconds = foresee_seconds(
        calls + further.expected, at_once=at_once, past=past, requests_per_minute=requests_per_minute
    )
    largest = _bound_largest(sizes, past)
    available = _find_available(judge, budget)
    needed = largest + most_out
    return Forecast(
        tasks=len(ids),
        left_out=left_out.kept_from_it if left_out else 0,
        calls=calls,
        further_calls=further,
        sampled=min(len(ids), SAMPLE),
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        tokens_in_basis=in_basis,
        tokens_out_basis=out_basis,
        seconds_basis=past.basis,
        lanes={
            Lane.LIVE: LaneForecast(costs[Lane.LIVE], seconds),
            Lane.BATCH: LaneForecast(costs[Lane.BATCH], None if judge.builtin else BATCH_SECONDS),
        },
        largest_prompt=largest,
        context_window=judge.parameters.get("context_window"),
        available=available,
        cautions=tuple(_find_cautions(judge, calls, costs[Lane.LIVE], available, needed)),
    )


def _write_sample(judge: Judge, ids: Sequence[int]) -> list[JudgeRequest]:
    """The very prompts of some of the tasks, drawn by the project's seed."""
    draw = Random(seeded_integer(judge.project.seed, "forecast", judge.content_hash))
    drawn = sorted(draw.sample(ids, SAMPLE)) if len(ids) > SAMPLE else ids
    tasks = list(Task.objects.filter(pk__in=drawn).select_related("item", "project").order_by("pk"))
    book = CaseBook(Run(project=judge.project, judge=judge))
    return [request for order in PROTOCOLS[judge.protocol].orders for request in book.preview(tasks, order)]


def _bound_largest(sizes: Sequence[int], past: Past) -> int:
    return bound_prompt(max(sizes), past) if sizes and past.basis != Basis.NONE else 0


def _find_available(judge: Judge, budget: Decimal | None) -> Decimal | None:
    """What the run may spend under its own budget and its project's."""
    shared = find_project_budget(judge.project)
    left = None if shared is None else max(shared.amount - shared.spent - shared.reserved, Decimal(0))
    bounds = [bound for bound in (budget, left) if bound is not None]
    return min(bounds, default=None)


def _find_cautions(
    judge: Judge, calls: int, cost: Range[Decimal] | None, available: Decimal | None, needed: int
) -> Iterator[Caution]:
    if not calls:
        yield Caution.NOTHING
        return
    if cost is None:
        yield Caution.NO_PRICE
    elif available is not None and available < cost.expected:
        yield Caution.BUDGET_SHORT
    elif available is not None and available < cost.high:
        yield Caution.BUDGET_TIGHT
    if judge.builtin:
        return
    window = judge.parameters.get("context_window")
    if window is None:
        yield Caution.NO_CONTEXT
    elif needed > window:
        yield Caution.CONTEXT_SHORT
