"""The one bridge from the ledger to the statistics: a table of ratings for any set of raters."""

from collections.abc import Collection

from annotations.models import Project
from annotations.queries.criteria import CriterionRow, list_criteria
from annotations.queries.rater_groups import RaterRow, list_rater_groups, list_raters
from annotations.queries.rating_rows import INDEPENDENT, read_ratings, read_tasks
from annotations.queries.rating_set import Slice, sort_out_ratings
from evalplatform.agreement import RatingTable
from evalplatform.common.errors import Missing


def build_rating_table(
    *,
    project: Project,
    criterion: str,
    raters: Collection[str] | None = None,
    turn: int | None = None,
    slice: Slice | None = None,  # noqa: A002 - the word
    phases: Collection[str] = INDEPENDENT,
) -> RatingTable:
    """The ratings of a criterion by any raters.

    Values stand against the canonical order; a unit is a task, its cluster the item. `raters` names sets
    (`people`, `people:expert`, `simulated`, `judge:gpt-4`); without it everybody's ratings are taken. What
    does not count is in the table's `excluded`, by reason. Raises Missing for a name that is not there.
    """
    asked = get_criterion(project=project, name=criterion)
    rows = read_ratings(project=project, criteria=asked.ids)  # first: whatever they name is there afterwards
    everybody = list_raters(project=project)
    tasks = read_tasks(project=project)
    ratings = sort_out_ratings(rows, criterion=asked, raters=everybody, tasks=tasks, phases=phases)
    chosen = _keys(everybody, raters)
    within = {**(slice or {}), **({} if turn is None else {"turn": turn})}
    return ratings.cut_table(chosen, slice=within)


def get_criterion(*, project: Project, name: str) -> CriterionRow:
    """The project's criterion of that name. Raises Missing."""
    criteria = {criterion.name: criterion for criterion in list_criteria(project=project)}
    if name not in criteria:
        raise Missing(f"No criterion {name!r} here; there are: {', '.join(criteria) or 'none'}.")
    return criteria[name]


def _keys(raters: Collection[RaterRow], names: Collection[str] | None) -> set[str]:
    if names is None:
        return {rater.key for rater in raters}
    groups = list_rater_groups(raters)
    unknown = sorted(set(names) - set(groups))
    if unknown:
        raise Missing(f"No raters {unknown[0]!r} here; there are: {', '.join(groups) or 'none'}.")
    return {rater.key for name in names for rater in groups[name]}
