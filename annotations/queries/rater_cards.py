"""What the cards of a project's raters are worked out from, and the cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from django.core.cache import cache
from django.db.models.functions import Length

from annotations.models import Annotation, Level, Origin, Project, TaskGeneration
from annotations.queries.criteria import CriterionRow, is_preference, is_ranking, list_criteria
from annotations.queries.rater_groups import PEOPLE, SIMULATED, RaterRow, list_rater_groups, list_raters
from annotations.queries.rating_rows import INDEPENDENT, RatingRow, read_ratings, read_tasks
from annotations.queries.rating_set import RatingSet, sort_out_ratings
from evalplatform.agreement import RatingTable
from evalplatform.agreement.raters import RaterAnswers, RaterCard, rater_cards
from evalplatform.common.hashing import hash_content

COMPARED = (Level.NOMINAL, Level.ORDINAL, Level.INTERVAL, Level.RATIO, Level.PREFERENCE)
FORWARD = "0,1"
CHOICES = ("first", "second")
DAY = 24 * 3600  # seconds
NUMERIC = (Level.ORDINAL, Level.INTERVAL, Level.RATIO)


class Moment(NamedTuple):
    """When an answer was given, where that was here, how long it took, and whether its order was drawn here."""

    seconds: float | None
    order: float | None
    is_drawn: bool


@dataclass(frozen=True, kw_only=True)
class NamedCard:
    """A card with the rater whom it is about."""

    rater: RaterRow
    card: RaterCard


@dataclass(frozen=True, kw_only=True)
class CardSet:
    """Cards of raters who are held against each other: people, or simulated raters."""

    group: str
    cards: tuple[NamedCard, ...]


def list_comparable(*, project: Project) -> list[CriterionRow]:
    """The criteria that cards can be about: values, and preferences between two."""
    return [row for row in list_criteria(project=project) if row.level in COMPARED and not is_ranking(row)]


def find_cards(*, project: Project, criterion: CriterionRow) -> list[CardSet]:
    """Cards of everybody who rated under the criterion; simulated raters are held against each other only.

    First answers count, as in the statistics; of a task that somebody was dealt again, the first.
    """
    rows = read_ratings(project=project, criteria=criterion.ids)
    raters, tasks = list_raters(project=project), read_tasks(project=project)
    ratings = sort_out_ratings(rows, criterion=criterion, raters=raters, tasks=tasks)
    moments, lengths = _read_moments(project), _read_lengths(project, criterion)
    groups = list_rater_groups(raters)
    found = []
    for group in (PEOPLE, SIMULATED):
        among = {rater.key: rater for rater in groups.get(group, ())}
        answers = _gather(ratings, among, moments, lengths)
        cards = _find_cards(answers) if len(answers.table) else ()
        named = tuple(NamedCard(rater=among[card.rater], card=card) for card in cards if card.n)
        if named:
            found.append(CardSet(group=group, cards=named))
    return found


def _find_cards(answers: RaterAnswers) -> tuple[RaterCard, ...]:
    """The cards of these very answers: remembered, since they take seconds where many have been given."""
    key = f"rater-cards:{_fingerprint(answers)}"
    cards: tuple[RaterCard, ...] | None = cache.get(key)
    if cards is None:
        cards = rater_cards(answers)
        cache.set(key, cards, DAY)
    return cards


def _fingerprint(answers: RaterAnswers) -> str:
    """Another one where anything differs that cards are worked out from."""
    table = answers.table
    labels = (table.units, table.raters, table.categories, table.kinds, sorted(map(repr, table.unmatched)))
    columns = (table.unit, table.rater, table.value, table.cluster)
    known = (answers.seconds, answers.order, answers.first, answers.longer)
    return hash_content(
        [table.level, [[repr(label) for label in held] for held in labels]]
        + [column.tolist() for column in (*columns, *known)]
    )


def _gather(
    ratings: RatingSet,
    raters: Mapping[str, RaterRow],
    moments: Mapping[int, Moment],
    lengths: Mapping[int, tuple[int, ...]],
) -> RaterAnswers:
    keys = [ratings.table.raters[code] for code in ratings.table.rater.tolist()]
    units = ratings.table.unit.tolist()
    first: dict[tuple[int, str], int] = {}
    for place in sorted(range(len(keys)), key=lambda place: ratings.rows[place].annotation):
        first.setdefault((units[place], keys[place]), place)
    kept = np.zeros(len(keys), dtype=np.bool_)
    kept[list(first.values())] = True
    kept &= np.array([key in raters for key in keys], dtype=np.bool_)
    rows = [ratings.rows[place] for place in np.flatnonzero(kept).tolist()]
    known = [moments.get(row.annotation, Moment(None, None, False)) for row in rows]
    prefers = is_preference(ratings.criterion)
    return RaterAnswers.of(
        _keep_numbers(ratings.table.keep(kept), ratings.criterion),
        seconds=_column([moment.seconds for moment in known]),
        order=_column([moment.order for moment in known]),
        first=_column(
            [
                _took_first(row) if prefers and moment.is_drawn else None
                for row, moment in zip(rows, known, strict=True)
            ]
        ),
        longer=_column([_took_longer(row, lengths.get(row.task, ())) if prefers else None for row in rows]),
    )


def _keep_numbers(table: RatingTable, criterion: CriterionRow) -> RatingTable:
    """A number that only names a class is neither high nor low."""
    return table if criterion.level in NUMERIC else table.map_values(str)


def _column(values: Sequence[float | None]) -> np.typing.NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _took_first(row: RatingRow) -> float | None:
    """Whether the answer shown first was preferred; None for a tie and where the order is not known."""
    if row.value not in CHOICES or row.presentation != "shown":
        return None
    return float((row.value == "first") == (row.shown_order == FORWARD))


def _took_longer(row: RatingRow, lengths: Sequence[int]) -> float | None:
    """Whether the longer answer was preferred, half for a tie; None where neither is longer."""
    if len(lengths) != 2 or lengths[0] == lengths[1]:
        return None
    return float((row.value == "first") == (lengths[0] > lengths[1])) if row.value in CHOICES else 0.5


def _read_moments(project: Project) -> dict[int, Moment]:
    """Of answers given here; when an imported one was given, and whether chance ordered it, is not known."""
    fields = ("pk", "seconds", "created_at", "assignment_id", "rater__origin")
    rows = Annotation.objects.filter(project=project, phase__in=INDEPENDENT, rater__kind="person")
    return {
        pk: Moment(
            seconds,
            created.timestamp() if assignment else None,
            is_drawn=assignment is not None or origin == Origin.SIMULATED,
        )
        for pk, seconds, created, assignment, origin in rows.values_list(*fields).iterator(10_000)
    }


def _read_lengths(project: Project, criterion: CriterionRow) -> dict[int, tuple[int, ...]]:
    """Characters of each answer of each pair, in canonical order."""
    if not is_preference(criterion):
        return {}
    places = TaskGeneration.objects.filter(project=project, generation__text__isnull=False)
    rows = places.order_by("task_id", "position").values_list("task_id", Length("generation__text"))
    held: dict[int, tuple[int, ...]] = {}
    for task, length in rows.iterator(10_000):
        held[task] = (*held.get(task, ()), length)
    return held
