"""Examples for a judge: labelled tasks of items that it never rates, drawn once and frozen with its version."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # values and texts are kept as JSON

from annotations.domain.showing.material import mask_tasks
from annotations.domain.showing.presentation import spell_order
from annotations.models import Criterion, Project, Task
from annotations.queries.criteria import is_ranking, list_criteria
from annotations.queries.ranked_votes import read_ranked_ballot
from annotations.queries.rater_groups import list_raters
from annotations.queries.rating_rows import TaskRow, read_tasks
from annotations.queries.votes import VOTED_ON, read_ballot
from evalplatform.common.errors import Invalid
from evalplatform.common.hashing import seeded_integer
from judges.protocols import PROTOCOLS
from judges.protocols.label_values import find_bucket, find_value
from judges.protocols.material import describe_task
from judges.protocols.recipe import EXAMPLES, EXAMPLES_BY
from judges.queries.judged_tasks import list_fitting_tasks
from judges.queries.named_raters import find_labellers
from judges.queries.split import Split


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Which examples are wanted: `count` tasks of a protocol, labelled by some people or a reference."""

    protocol: str
    count: int
    labels_by: str
    split: Split


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A task with its values by criterion, each as a judge would write it, and the bucket that each is counted in."""

    task: int
    item: str
    values: Mapping[str, Any]
    buckets: frozenset[tuple[str, str]]


def draw_examples(*, project: Project, order: Order) -> list[dict[str, Any]]:
    """The examples as a version keeps them, one an item, balanced over the values as far as the labels go.

    Each has `task` (public id), `item` (key), `rubric` (key), `shown` (the masked texts, answers in canonical order)
    and `values` by criterion. Raises Invalid where there are fewer labels than wanted.
    """
    unfit: Counter[str] = Counter()
    labelled = _list_labelled(project, order, unfit)
    chosen = choose_balanced(labelled, count=order.count, seed=order.split.seed)
    if len(chosen) < order.count:
        raise Invalid.at(_tell_shortage(order, len(chosen), unfit), field=EXAMPLES)
    return _describe(chosen)


def choose_balanced(labelled: Sequence[Labelled], *, count: int, seed: int) -> list[Labelled]:
    """Up to `count` tasks on different items, each the one whose values were chosen least so far, else by chance."""
    waiting = sorted(_pick_one_an_item(labelled, seed), key=lambda each: _draw(seed, each.item))
    seen: Counter[tuple[str, str]] = Counter()
    chosen = []
    for _ in range(min(count, len(waiting))):
        # A value that was chosen often weighs most, so that no criterion gives way to another.
        best = min(waiting, key=lambda each: sum(seen[bucket] for bucket in each.buckets) / len(each.buckets))
        waiting.remove(best)
        chosen.append(best)
        seen.update(best.buckets)
    return sorted(chosen, key=lambda each: _draw("place", seed, each.item))


def _pick_one_an_item(labelled: Sequence[Labelled], seed: int) -> list[Labelled]:
    """Of each item the task with most values, drawn by the seed among several."""
    held: dict[str, list[Labelled]] = defaultdict(list)
    for each in labelled:
        held[each.item].append(each)
    return [
        min(tasks, key=lambda each: (-len(each.values), _draw("task", seed, each.item, each.task)))
        for tasks in held.values()
    ]


def _draw(*parts: object) -> int:
    return seeded_integer("example", *parts)


def _list_labelled(project: Project, order: Order, unfit: Counter[str]) -> list[Labelled]:
    """Open tasks of the split with a label that can be shown; the others are counted in `unfit` by reason."""
    kind = PROTOCOLS[order.protocol].kind
    fitting = set(list_fitting_tasks(project.pk, kind).values_list("pk", flat=True))
    tasks = read_tasks(project=project)
    kept = {pk: row for pk, row in tasks.items() if pk in fitting and order.split.keeps(row.item)}
    values: dict[int, dict[str, tuple[Any, str]]] = defaultdict(dict)
    for criterion, labels in _read_labels(project, order, tasks):
        for pk in labels.keys() & kept.keys() & criterion.keys():
            value, reason = find_value(criterion[pk], labels[pk])
            if reason:
                unfit[reason] += 1
            else:
                values[pk][criterion[pk].key] = value, find_bucket(criterion[pk], value)
    return [
        Labelled(
            task=pk,
            item=kept[pk].item,
            values={key: value for key, (value, _) in found.items()},
            buckets=frozenset((key, bucket) for key, (_, bucket) in found.items()),
        )
        for pk, found in sorted(values.items(), key=lambda pair: kept[pair[0]].unit)
    ]


def _read_labels(
    project: Project, order: Order, tasks: Mapping[int, TaskRow]
) -> list[tuple[dict[int, Criterion], Mapping[int, Any]]]:
    """For each question of the protocol's kind: the criterion by task, and the label by task."""
    teachers = find_labellers(list_raters(project=project), order.labels_by, field=EXAMPLES_BY)
    rubrics = dict(Task.objects.filter(project=project).values_list("pk", "rubric_id"))
    found = []
    for row in list_criteria(project=project):
        if row.level not in VOTED_ON or row.kind != PROTOCOLS[order.protocol].kind:
            continue
        read = read_ranked_ballot if is_ranking(row) else read_ballot
        ballot = read(project=project, criterion=row, tasks=tasks, raters=(), labellers=teachers)
        by_rubric = {
            each.rubric_id: each
            for each in Criterion.objects.filter(pk__in=row.ids).select_related("rubric").order_by("pk")
        }
        asked = {pk: by_rubric[rubrics[pk]] for pk in ballot.labels if rubrics[pk] in by_rubric}
        found.append((asked, ballot.labels))
    return found


def _tell_shortage(order: Order, found: int, unfit: Counter[str]) -> str:
    words = (
        f"{order.count} are wanted, and {found} items of the {order.split.share:g} kept for examples have a label of"
        f" {order.labels_by} to show"
    )
    reasons = [f"{count} labels {reason}" for reason, count in sorted(unfit.items())]
    return "; ".join([words, *reasons])


def _describe(chosen: Sequence[Labelled]) -> list[dict[str, Any]]:
    held = Task.objects.select_related("item", "rubric", "project").in_bulk([each.task for each in chosen])
    tasks = [held[each.task] for each in chosen]
    return [
        {
            "task": str(task.public_id),
            "item": each.item,
            "rubric": task.rubric.key,
            "shown": describe_task(
                material, turn=task.turn, shown_order=spell_order(tuple(range(len(material.replies))))
            ),
            "values": dict(each.values),
        }
        for each, task, material in zip(chosen, tasks, mask_tasks(tasks=tasks), strict=True)
    ]
