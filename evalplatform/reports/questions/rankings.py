"""Of rankings as wholes: do raters put the answers of an item in the same order, and does the place shown decide?"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from annotations.queries.ranked_pairs import RankedRow
from evalplatform.agreement import Estimate, RatingTable, mean_value
from evalplatform.agreement.orderings import (
    Ranking,
    average_rankings,
    find_concordance,
    find_tau_b,
)
from evalplatform.reports.questions.people import interval_of
from evalplatform.reports.questions.question import Question
from evalplatform.reports.questions.subject import Subject

Figures = Sequence[tuple[str, str, float]]  # unit, its item, a number
SHARE, CORRELATION = (0.0, 1.0), (-1.0, 1.0)


def ask_rankings(subject: Subject) -> Iterator[Question]:
    """Concordance of people, judges beside people's mean ranking, and places shown by everybody."""
    for group in subject.groups:
        held = _list_by(subject, group)
        if not held:
            continue
        ask = partial(Question, criterion=subject.criterion, raters=group, is_headline=True)
        if group in subject.persons and len(subject.groups[group]) > 1:
            figures = partial(_find_concordances, held)
            yield ask(
                statistic="kendall_w_of_rankings",
                answer=partial(_average, subject, figures, SHARE, "rankings"),
            )
        if group in subject.fixed:
            yield from _ask_beside_people(subject, group, held)
            if any(len(row.orders) > 1 for row in held):
                figures = partial(_find_own_concordances, held)
                answer = partial(_average, subject, figures, SHARE, "rankings")
                yield ask(statistic="kendall_w_of_orders", answer=answer)
        yield from _ask_places(subject, group, held)


def _list_by(subject: Subject, group: str) -> list[RankedRow]:
    return [row for row in subject.ratings.rankings if row.rater in subject.groups[group]]


def _ask_beside_people(subject: Subject, fixed: str, held: Sequence[RankedRow]) -> Iterator[Question]:
    for group in subject.persons:
        figures = partial(_find_taus, held, _list_by(subject, group))
        yield Question(
            statistic="kendall_tau_b_of_rankings",
            criterion=subject.criterion,
            raters=fixed,
            against=group,
            is_headline=":" not in group,
            answer=partial(_average, subject, figures, CORRELATION, "rankings"),
        )


def _ask_places(subject: Subject, group: str, held: Sequence[RankedRow]) -> Iterator[Question]:
    """For each place of rankings of a size: the share of orders in which the answer shown there was ranked first."""
    for size in sorted({len(order) for row in held for order, _ in row.orders}):
        for place in range(size):
            figures = partial(_find_first, held, size, place)
            yield Question(
                statistic=f"ranked_first_in_place:{place + 1}/{size}",
                criterion=subject.criterion,
                raters=group,
                is_headline=group in subject.fixed,
                answer=partial(_average, subject, figures, SHARE, "orders"),
            )


def _find_concordances(held: Iterable[RankedRow]) -> Figures:
    """Kendall's W of the raters of each ranking that several ranked."""
    found = ((rows[0], find_concordance([row.ranking for row in rows])) for rows in _gather(held).values())
    return [(row.task.unit, row.task.item, figure) for row, figure in found if figure is not None]


def _find_own_concordances(held: Iterable[RankedRow]) -> Figures:
    """The same of what one rater said of each order."""
    found = ((row, find_concordance([said for _, said in row.orders])) for row in held if row.orders)
    return [(row.task.unit, row.task.item, figure) for row, figure in found if figure is not None]


def _find_taus(held: Iterable[RankedRow], people: Iterable[RankedRow]) -> Figures:
    """Kendall's tau-b of each ranking with people's mean ranking of the same answers."""
    means: dict[str, Ranking] = {
        unit: average_rankings([row.ranking for row in rows]) for unit, rows in _gather(people).items()
    }
    found = ((row, find_tau_b(row.ranking, means[row.task.unit])) for row in held if row.task.unit in means)
    return [(row.task.unit, row.task.item, figure) for row, figure in found if figure is not None]


def _find_first(held: Iterable[RankedRow], size: int, place: int) -> Figures:
    """1 where the answer shown in this place was ranked first, a part of it where it shares that, else 0."""
    figures = []
    for row in held:
        for order, said in row.orders:
            if len(order) == size:
                best = said[0]
                share = 1 / len(best) if order[place] in best else 0.0
                figures.append((row.task.unit, row.task.item, share))
    return figures


def _gather(held: Iterable[RankedRow]) -> dict[str, list[RankedRow]]:
    """The rankings of each task."""
    by_unit: dict[str, list[RankedRow]] = {}
    for row in held:
        by_unit.setdefault(row.task.unit, []).append(row)
    return by_unit


def _average(
    subject: Subject, find: Callable[[], Figures], bounds: tuple[float, float], n_unit: str
) -> Estimate:
    """The mean of these numbers; items are drawn."""
    figures = find()
    table = RatingTable.from_arrays(
        [unit for unit, _, _ in figures],
        ["all"] * len(figures),
        [figure for _, _, figure in figures],
        level="interval",
        clusters=[item for _, item, _ in figures],
        kinds={"all": "fixed"},
    )
    return replace(
        mean_value(table, bounds=bounds, **interval_of(subject, "these_raters")), n_unit=n_unit, level=None
    )
