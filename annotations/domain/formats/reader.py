"""Streaming of a study folder's lines: first each against the manifest and the lines before it, then the good ones."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar  # a line is any JSON object

from annotations.domain.formats.faults import FaultLog
from annotations.domain.formats.fields import describe
from annotations.domain.formats.folder import StudyFolder
from annotations.domain.formats.lines import (
    GenerationLine,
    ItemLine,
    RatingLine,
    parse_generation,
    parse_item,
    parse_rating,
)
from annotations.domain.formats.manifest import StudyManifest
from annotations.domain.formats.marks import TextLengths
from annotations.domain.formats.study_index import StudyIndex
from annotations.models import RaterKind
from evalplatform.common.errors import Fault, Invalid
from evalplatform.common.jsonl import scan_jsonl

Parsed = TypeVar("Parsed")


class StudyReader:
    """One pass over a folder: items, then generations, then ratings. Bad lines go to the log, names to the index."""

    def __init__(
        self, folder: StudyFolder, manifest: StudyManifest, log: FaultLog, index: StudyIndex
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.log = log
        self.index = index
        self._rater_words: dict[tuple[RaterKind, str], str] = {}
        self._has_marks = any(criterion.task == "spans" for criterion in manifest.criteria.values())

    def items(self) -> Iterator[ItemLine]:
        return self._lines(self.folder.items, self._item)

    def generations(self) -> Iterator[GenerationLine]:
        return self._lines(self.folder.generations, self._generation)

    def ratings(self) -> Iterator[RatingLine]:
        return self._lines(self.folder.ratings, self._rating)

    def _lines(self, file: Path | None, parse: Callable[[dict[str, Any]], Parsed]) -> Iterator[Parsed]:
        if file is not None:
            yield from self.log.keep_good(scan_jsonl(file), parse, file=file.name)

    def _item(self, line: dict[str, Any]) -> ItemLine:
        item = parse_item(line)
        if not self.index.add_item(item.key, item.turns_asked):
            raise Invalid.at(f"{describe(item.key)} stands twice", field="item_id")
        return item

    def _generation(self, line: dict[str, Any]) -> GenerationLine:
        generation = parse_generation(line)
        lengths = _measure(generation) if self._has_marks else None
        is_new = self.index.add_answer(generation.item, generation.system, lengths)
        if is_new is None:
            raise Invalid.at(f"{describe(generation.item)} is none of the items", field="item_id")
        if not is_new:
            raise Invalid.at(
                f"{describe(generation.system)} stands twice for {describe(generation.item)}", field="system"
            )
        return generation

    def _rating(self, line: dict[str, Any]) -> RatingLine:
        rating = parse_rating(line, self.manifest, self.index.count_turns, self.index.find_lengths)
        kind = self.manifest.find_rater_kind(rating.rater, rating.rater_kind)
        word = self._rater_words.setdefault((kind, rating.rater), rating.rater_kind)
        if word != rating.rater_kind:
            raise Invalid.at(f"{describe(rating.rater)} is {word} elsewhere", field="rater_kind")
        return rating


def _measure(generation: GenerationLine) -> TextLengths:
    turns = [None if text is None else len(text) for text in generation.turns or ()]
    return TextLengths(None if generation.text is None else len(generation.text), tuple(turns))


class GoodLines:
    """The lines that a reader found good, read anew rather than kept. Raises Invalid where one is good no more."""

    def __init__(self, checked: StudyReader) -> None:
        self.index = checked.index
        self._checked = checked

    def items(self) -> Iterator[ItemLine]:
        return self._lines(self._checked.folder.items, parse_item)

    def generations(self) -> Iterator[GenerationLine]:
        return self._lines(self._checked.folder.generations, parse_generation)

    def ratings(self) -> Iterator[RatingLine]:
        manifest, count_turns = self._checked.manifest, self.index.count_turns
        return self._lines(
            self._checked.folder.ratings, lambda line: parse_rating(line, manifest, count_turns)
        )

    def _lines(self, file: Path | None, parse: Callable[[dict[str, Any]], Parsed]) -> Iterator[Parsed]:
        if file is None:
            return
        left_out = iter(self._checked.log.list_lines(file.name))
        bad = next(left_out, None)
        for number, line in scan_jsonl(file):
            if number == bad:
                bad = next(left_out, None)
            elif isinstance(line, Fault):
                raise Invalid(line.message, faults=(line,))
            else:
                yield parse(line)
