"""What the ledger holds of the items and generations that some ratings name."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import F

from annotations.domain.formats.lines import RatingLine
from annotations.domain.planning.tasks import HAS_TEXT, find_answered
from annotations.models import Generation, Item, Project
from evalplatform.common.among import Among, AmongTexts


class StoredContents(NamedTuple):
    """Ids of items by key; by item (key) and system (name) the id of a generation and which turns it answers."""

    items: dict[str, int]
    generations: dict[tuple[str, str], tuple[int, frozenset[int]]]


def find_contents(
    project: Project, lines: Sequence[RatingLine], *, systems: Mapping[str, int]
) -> StoredContents:
    """Those of the lines; `systems` are ids by name."""
    keys = {line.item for line in lines}
    rows = Item.objects.filter(AmongTexts(F("key"), keys), project=project).values_list("key", "pk", "turns")
    found = {key: (pk, len(turns or ())) for key, pk, turns in rows}
    asked = dict(found.values())
    wanted = {
        (found[line.item][0], systems[name]): (line.item, name) for line in lines for name in line.systems
    }
    generations = Generation.objects.filter(
        Among(F("item_id"), asked), Among(F("system_id"), {system for _, system in wanted})
    ).values_list("item_id", "system_id", "pk", HAS_TEXT, "turns")
    return StoredContents(
        {key: pk for key, (pk, _) in found.items()},
        {
            wanted[item, system]: (pk, find_answered(turns, has_text=has_text, asked=asked[item]))
            for item, system, pk, has_text, turns in generations.iterator()
            if (item, system) in wanted
        },
    )
