"""Weights of a panel's members, learnt so that no item is scored by weights that saw its own label."""

from collections.abc import Sequence

import numpy as np

from annotations.queries.criteria import CriterionRow, is_ranking
from annotations.queries.rater_groups import RaterRow
from annotations.queries.rating_rows import TaskRow
from annotations.queries.votes import NEITHER
from evalplatform.agreement.panels import learn_weights
from evalplatform.common.errors import Invalid
from evalplatform.common.hashing import seeded_integer
from judges.engine.panels.ground import Ground, list_votes
from judges.models import Weighting

FOLDS = 5
LEAST_LABELS = 20  # labelled tasks on which all members spoke: fewer teach no weights


def learn_fold_weights(
    ground: Ground, members: Sequence[RaterRow], teachers: Sequence[RaterRow], weighting: Weighting, seed: int
) -> dict[str, list[list[float]]]:
    """Weights by criterion, fold and member. Raises Invalid where no criterion has labels enough."""
    found = {}
    most = 0
    has_rankings = False
    for ballot in ground.read(members, teachers):
        has_rankings = has_rankings or (is_ranking(ballot.criterion) and bool(ballot.spoken))
        if not ballot.can_be_learnt or (weighting == Weighting.SIGNED and not ballot.is_preference):
            continue
        held = [
            task for task in sorted(ballot.labels) if all(row.pk in ballot.spoken[task] for row in members)
        ]
        most = max(most, len(held))
        if len(held) < LEAST_LABELS:
            continue
        votes = list_votes(ballot, held, [row.pk for row in members])
        labels = np.array([float(ballot.labels[task]) for task in held])
        folds = np.array([deal_fold(ground.tasks[task], seed) for task in held])
        found[name_weights(ballot.criterion)] = [
            learn_weights(
                votes,
                np.where(folds == fold, np.nan, labels),
                signed=weighting == Weighting.SIGNED,
                centre=NEITHER if ballot.is_preference else None,
            )
            .round(12)
            .tolist()
            for fold in range(FOLDS)
        ]
    if not found and has_rankings and not most:
        raise Invalid.at(
            "are learnt from sides and numbers: judges that rank weigh alike (equal)", field="weights"
        )
    if not found:
        raise Invalid.at(
            f"{LEAST_LABELS} labelled tasks on which all members spoke are the least to learn from; there are {most}",
            field="weights",
        )
    return found


def name_weights(criterion: CriterionRow) -> str:
    """Under what a panel keeps its weights: its name may change when another rubric asks the same."""
    return str(criterion.ids[0])


def deal_fold(task: TaskRow, seed: int) -> int:
    """The fold of a task's item: the same whatever other items there are, or come to be."""
    return seeded_integer("fold", seed, task.item) % FOLDS
