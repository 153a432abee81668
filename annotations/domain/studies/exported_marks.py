"""Which places in texts the marks of an exported line can have: those that an import takes."""

from collections.abc import Collection, Mapping

from annotations.domain.formats.compose import Line
from annotations.domain.formats.marks import TextLengths, drop_places
from annotations.models import TaskGeneration

Measured = tuple[int, TextLengths]  # user turns of the item, and how long the answer's texts are


def measure_texts(tasks: Collection[int]) -> dict[int, Measured]:
    """By task (id), of those whose answer has a line of its own."""
    if not tasks:
        return {}
    places = TaskGeneration.objects.filter(task__in=tasks, generation__is_placeholder=False)
    rows = places.values_list("task_id", "task__item__turns", "generation__text", "generation__turns")
    return {
        task: (len(asked or ()), TextLengths(_measure(text), tuple(_measure(turn) for turn in turns or ())))
        for task, asked, text, turns in rows.iterator()
    }


def keep_places(line: Line, measured: Mapping[int, Measured], task: int) -> int:
    """Leave of marks whose place the text does not have, as earlier imports took them, the words; returns how many."""
    asked, lengths = measured.get(task, (0, TextLengths(None)))

    def find(turn: int | None) -> int | None:
        return lengths.find_marked(asked=asked, rated=line.get("turn"), turn=turn)

    line["value"], lost = drop_places(line["value"], find)
    return lost


def _measure(text: str | None) -> int | None:
    return None if text is None else len(text)
