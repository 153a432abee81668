"""What must be known of a whole study before its first rating is stored: found in one pass, nothing kept by line.

What grows with the study (its items, and who answered them) stands in the reader's index, outside memory.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from annotations.domain.formats.criteria import CriterionSpec
from annotations.domain.formats.lines import RatingLine
from annotations.domain.formats.passage_words import PassageWords
from annotations.domain.formats.reader import StudyReader
from annotations.domain.formats.study_index import IndexedItem, StudyIndex
from annotations.models import TaskKind


@dataclass(slots=True)
class RaterFacts:
    """What all lines of one rater have in common."""

    groups: set[str] = field(default_factory=set)
    lines_without_group: bool = False
    writes_whole: bool = False  # 4
    writes_floats: bool = False  # 4.0 or 4.5

    @property
    def group(self) -> str:
        """The group, where it is one and the same on every line."""
        return next(iter(self.groups)) if len(self.groups) == 1 and not self.lines_without_group else ""

    @property
    def numbers_are_floats(self) -> bool:
        return self.writes_floats and not self.writes_whole


@dataclass(slots=True)
class Survey:
    """Systems, raters, which criteria belong to one rubric, words of passages."""

    systems: dict[str, None] = field(default_factory=dict)
    raters: dict[tuple[str, str], RaterFacts] = field(default_factory=lambda: defaultdict(RaterFacts))
    fractional: set[CriterionSpec] = field(default_factory=set)
    together: dict[CriterionSpec, CriterionSpec] = field(default_factory=dict)
    rated: list[CriterionSpec] = field(default_factory=list)
    numbers: dict[CriterionSpec, int] = field(default_factory=dict)  # their places among the rated ones
    passages: PassageWords = field(default_factory=PassageWords)
    items: int = 0
    generations: int = 0
    ratings: int = 0

    def components(self, criteria: list[CriterionSpec]) -> list[list[CriterionSpec]]:
        """Criteria in groups that were asked together, in the order of the manifest: as it states, or as ratings show.

        Criteria that nobody rated yet join the only group of their kind, or form one of their own.
        """
        groups: dict[object, list[CriterionSpec]] = {}
        for criterion in criteria:
            groups.setdefault(self._find_group(criterion), []).append(criterion)
        for kind in TaskKind:
            rated = [key for key in groups if isinstance(key, CriterionSpec) and key.kind == kind]
            if len(rated) == 1 and kind in groups:
                joined = {*groups[rated[0]], *groups.pop(kind)}
                groups[rated[0]] = [criterion for criterion in criteria if criterion in joined]
        return list(groups.values())

    def _find_group(self, criterion: CriterionSpec) -> object:
        if criterion.rubric:
            return criterion.kind, criterion.rubric
        return self._root(criterion) if criterion in self.together else criterion.kind

    def add(self, rating: RatingLine, index: StudyIndex, group_meta: str | None) -> None:
        self.ratings += 1
        item = index[rating.item]
        for system in rating.systems:
            if index.name_answer(item, system):
                self.systems[system] = None
        self._join(rating.criterion, item, index)
        self.passages.add(rating)
        facts = self.raters[rating.rater_kind, rating.rater]
        if rating.number is not None:
            self._note_number(rating, facts)
        if group_meta is not None:
            group = (rating.meta or {}).get(group_meta)
            if isinstance(group, str) and 0 < len(group) <= 100:
                facts.groups.add(group)
            else:
                facts.lines_without_group = True

    def _note_number(self, rating: RatingLine, facts: RaterFacts) -> None:
        if isinstance(rating.line["value"], float):
            facts.writes_floats = True
            if not rating.line["value"].is_integer():
                self.fractional.add(rating.criterion)
        else:
            facts.writes_whole = True

    def _join(self, criterion: CriterionSpec, item: IndexedItem, index: StudyIndex) -> None:
        if criterion not in self.numbers:
            self.numbers[criterion] = len(self.rated)
            self.rated.append(criterion)
            self.together[criterion] = criterion
        first = index.find_first_criterion(item, criterion.kind.value, self.numbers[criterion])
        if (other := self.rated[first]) is not criterion:
            self.together[self._root(criterion)] = self._root(other)

    def _root(self, criterion: CriterionSpec) -> CriterionSpec:
        while (parent := self.together[criterion]) is not criterion:
            self.together[criterion] = self.together[parent]
            criterion = parent
        return criterion


def survey_study(reader: StudyReader) -> Survey:
    """Read everything once; what is wrong lands in the reader's log."""
    survey = Survey()
    for _ in reader.items():
        survey.items += 1
    for generation in reader.generations():
        survey.generations += 1
        survey.systems[generation.system] = None
    for rating in reader.ratings():
        survey.add(rating, reader.index, reader.manifest.layout.group_meta)
    return survey
