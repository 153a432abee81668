"""Which systems can be told apart, which ranks may each have, and how many more items would it take?"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial

from annotations.models import TaskKind
from evalplatform.agreement import Estimate, RatingTable, apply_rule
from evalplatform.agreement.ranking import (
    Comparisons,
    RankSet,
    Scores,
    Separability,
    bradley_terry,
    davidson,
    find_saturation,
    rank_systems,
    separate_systems,
)
from evalplatform.reports.questions.people import Interval, interval_of
from evalplatform.reports.questions.question import Question, pick_one, state
from evalplatform.reports.questions.subject import Subject

MARGINS = {
    True: 0.05,
    False: 0.1,
}  # of preferences a share, of scores a part of the scale: no lead that matters
NEEDED = {True: "items_needed", False: "items_needed_of_range"}
Ranked = tuple[Mapping[str, RankSet], Mapping[str, Estimate]]


def ask_standings(subject: Subject) -> Iterator[Question]:
    """Of preferences and of scores, by every set of raters that met two systems or more."""
    for group in subject.groups:
        source = read_source(subject, group)
        if source is not None and len(source.systems) > 1:
            yield from _ask_ranks(subject, group, source)
            yield from _ask_leads(subject, group, source)
            if isinstance(source, Comparisons):
                yield from _ask_davidson(subject, group, source)


def read_source(subject: Subject, group: str) -> Comparisons | Scores | None:
    """The ratings as comparisons or scores of systems; None where they are neither."""
    table = subject.cut_table(group, slice={})
    if not len(table):
        return None
    if subject.is_preference:
        held = apply_rule(table, "tie")
        pairs = subject.pair_systems(held)
        return Comparisons.from_table(held, pairs) if len(pairs) == len(held.units) else None
    is_single = subject.ratings.criterion.kind == TaskKind.SINGLE
    return _read_scores(subject, table) if subject.has_numbers and is_single else None


def _read_scores(subject: Subject, table: RatingTable) -> Scores | None:
    systems = subject.name_systems(table)
    return Scores.from_table(subject.turn_up(table), systems) if systems else None


def _ask_ranks(subject: Subject, group: str, source: Comparisons | Scores) -> Iterator[Question]:
    work_out: Callable[[], Ranked] = cache(partial(_rank, source, interval_of(subject, "these_raters")))
    for system in source.systems:
        for statistic, end in (("rank_best", "best"), ("rank_worst", "worst")):
            yield Question(
                statistic=statistic,
                criterion=subject.criterion,
                raters=group,
                system=system,
                answer=partial(_pick_rank, work_out, system, end),
            )


def _rank(source: Comparisons | Scores, interval: Interval) -> Ranked:
    if isinstance(source, Scores):
        standings = rank_systems(source, **interval)
        return standings.ranks, standings.means
    strengths = bradley_terry(source, **interval)
    return strengths.ranks, strengths.strengths


def _pick_rank(work_out: Callable[[], Ranked], system: str, end: str) -> Estimate:
    """The first or the last rank that a system may have, all sets holding at once."""
    ranks, figures = work_out()
    figure = figures[system]
    say = partial(state, n=figure.n, n_unit=figure.n_unit)
    if system not in ranks:
        return say(None, undefined=figure.undefined)
    return say(float(getattr(ranks[system], end)))


def _ask_leads(subject: Subject, group: str, source: Comparisons | Scores) -> Iterator[Question]:
    """The lead of each system over each that follows it by name, on the items that both were seen on."""
    found: Callable[[], Separability] = cache(
        partial(separate_systems, source, **interval_of(subject, "these_raters"))
    )
    pairs = separate_systems(source, inference=None).pairs  # which pairs there are, without resampling
    for place, pair in enumerate(pairs):
        for statistic, answer in (
            ("lead_over", partial(_pick_lead, found, place)),
            ("lead_adjusted_p_over", partial(_pick_p, found, place)),
        ):
            yield Question(
                statistic=f"{statistic}:{pair.second}",
                criterion=subject.criterion,
                raters=group,
                system=pair.first,
                answer=answer,
            )
    yield Question(
        statistic="pairs_told_apart",
        criterion=subject.criterion,
        raters=group,
        answer=lambda: found().share,
    )
    yield Question(
        statistic=f"{NEEDED[subject.is_preference]}:{MARGINS[subject.is_preference]}",
        criterion=subject.criterion,
        raters=group,
        answer=partial(_count_needed, subject, source),
    )


def _pick_lead(found: Callable[[], Separability], place: int) -> Estimate:
    return found().pairs[place].difference


def _pick_p(found: Callable[[], Separability], place: int) -> Estimate:
    pair = found().pairs[place]
    return state(pair.adjusted_p, n=pair.difference.n, n_unit=pair.difference.n_unit)


def _count_needed(subject: Subject, source: Comparisons | Scores) -> Estimate:
    """Items at which every pair could be expected to be decided; 0 where all are."""
    margin = MARGINS[subject.is_preference]
    if not subject.is_preference:
        numbers = subject.ratings.table.numbers
        width = float(numbers.max() - numbers.min()) if numbers is not None else 0.0
        margin *= width
    if not margin > 0:
        return state(None, n=0, n_unit="pairs", undefined="no_variation")
    found = find_saturation(source, margin=margin)
    say = partial(state, n=len(found.pairs), n_unit="pairs")
    if found.saturated:
        return say(0.0)
    if found.items_needed is None:
        return say(None, undefined="too_few_items")
    return say(float(found.items_needed))


def _ask_davidson(subject: Subject, group: str, source: Comparisons) -> Iterator[Question]:
    work_out: Callable[[], Mapping[str, Estimate]] = cache(
        lambda: davidson(source, **interval_of(subject, "these_raters")).strengths
    )
    for system in source.systems:
        yield Question(
            statistic="davidson",
            criterion=subject.criterion,
            raters=group,
            system=system,
            answer=partial(pick_one, work_out, system),
        )
