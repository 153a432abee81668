"""Answers as a judge under principles revised them, as lines of a batch: people can rate them like any other answer."""

from collections.abc import Iterator
from typing import Any  # a line is JSON

from django.db.models import Q

from annotations.models import TaskGeneration
from judges.models import Attempt, Judge

REVISION = "revision"


def list_revised(judge: Judge) -> Iterator[dict[str, Any]]:
    """A line for each answer that was revised whole, by the first of its revisions, in the order of the ledger.

    Answers of several turns are left out, since one of them was revised, and so is what was revised before.
    """
    name = judge.rater.name
    seen: set[tuple[int, int]] = set()
    for task_id, said in _list_revisions(judge):
        words = str((said or {}).get("words", "")).strip()
        for held in _list_answers(task_id) if words else ():
            generation = held.generation
            place = (generation.item_id, generation.system_id)
            if place in seen or generation.turns or generation.system.name.endswith(_mark(name)):
                continue
            seen.add(place)
            yield {
                "generation": {
                    "item_id": generation.item.key,
                    "system": generation.system.name + _mark(name),
                    "text": words,
                    "meta": {"revision_of": generation.system.name, "judge": name},
                }
            }


def _mark(name: str) -> str:
    return f", revised by {name}"


def _list_revisions(judge: Judge) -> Iterator[tuple[int, dict[str, Any] | None]]:
    steps = Attempt.objects.filter(rater=judge.rater_id, step=REVISION, said__isnull=False, repeat=0)
    yield from steps.filter(~Q(said={})).order_by("pk").values_list("task_id", "said").iterator()


def _list_answers(task_id: int) -> Iterator[TaskGeneration]:
    held = TaskGeneration.objects.filter(task=task_id)
    yield from held.select_related("generation__item", "generation__system")
