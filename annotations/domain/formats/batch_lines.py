"""The lines of a batch in any of its forms, each checked by itself, into a temporary file."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import IO, Any, Final  # a line is any JSON object

from annotations.domain.formats.batch_csv import BatchTable
from annotations.domain.formats.content_hashes import hash_generation, hash_item
from annotations.domain.formats.draft_store import DraftLine, DraftStore, Row
from annotations.domain.formats.faults import FaultLog
from annotations.domain.formats.fields import describe
from annotations.domain.formats.lines import GenerationLine, ItemLine, parse_generation, parse_item
from annotations.domain.formats.needs import NOTHING, Needs
from evalplatform.common.errors import Fault, Invalid, TooLarge
from evalplatform.common.jsonl import check_storable, read_raw_lines
from evalplatform.common.strict_json import parse_strict

JSON, NDJSON, CSV = "application/json", "application/x-ndjson", "text/csv"
ITEMS, GENERATIONS = "items", "generations"
KINDS: Final = {"item": ITEMS, "generation": GENERATIONS}
MOST_LINES: Final = 100_000
LONGEST_LINE: Final = 1_000_000  # bytes
LONGEST_TEXT: Final = 64 * 1024  # bytes
Found = tuple[int, str, Any]  # line number, list, and the line or its Fault


@dataclass(frozen=True, slots=True)
class BatchDraft:
    """Good lines, in a temporary file; what was wrong stands in the log."""

    log: FaultLog
    content_hash: str
    lines: DraftStore
    needs: Needs = NOTHING


@contextmanager
def read_batch(
    *, handle: IO[bytes], media_type: str, content_hash: str, partial: bool = False, needs: Needs = NOTHING
) -> Iterator[BatchDraft]:
    """Check every line by itself; `needs` are those of items that state none.

    Raises Invalid at the hundredth fault, or where the body is none at all.
    """
    found = READERS[media_type](handle)
    with read_lines(
        found=found, content_hash=content_hash, partial=partial, has_lists=media_type == JSON, needs=needs
    ) as draft:
        yield draft


@contextmanager
def read_lines(
    *,
    found: Iterator[Found],
    content_hash: str,
    partial: bool = False,
    has_lists: bool = False,
    needs: Needs = NOTHING,
) -> Iterator[BatchDraft]:
    """The same of lines that were read already; `has_lists`: a number is a place in the list of that name."""
    with closing(DraftStore()) as lines:
        draft = BatchDraft(FaultLog(partial=partial), content_hash, lines, needs)
        count = 0
        for number, name, line in found:
            count += 1
            if count > MOST_LINES:
                raise TooLarge(f"A batch holds {MOST_LINES} lines at most.")
            _note_line(draft, number, name, line, file=name if has_lists else "")
        if not count:
            raise Invalid("The batch is empty: it holds neither items nor generations.")
        yield draft


def _note_line(draft: BatchDraft, number: int, name: str, line: Any, *, file: str) -> None:
    try:
        if isinstance(line, Fault):
            raise Invalid(line.message, faults=(line,))
        checked, columns = check_line(number, file, name, line, draft.needs)
    except Invalid as error:
        draft.log.add(replace(error.faults[0], line=number, file=file))
        return
    draft.lines.add(checked, columns)


def check_line(number: int, file: str, name: str, line: Any, needs: Needs = NOTHING) -> tuple[DraftLine, Row]:
    """What is compared of a line, and its columns; `needs` are those of an item that states none.

    Raises Invalid with the field that is wrong.
    """
    if not isinstance(line, dict):
        raise Invalid.at(f"an object is wanted, not {describe(line)}")
    check_storable(line)
    _check_lengths(line)
    if name == ITEMS:
        item = parse_item(line)
        item.needs = item.needs or needs
        return DraftLine(number, file, item.key, "", hash_item(item)), _list_item_columns(item)
    generation = parse_generation(line)
    draft = DraftLine(number, file, generation.item, generation.system, hash_generation(generation))
    return draft, _list_generation_columns(generation)


def _list_item_columns(item: ItemLine) -> Row:
    return {
        "key": item.key,
        "prompt": item.prompt,
        "turns": item.turns,
        "context": item.context,
        "reference": item.reference,
        "language": item.language,
        "attributes": item.attributes,
        "needs": [item.needs.language, item.needs.skills],
        "source": item.source,
    }


def _list_generation_columns(generation: GenerationLine) -> Row:
    return {
        "text": generation.text,
        "turns": generation.turns,
        "meta": generation.meta,
        "source": generation.source,
    }


def _check_lengths(line: dict[str, Any]) -> None:
    # A character takes four bytes at most: short texts need no counting.
    nodes = [
        (name, node)
        for name, node in line.items()
        if not (node is None or (type(node) is str and len(node) * 4 <= LONGEST_TEXT))
    ]
    while nodes:
        name, node = nodes.pop()
        if isinstance(node, str):
            if len(node) * 4 > LONGEST_TEXT and len(node.encode()) > LONGEST_TEXT:
                raise Invalid.at(f"a text is longer than {LONGEST_TEXT} bytes", field=name)
        elif isinstance(node, dict):
            nodes += [(name, text) for pair in node.items() for text in pair]
        elif isinstance(node, list):
            nodes += [(name, text) for text in node]


def _read_json(handle: IO[bytes]) -> Iterator[Found]:
    value = parse_strict(_decode(handle.read()))
    if not isinstance(value, dict):
        raise Invalid(f"An object with items and generations is wanted, not {describe(value)}.")
    for name in value.keys() - {ITEMS, GENERATIONS}:
        raise Invalid.at("the body holds items and generations, and nothing else", field=name)
    for name in (ITEMS, GENERATIONS):
        lines = value.get(name, [])
        if not isinstance(lines, list):
            raise Invalid.at(f"a list is wanted, not {describe(lines)}", field=name)
        yield from ((number, name, line) for number, line in enumerate(lines, start=1))


def _decode(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid.at("this is no UTF-8") from None


def _read_ndjson(handle: IO[bytes]) -> Iterator[Found]:
    for number, raw in read_raw_lines(handle, longest=LONGEST_LINE):
        if isinstance(raw, Fault):
            yield number, "", raw
        elif raw.strip():
            yield (number, *_read_named(raw))


def _read_named(raw: bytes) -> tuple[str, Any]:
    """The list that a line belongs to, and what it holds."""
    try:
        value = parse_strict(_decode(raw))
        if not isinstance(value, dict) or len(value) != 1 or not value.keys() <= KINDS.keys():
            raise Invalid.at('a line is {"item": {…}} or {"generation": {…}}')
    except Invalid as error:
        return "", error.faults[0] if error.faults else Fault(error.detail)
    [(kind, line)] = value.items()
    return KINDS[kind], line


READERS: Final[dict[str, Callable[[IO[bytes]], Iterator[Found]]]] = {
    JSON: _read_json,
    NDJSON: _read_ndjson,
    CSV: lambda handle: BatchTable(handle, longest=LONGEST_LINE).read(),
}
