"""Rankings as votes: one a rater and task, and what those who label come to together."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from annotations.models import Project
from annotations.queries.criteria import CriterionRow
from annotations.queries.rater_groups import RaterRow
from annotations.queries.rating_rows import TaskRow
from annotations.queries.votes import Ballot, Vote, read_counted
from evalplatform.agreement.orderings import Ranking, average_rankings, spell_ranking


def read_ranked_ballot(
    *,
    project: Project,
    criterion: CriterionRow,
    tasks: Mapping[int, TaskRow],
    raters: Collection[RaterRow],
    labellers: Collection[RaterRow] = (),
) -> Ballot:
    """The rankings of `raters`, such as ``2>1=3``, and the mean rankings of `labellers`, by task.

    A live judge's first ranking of a task counts; of whoever else ranked a task more than once, the mean.
    """
    pks = {row.key: row.pk for row in (*raters, *labellers)}
    ids = {row.unit: pk for pk, row in tasks.items()}
    held = read_counted(project, criterion, tasks, (*raters, *labellers))
    given: dict[int, dict[int, list[Ranking]]] = defaultdict(lambda: defaultdict(list))
    for each in held.rankings:
        given[ids[each.task.unit]][pks[each.rater]].append(each.ranking)
    voters, teachers = ({rater.pk for rater in group} for group in (raters, labellers))
    spoken: dict[int, dict[int, Vote]] = {}
    labels: dict[int, Vote] = {}
    for task, by_rater in given.items():
        votes = {rater: average_rankings(said) for rater, said in by_rater.items()}
        spoken[task] = {rater: spell_ranking(vote) for rater, vote in votes.items() if rater in voters}
        if said := [vote for rater, vote in votes.items() if rater in teachers]:
            labels[task] = spell_ranking(average_rankings(said))
    return Ballot(criterion=criterion, has_numbers=False, spoken=spoken, sure={}, labels=labels)
