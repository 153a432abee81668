"""Which tasks had a name of a system in an answer, masked before anybody read it: did that change what was said?"""

from collections.abc import Collection, Mapping

from annotations.domain.showing.masking import holds_name
from annotations.queries.answers import Answers
from annotations.queries.rating_rows import TaskRow

NAMED = "names_masked"  # the key of the slice; an attribute of the study's own under this word stays


def mark_named(
    tasks: Mapping[int, TaskRow], *, used: Collection[int], answers: Answers
) -> dict[int, TaskRow]:
    """The tasks, by id; each of those in `used` says whether a name of a system was masked in one of its answers.

    Reads the texts of all answers.
    """
    names, families = answers.names
    found: dict[tuple[str, str, int | None], bool] = {}

    def is_named(task: TaskRow) -> bool:
        texts = answers.read_texts(task)
        for system, text in zip(task.systems, texts, strict=True):
            place = (task.item, system, task.turn)
            if place not in found:
                found[place] = holds_name(text, names=names, families=families)
        return any(found[task.item, system, task.turn] for system in task.systems)

    return {
        pk: task._replace(attributes={NAMED: is_named(task), **task.attributes}) if pk in used else task
        for pk, task in tasks.items()
    }
