"""Rows of a table as items and generations, by what each column is said to be."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final  # cells are any JSON value

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotations.domain.formats.batch_lines import GENERATIONS, ITEMS, Found
from annotations.domain.formats.fields import describe, is_number
from annotations.domain.formats.first_rows import FirstRows
from annotations.domain.formats.tables import Row, Table
from evalplatform.common.errors import Fault, Invalid
from evalplatform.common.hashing import hash_content


class Column(models.TextChoices):
    """What a column holds."""

    IGNORED = "", _("not taken")
    ITEM = "item_id", _("name of the item")
    PROMPT = "prompt", _("question or prompt")
    CONTEXT = "context", _("context or source text")
    REFERENCE = "reference", _("reference answer")
    LANGUAGE = "language", _("language")
    NEEDS_LANGUAGE = "needs_language", _("language that its rater must read")
    NEEDS_SKILLS = "needs_skills", _("skills that its rater must have")
    SYSTEM = "system", _("name of the system")
    TEXT = "text", _("answer of that system")
    ANSWER = "answer", _("answers of one system, named as the column")


ITEM_COLUMNS: Final = (
    Column.PROMPT,
    Column.CONTEXT,
    Column.REFERENCE,
    Column.LANGUAGE,
    Column.NEEDS_LANGUAGE,
    Column.NEEDS_SKILLS,
)
USUAL: Final[dict[Column, tuple[str, ...]]] = {
    Column.ITEM: ("item_id", "item", "id", "key", "qid", "question_id", "prompt_id", "doc_id"),
    Column.PROMPT: ("prompt", "question", "instruction", "query", "input", "source", "src", "вопрос"),
    Column.CONTEXT: ("context", "document", "article", "passage", "контекст"),
    Column.REFERENCE: ("reference", "gold", "target", "expected", "ground_truth", "эталон"),
    Column.LANGUAGE: ("language", "lang", "язык"),
    Column.NEEDS_LANGUAGE: ("needs_language",),
    Column.NEEDS_SKILLS: ("needs_skills", "needs_skill"),
    Column.SYSTEM: ("system", "model", "system_id", "model_name", "система", "модель"),
    Column.TEXT: (
        "text", "output", "answer", "response", "generation", "completion", "translation", "summary", "hypothesis",
        "ответ",
    ),
}  # fmt: skip
WIDE: Final = ("answer", "response", "output", "model", "system", "completion", "ответ")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Checked: columns by what they are. Without a name the item is known by its question and context."""

    parts: Mapping[Column, str]
    answers: tuple[str, ...]


def guess_mapping(columns: Sequence[str]) -> dict[str, str]:
    """What the columns probably are, by their names: the first that fits is taken for each part."""
    found: dict[str, str] = dict.fromkeys(columns, Column.IGNORED.value)
    named = {column.strip().lower().replace(" ", "_"): column for column in columns}
    for part, names in USUAL.items():
        column = next((named[name] for name in names if name in named), None)
        if column is not None:
            found[column] = part.value
    if Column.SYSTEM.value in found.values() and Column.TEXT.value in found.values():
        return found
    for name, column in named.items():
        is_free = found[column] in ("", Column.TEXT.value, Column.SYSTEM.value)
        if is_free and name.startswith(WIDE):
            found[column] = Column.ANSWER.value
        elif found[column] in (Column.TEXT.value, Column.SYSTEM.value):
            found[column] = Column.ANSWER.value if found[column] == Column.TEXT else ""
    return found


def check_mapping(stated: Mapping[str, str]) -> ColumnMap:
    """Raises Invalid with the column where a part is named twice or one is missing."""
    parts: dict[Column, str] = {}
    answers: list[str] = []
    for column, part in stated.items():
        if part not in Column.values:
            raise Invalid.at("this is nothing that a column can be", field=column)
        if part == Column.ANSWER:
            answers.append(column)
        elif part and Column(part) in parts:
            raise Invalid.at(gettext("another column is this already"), field=column)
        elif part:
            parts[Column(part)] = column
    if Column.ITEM not in parts and Column.PROMPT not in parts:
        raise Invalid(gettext("Say which column holds the question, or the name of the item."))
    if (Column.SYSTEM in parts) != (Column.TEXT in parts):
        raise Invalid(gettext("An answer needs the column that names its system, and the other way round."))
    return ColumnMap(parts, tuple(answers))


def map_rows(table: Table, mapping: ColumnMap) -> Iterator[Found]:
    """Lines of items and generations as a batch reads them. An item stands in its first row; later rows repeat it."""
    with closing(FirstRows()) as said:
        for number, row in table.read_rows():
            yield from _map_row(number, row, mapping, said)


def _map_row(number: int, row: Row | Fault, mapping: ColumnMap, said: FirstRows) -> Iterator[Found]:
    if not isinstance(row, dict):
        yield number, "", row
        return
    try:
        item = {
            part.value: _read_cell(row, mapping.parts[part]) for part in ITEM_COLUMNS if part in mapping.parts
        }
        item = _spell_item({name: cell for name, cell in item.items() if cell is not None})
        key = _name_item(row, item, mapping)
        if _is_new(key, item, said, mapping):
            yield number, ITEMS, {"item_id": key, **item}
        yield from ((number, GENERATIONS, line) for line in _list_answers(key, row, mapping))
    except Invalid as error:
        yield number, "", error.faults[0]


def name_row(row: Row, mapping: ColumnMap) -> tuple[str, list[str]]:
    """The key of the row's item and the systems whose answers stand in it. Raises Invalid with the column."""
    read = {
        part.value: _read_cell(row, mapping.parts[part]) for part in ITEM_COLUMNS if part in mapping.parts
    }
    key = _name_item(
        row, _spell_item({name: cell for name, cell in read.items() if cell is not None}), mapping
    )
    return key, [str(line["system"]) for line in _list_answers(key, row, mapping)]


def _spell_item(item: Row) -> Row:
    """A prompt of several turns is the turns of the item."""
    prompt = item.get("prompt")
    if isinstance(prompt, list):
        return {name: cell for name, cell in item.items() if name != "prompt"} | {"turns": prompt}
    return item


def _name_item(row: Row, item: Row, mapping: ColumnMap) -> str:
    column = mapping.parts.get(Column.ITEM)
    if column is None:
        return f"item-{hash_content([item.get('prompt'), item.get('turns'), item.get('context')])[:16]}"
    cell = _read_cell(row, column)
    if not isinstance(cell, str):
        raise Invalid.at(gettext("the name of the item is missing"), field=column)
    return cell


def _is_new(key: str, item: Row, said: FirstRows, mapping: ColumnMap) -> bool:
    """Whether this is the item's first row. Raises Invalid where a later one says something else."""
    is_first, other = said.compare(key, item)
    if other:
        column = mapping.parts[Column.PROMPT if other == "turns" else Column(other)]
        raise Invalid.at(gettext("an earlier row of this item says something else"), field=column)
    return is_first


def _list_answers(key: str, row: Row, mapping: ColumnMap) -> Iterator[Row]:
    found: list[tuple[object, object]] = [(column, _read_cell(row, column)) for column in mapping.answers]
    if Column.SYSTEM in mapping.parts:
        system, text = (_read_cell(row, mapping.parts[part]) for part in (Column.SYSTEM, Column.TEXT))
        if text is not None and not isinstance(system, str):
            raise Invalid.at(
                gettext("an answer needs the system that wrote it"), field=mapping.parts[Column.SYSTEM]
            )
        found.append((system, text))
    for system, text in found:
        if text is not None:
            yield {"item_id": key, "system": system, ("turns" if isinstance(text, list) else "text"): text}


def _read_cell(row: Row, column: str) -> Any:
    """A text, a list of texts (turns), or None where nothing stands there."""
    cell = row.get(column)
    if is_number(cell):
        return str(cell)
    if cell is None or cell == "" or isinstance(cell, str):
        return cell or None
    if isinstance(cell, list) and cell and all(isinstance(text, str) for text in cell):
        return cell
    raise Invalid.at(f"a text is wanted, not {describe(cell)}", field=column)
