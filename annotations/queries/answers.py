"""What was rated, as numbers: how long each answer is and how it is marked up, and whose family wrote it."""

from collections.abc import Mapping
from functools import cached_property

from annotations.models import Generation, Project, System
from annotations.queries.rating_rows import TaskRow
from evalplatform.agreement.bias import markup_features

Features = Mapping[str, float]


class Answers:
    """Features of a project's answers, read when one is first asked for."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._measured: dict[tuple[str, str, int | None], Features | None] = {}

    def describe(self, task: TaskRow) -> tuple[Features, ...] | None:
        """Length and markup of what is rated in each answer of a task, in their order; None where one is not there."""
        found = [self._measure(task.item, system, task.turn) for system in task.systems]
        held = tuple(features for features in found if features is not None)
        return held if held and len(held) == len(found) else None

    def read_texts(self, task: TaskRow) -> list[str]:
        """What is rated in each answer of a task; empty where one is not there."""
        return [self._take(task.item, system, task.turn) or "" for system in task.systems]

    @cached_property
    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names of all systems of the project, and of their families."""
        rows = list(
            System.objects.filter(project=self._project).order_by("name").values_list("name", "family")
        )
        return tuple(name for name, _ in rows), tuple(sorted({family for _, family in rows if family}))

    def _measure(self, item: str, system: str, turn: int | None) -> Features | None:
        place = (item, system, turn)
        if place not in self._measured:
            text = self._take(*place)
            self._measured[place] = None if text is None else markup_features(text)
        return self._measured[place]

    def _take(self, item: str, system: str, turn: int | None) -> str | None:
        """The text of one turn, or all of it. A text without turns of its own answers the last one."""
        text, turns = self._texts.get((item, system), (None, None))
        if not turns:
            return text
        if turn is None:
            return "\n\n".join(part or "" for part in turns)
        return turns[turn - 1] if turn <= len(turns) else None

    @cached_property
    def _texts(self) -> dict[tuple[str, str], tuple[str | None, list[str | None] | None]]:
        rows = Generation.objects.filter(project=self._project).values_list(
            "item__key", "system__name", "text", "turns"
        )
        return {(item, system): (text, turns) for item, system, text, turns in rows.iterator(2_000)}


def read_families(*, project: Project) -> dict[str, str]:
    """Family of each system that names one."""
    named = System.objects.filter(project=project).exclude(family="").order_by("name")
    return dict(named.values_list("name", "family"))
