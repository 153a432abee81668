"""Which answers of a project bear signs of speaking to their judge. They are judged all the same."""

from collections.abc import Iterator
from dataclasses import dataclass

from annotations.models import Generation, Project
from judges.prompts.signs import find_signs

CHUNK = 200


@dataclass(frozen=True, slots=True)
class Suspect:
    """An answer and what was found in it."""

    generation: Generation
    signs: tuple[str, ...]


def list_suspects(project: Project) -> Iterator[Suspect]:
    """Answers with signs, in the order in which they came; each text is read once, none is held."""
    generations = Generation.objects.filter(project=project).exclude(text=None, turns=None)
    for generation in generations.select_related("item", "system").order_by("pk").iterator(CHUNK):
        if signs := find_signs([generation.text or "", *(generation.turns or ())]):
            yield Suspect(generation, signs)
