"""Streaming of a study folder's lines, each checked against the manifest and the lines before it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any  # a line is any JSON object

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
from annotations.models import RaterKind
from evalplatform.common.errors import Invalid
from evalplatform.common.jsonl import scan_jsonl


class StudyReader:
    """One pass over a folder: items, then generations, then ratings. Bad lines go to the log."""

    def __init__(self, folder: StudyFolder, manifest: StudyManifest, log: FaultLog) -> None:
        self.folder = folder
        self.manifest = manifest
        self.log = log
        self.asked: dict[str, int] = {}  # item -> number of user turns
        self.answered: dict[str, set[str]] = {}  # item -> systems with a line of their own
        self._rater_words: dict[tuple[RaterKind, str], str] = {}

    def items(self) -> Iterator[ItemLine]:
        return self._lines(self.folder.items, self._item)

    def generations(self) -> Iterator[GenerationLine]:
        return self._lines(self.folder.generations, self._generation)

    def ratings(self) -> Iterator[RatingLine]:
        return self._lines(self.folder.ratings, self._rating)

    def _lines(self, file: Path | None, parse: "Any") -> Iterator[Any]:
        if file is not None:
            yield from self.log.keep_good(scan_jsonl(file), parse, file=file.name)

    def _item(self, line: dict[str, Any]) -> ItemLine:
        item = parse_item(line)
        if item.key in self.asked:
            raise Invalid.at(f"{describe(item.key)} stands twice", field="item_id")
        self.asked[item.key] = item.turns_asked
        return item

    def _generation(self, line: dict[str, Any]) -> GenerationLine:
        generation = parse_generation(line)
        if generation.item not in self.asked:
            raise Invalid.at(f"{describe(generation.item)} is none of the items", field="item_id")
        systems = self.answered.setdefault(generation.item, set())
        if generation.system in systems:
            raise Invalid.at(
                f"{describe(generation.system)} stands twice for {describe(generation.item)}", field="system"
            )
        systems.add(generation.system)
        return generation

    def _rating(self, line: dict[str, Any]) -> RatingLine:
        rating = parse_rating(line, self.manifest, self.asked)
        kind = self.manifest.find_rater_kind(rating.rater, rating.rater_kind)
        word = self._rater_words.setdefault((kind, rating.rater), rating.rater_kind)
        if word != rating.rater_kind:
            raise Invalid.at(f"{describe(rating.rater)} is {word} elsewhere", field="rater_kind")
        return rating
