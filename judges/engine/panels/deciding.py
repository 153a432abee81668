"""What a panel says of a task, from what its members said."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from annotations.models import Absent
from annotations.queries.criteria import is_ranking
from annotations.queries.rating_rows import TaskRow
from annotations.queries.votes import NEITHER, Ballot, Vote
from evalplatform.agreement.orderings import average_rankings, parse_ranking, spell_ranking
from evalplatform.agreement.panels import panel_verdicts
from judges.engine.panels.derived import DerivedRating
from judges.engine.panels.ground import list_votes
from judges.engine.panels.weights import deal_fold, name_weights
from judges.models import Panel, Weighting


def decide_tasks(
    panel: Panel, ballot: Ballot, tasks: Mapping[int, TaskRow], members: Sequence[int]
) -> Iterator[tuple[int, DerivedRating]]:
    """What the panel says of each task under one criterion."""
    quorum = panel.quorum or len(members)
    held = [task for task in sorted(ballot.spoken) if len(ballot.spoken[task]) >= quorum]
    ids = ballot.criterion.ids
    if is_ranking(ballot.criterion):
        if panel.weighting == Weighting.EQUAL:
            for task in held:
                yield task, _average(ids, tasks[task], list(ballot.spoken[task].values()))
        return
    if panel.weighting == Weighting.EQUAL and not ballot.has_numbers:
        for task in held:
            yield task, _elect(ids, list(ballot.spoken[task].values()))
        return
    learnt = panel.weights.get(name_weights(ballot.criterion))
    if not held or not ballot.has_numbers or (panel.weighting != Weighting.EQUAL and learnt is None):
        return
    weights = np.ones((len(held), len(members)))
    if learnt is not None:
        weights = np.array([learnt[deal_fold(tasks[task], panel.seed)] for task in held])
    found = panel_verdicts(list_votes(ballot, held, members), weights, quorum=quorum)
    for task, verdict in zip(held, found.tolist(), strict=True):
        if not np.isnan(verdict):
            yield (
                task,
                _take_side(ballot, verdict) if ballot.is_preference else DerivedRating(ids, number=verdict),
            )


def _take_side(ballot: Ballot, verdict: float) -> DerivedRating:
    """The answer that the greater part of the votes is for, and how great it is; a tie where the scale has one."""
    ids, listed = ballot.criterion.ids, ballot.criterion.order
    if verdict == NEITHER:
        has_tie = not listed or "tie" in listed
        return DerivedRating(ids, code="tie") if has_tie else DerivedRating(ids, absent=Absent.ABSTAINED)
    return DerivedRating(
        ids, code="first" if verdict > NEITHER else "second", confidence=max(verdict, 1 - verdict)
    )


def _average(ids: tuple[int, ...], task: TaskRow, votes: Sequence[Vote]) -> DerivedRating:
    """The answers by their mean rank over the members; equal means are ties."""
    rankings = [parse_ranking(str(vote), len(task.systems)) for vote in votes]
    return DerivedRating(ids, code=spell_ranking(average_rankings(rankings)))


def _elect(ids: tuple[int, ...], votes: Sequence[Vote]) -> DerivedRating:
    """The name that most members gave; without one it abstains."""
    (value, most), *others = Counter(map(str, votes)).most_common()
    if others and others[0][1] == most:
        return DerivedRating(ids, absent=Absent.ABSTAINED)
    return DerivedRating(ids, code=value, confidence=most / len(votes))
