"""Items and generations as rows, from checked lines."""

from annotations.domain.formats.lines import GenerationLine, ItemLine
from annotations.models import Batch, Generation, Item, Project
from evalplatform.common.hashing import hash_content


def build_item(project: Project, line: ItemLine, *, batch: Batch | None = None) -> Item:
    """An item, not yet stored."""
    return Item(
        project=project,
        batch=batch,
        key=line.key,
        prompt=line.prompt,
        turns=line.turns,
        context=line.context,
        reference=line.reference,
        language=line.language,
        attributes=line.attributes,
        content_hash=hash_item(line),
        source=line.source,
    )


def build_generation(
    project: Project, line: GenerationLine, *, item_id: int, system_id: int, batch: Batch | None = None
) -> Generation:
    """A generation, not yet stored."""
    return Generation(
        project=project,
        batch=batch,
        item_id=item_id,
        system_id=system_id,
        text=line.text,
        turns=line.turns,
        meta=line.meta,
        content_hash=hash_generation(line),
        source=line.source,
    )


def hash_item(line: ItemLine) -> str:
    return hash_content(
        [line.prompt, line.turns, line.context, line.reference, line.language, line.attributes, line.source]
    )


def hash_generation(line: GenerationLine) -> str:
    return hash_content([line.text, line.turns, line.meta, line.source])
