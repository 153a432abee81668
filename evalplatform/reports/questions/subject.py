"""One criterion with everything that decides which figures it can have: raters, groups, turns, slices."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property

from annotations.models import Level
from annotations.queries.criteria import is_preference
from annotations.queries.rater_groups import is_of_persons, list_rater_groups
from annotations.queries.rating_set import RatingSet, Slice, key_slice, read_attribute
from evalplatform.agreement import LEVELS, RatingTable
from evalplatform.agreement import Level as TableLevel

PLAIN = frozenset({"first", "second", "tie"})
MOST_SLICES = 12
MOST_LABELS = 12
FEWEST_ITEMS = 2  # a slice of one item is no sample of items
NUMERIC: tuple[TableLevel, ...] = ("nominal", "ordinal", "interval")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A criterion's ratings, asked about with one seed and number of resamples."""

    ratings: RatingSet
    seed: int
    resamples: int

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
        stated = next((place for place, level in enumerate(LEVELS) if level == self.criterion_level), 0)
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
    def groups(self) -> dict[str, frozenset[str]]:
        """Every set of raters by name; one that only repeats a wider set of persons is left out."""
        found = {
            name: frozenset(rater.key for rater in raters)
            for name, raters in list_rater_groups(self.ratings.raters.values()).items()
        }
        return {name: keys for name, keys in found.items() if not _repeats(name, found)}

    @cached_property
    def persons(self) -> tuple[str, ...]:
        """The sets of persons, simulated ones among them under their own name."""
        return tuple(name for name in self.groups if is_of_persons(name))

    @cached_property
    def fixed(self) -> tuple[str, ...]:
        """Judges, panels, metrics and references, each by itself."""
        return tuple(name for name in self.groups if not is_of_persons(name))

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
