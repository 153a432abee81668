"""What panels are read from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from annotations.models import Project
from annotations.queries.criteria import CriterionRow, is_ranking, list_criteria
from annotations.queries.ranked_votes import read_ranked_ballot
from annotations.queries.rater_groups import RaterRow
from annotations.queries.rating_rows import TaskRow, read_tasks
from annotations.queries.votes import VOTED_ON, Ballot, read_ballot
from evalplatform.agreement.arrays import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a panel stands on: the project's criteria and tasks, read once."""

    project: Project
    criteria: tuple[CriterionRow, ...]
    tasks: Mapping[int, TaskRow]

    def read(self, members: Sequence[RaterRow], labellers: Sequence[RaterRow] = ()) -> Iterator[Ballot]:
        for criterion in self.criteria:
            read = read_ranked_ballot if is_ranking(criterion) else read_ballot
            yield read(
                project=self.project,
                criterion=criterion,
                tasks=self.tasks,
                raters=members,
                labellers=labellers,
            )


def read_ground(project: Project) -> Ground:
    criteria = tuple(row for row in list_criteria(project=project) if row.level in VOTED_ON)
    return Ground(project=project, criteria=criteria, tasks=read_tasks(project=project))


def list_votes(ballot: Ballot, tasks: Sequence[int], members: Sequence[int]) -> FloatArray:
    """(tasks, members) numbers; NaN where a member is silent."""
    rows = [[float(ballot.spoken[task].get(pk, np.nan)) for pk in members] for task in tasks]
    return np.array(rows, dtype=np.float64)
