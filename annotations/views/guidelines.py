"""Guidelines of a rubric as one text, and what changed in them since a rater worked by them last."""

from collections.abc import Iterator

from annotations.models import Annotation, Assignment, Criterion, Rubric
from annotations.queries.guidelines import find_last_version
from annotations.queries.rubrics import criteria_of
from annotations.views.wording import choose_for_page
from evalplatform.common.text_changes import Part, compare_texts


def describe_changes(*, assignment: Assignment, last: Annotation | None) -> tuple[Part, ...]:
    """What is new to the rater of this task; empty where they have answered by these guidelines, or by none before.

    Also of a task that is still asked by guidelines older than those the rater knows: they have nothing new.
    `last` is their last answer in the project, with its task.
    """
    rubric = assignment.task.rubric
    if rubric.version == 1 or last is None or last.task.rubric_id == rubric.pk:
        return ()
    earlier = find_last_version(rater=assignment.rater, rubric=rubric)
    if earlier is None or earlier.version > rubric.version:
        return ()
    old, new = spell_guidelines(earlier), spell_guidelines(rubric)
    return compare_texts(old, new) if old != new else ()


def spell_guidelines(rubric: Rubric) -> str:
    """Title, instructions, and every question with its explanation and the words of its scale, a line each."""
    title, instructions = choose_for_page(rubric.labels), choose_for_page(rubric.instructions)
    criteria = sorted(criteria_of(rubric), key=lambda criterion: criterion.position)
    asked = ["\n".join(_spell(criterion)) for criterion in criteria]
    return "\n\n".join(part for part in (title, instructions, *asked) if part) + "\n"


def _spell(criterion: Criterion) -> Iterator[str]:
    yield choose_for_page(criterion.labels, criterion.name)
    for text in (choose_for_page(criterion.question), choose_for_page(criterion.help_text)):
        if text:
            yield text
    for choice in criterion.values:
        word = choose_for_page(choice.get("labels") or {})
        yield f"{choice['value']}: {word}" if word else str(choice["value"])
