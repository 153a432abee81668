"""What the content of a line comes to: the same content has the same hash."""

from annotations.domain.formats.lines import GenerationLine, ItemLine
from evalplatform.common.hashing import hash_content


def hash_item(line: ItemLine) -> str:
    """Of all that the line says of the item."""
    said = [
        line.prompt,
        line.turns,
        line.context,
        line.reference,
        line.language,
        line.attributes,
        line.source,
    ]
    needs = [[line.needs.language, list(line.needs.skills)]] if line.needs else []
    return hash_content(said + needs)


def hash_generation(line: GenerationLine) -> str:
    """Of all that the line says of the answer; not of what it answers."""
    return hash_content([line.text, line.turns, line.meta, line.source])
