"""One criterion with everything that decides which figures it can have: raters, groups, turns, slices."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from annotations.models import Level
from annotations.queries.answers import Answers, Features
from annotations.queries.criteria import is_preference
from annotations.queries.rater_groups import is_of_persons, list_rater_groups
from annotations.queries.rating_set import RatingSet, Slice, key_slice, read_attribute
from annotations.queries.waves import Inclusion
from evalplatform.agreement import LEVELS, RatingTable
from evalplatform.agreement import Level as TableLevel

PLAIN = frozenset({"first", "second", "tie"})
MOST_SLICES = 12
MOST_LABELS = 12
FEWEST_ITEMS = 2  # a slice of one item is no sample of items
NUMERIC: tuple[TableLevel, ...] = ("nominal", "ordinal", "interval")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A criterion's ratings, asked about with one seed and number of resamples.

    `families` are those of systems by name; `answers` tells of the texts that were rated; `panels` names the members
    of each panel, by the keys of raters. `inclusion` says how each unit was drawn for people, where that was in waves;
    `is_exploratory`: somebody chose what they rate first.
    """

    ratings: RatingSet
    families: Mapping[str, str]
    answers: Answers
    seed: int
    resamples: int
    panels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    inclusion: Mapping[str, Inclusion] | None = None
    is_exploratory: bool = False

    @property
    def criterion(self) -> str:
        return self.ratings.criterion.name

    @property
    def is_preference(self) -> bool:
        return is_preference(self.ratings.criterion)

    @cached_property
    def has_numbers(self) -> bool:
        """Whether a mean of the values has a meaning; numbers that only name categories have none."""
        is_named = self.is_preference or self.criterion_level == Level.NOMINAL
        return not is_named and len(self.ratings.table) > 0 and self.ratings.table.numbers is not None

    @cached_property
    def labels(self) -> tuple[Hashable, ...]:
        """The values in use where they are names of categories and not too many."""
        table = self.ratings.table
        used = tuple(table.categories[code] for code in sorted(set(table.value.tolist())))
        return used if not self.is_preference and len(used) <= MOST_LABELS else ()

    @cached_property
    def levels(self) -> tuple[TableLevel, ...]:
        """Levels at which reliability is worked out: every possible one where none is stated.

        A stated level that the values cannot bear gives way to the highest below it that they can.
        """
        if self.criterion_level == Level.UNSTATED:
            return self._possible_levels
        named = Level.INTERVAL if self.is_of_marks else self.criterion_level
        stated = next((place for place, level in enumerate(LEVELS) if level == named), 0)
        return tuple(level for level in LEVELS[: stated + 1] if level in self._possible_levels)[-1:]

    @property
    def other_levels(self) -> tuple[TableLevel, ...]:
        """Levels that numbers on a stated scale also bear: how much reliability depends on the choice."""
        if self.criterion_level == Level.UNSTATED or not self.has_numbers:
            return ()
        return tuple(level for level in NUMERIC if level not in self.levels)

    @cached_property
    def _possible_levels(self) -> tuple[TableLevel, ...]:
        """Words in a stated order are ordinal at most, other words nominal; a negative number has no ratio."""
        if self.has_numbers:
            numbers = self.ratings.table.numbers
            has_negative = numbers is not None and bool((numbers < 0).any())
            return tuple(level for level in LEVELS if level != "ratio" or not has_negative)
        is_ordered = self.criterion_level in (Level.ORDINAL, Level.INTERVAL, Level.RATIO)
        return ("nominal", "ordinal") if is_ordered else ("nominal",)

    @property
    def criterion_level(self) -> str:
        return self.ratings.criterion.level

    @cached_property
    def pairs(self) -> dict[str, tuple[str, str]]:
        """The two systems of each unit that has two, in their canonical order."""
        held = {unit: task.systems for unit, task in self.ratings.tasks.items()}
        return {unit: (names[0], names[1]) for unit, names in held.items() if len(names) == 2}

    @property
    def is_of_marks(self) -> bool:
        """Whether the numbers are the weights of marked errors: the fewer the better."""
        return self.criterion_level == Level.SPANS

    @property
    def mean_name(self) -> str:
        """The statistic that a mean of the values is."""
        return "mean_error_weight" if self.is_of_marks else "mean_score"

    def turn_up(self, table: RatingTable) -> RatingTable:
        """The table with more meaning better."""
        return table.map_values(lambda weight: -weight) if self.is_of_marks else table

    @cached_property
    def groups(self) -> dict[str, frozenset[str]]:
        """Every set of raters by name; one that only repeats a wider set of persons is left out."""
        found = {
            name: frozenset(rater.key for rater in raters)
            for name, raters in list_rater_groups(self.ratings.raters.values()).items()
        }
        return {name: keys for name, keys in found.items() if not _repeats(name, found)}

    @cached_property
    def labels_of_raters(self) -> dict[str, str]:
        """Each rater's name in a report by its name in a table."""
        return {rater.key: rater.label for rater in self.ratings.raters.values()}

    @cached_property
    def persons(self) -> tuple[str, ...]:
        """The sets of persons, simulated ones among them under their own name."""
        return tuple(name for name in self.groups if is_of_persons(name))

    @cached_property
    def fixed(self) -> tuple[str, ...]:
        """Judges, panels, metrics and references, each by itself."""
        return tuple(name for name in self.groups if not is_of_persons(name))

    def pair_systems(self, table: RatingTable) -> dict[str, tuple[str, str]]:
        """The two systems of each unit of a table of preferences, in the canonical order."""
        found = {str(unit): self.ratings.tasks[str(unit)].systems for unit in table.units.tolist()}
        return {unit: (names[0], names[1]) for unit, names in found.items() if len(names) == 2}

    def name_systems(self, table: RatingTable) -> dict[str, str]:
        """The one system of each unit of a table, where each unit has one; else nothing."""
        found = {str(unit): self.ratings.tasks[str(unit)].systems for unit in table.units.tolist()}
        is_single = all(len(names) == 1 for names in found.values())
        return {unit: names[0] for unit, names in found.items()} if is_single else {}

    @cached_property
    def features(self) -> dict[str, tuple[Features, Features]]:
        """Length and markup of both answers of each pair whose texts are there."""
        described = {task.unit: self.answers.describe(task) for task in self.ratings.unit_tasks}
        return {unit: (both[0], both[1]) for unit, both in described.items() if both and len(both) == 2}

    @cached_property
    def lengths(self) -> dict[str, tuple[float, float]]:
        """Characters of both answers of each such pair."""
        return {unit: (one["length"], other["length"]) for unit, (one, other) in self.features.items()}

    @cached_property
    def turns(self) -> tuple[Slice, ...]:
        """One slice a turn, where the tasks have several."""
        return self._slices_by("turn")

    @cached_property
    def parts(self) -> tuple[Slice, ...]:
        """Slices by language and by the items' attributes that take few values."""
        named = {key for task in self.ratings.tasks.values() for key in task.attributes}
        keys = ("language", *sorted(named - {"turn", "language"}))
        return tuple(part for key in keys for part in self._slices_by(key))

    def _slices_by(self, key: str) -> tuple[Slice, ...]:
        """One slice a value; a value is told from its like of another type, 1 from "1" and from true."""
        items: dict[tuple[str, str | int | float], set[str]] = {}
        for task in self.ratings.unit_tasks:
            value = read_attribute(task, key)
            if isinstance(value, str | int | float) and value != "":
                items.setdefault((type(value).__name__, value), set()).add(task.item)
        found = sorted(typed for typed, held in items.items() if len(held) >= FEWEST_ITEMS)
        return tuple({key: value} for _, value in found) if 2 <= len(found) <= MOST_SLICES else ()

    def cut_table(self, *groups: str, slice: Slice) -> RatingTable:  # noqa: A002 - the word
        """The ratings by these sets of raters within a slice."""
        keys = frozenset().union(*(self.groups[group] for group in groups))
        cuts = self._cuts
        place = (keys, key_slice(slice))
        if place not in cuts:
            cuts[place] = self.ratings.cut_table(keys, slice=slice)
        return cuts[place]

    @cached_property
    def _cuts(self) -> dict[object, RatingTable]:
        return {}


def _repeats(name: str, groups: Mapping[str, frozenset[str]]) -> bool:
    """Whether a group of persons holds everybody of its family: `people:expert` where all people are experts."""
    family, _, group = name.partition(":")
    return bool(group) and is_of_persons(name) and groups[name] == groups.get(family)
