"""What each stage of a cascade is about: which judge, and which tasks."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotations.models import Criterion, Project
from annotations.queries.criteria import CriterionRow
from judges.engine.cascades.evidence import Evidence, find_named_criterion, read_so_far
from judges.engine.cascades.study import pick_calibration
from judges.engine.cascades.terms import Terms, is_calibration
from judges.models import Stage
from judges.queries.judged_tasks import list_fitting_tasks

ASKED = {Stage.CHEAP_CALIBRATION: 0, Stage.CHEAP: 0, Stage.DEAR_CALIBRATION: 1, Stage.DEAR: 1}  # which judge
CALIBRATION = frozenset({Stage.CHEAP_CALIBRATION, Stage.DEAR_CALIBRATION})


@dataclass(frozen=True, slots=True)
class Scene:
    """What was said so far, and the tasks (ids): one of each calibration item, and all on other items."""

    evidence: Evidence
    calibration: Sequence[int]
    held_out: Sequence[int]

    def list_tasks(self, stage: Stage, thresholds: Sequence[float | None]) -> list[int]:
        """Tasks that the stage's judge has to rate, whether it has or not."""
        if stage in CALIBRATION:
            return list(self.calibration)
        if thresholds[ASKED[stage]] is None:  # it would keep nothing
            return []
        return list(self.held_out) if stage == Stage.CHEAP else self.list_unsure(thresholds[0])

    def list_unsure(self, threshold: float | None) -> list[int]:
        """Tasks on other items on which the cheap judge does not decide."""
        return [task for task in self.held_out if not self._is_sure(task, threshold)]

    def _is_sure(self, task: int, threshold: float | None) -> bool:
        sure = self.evidence.read_sure(task, 0)
        return threshold is not None and sure is not None and sure >= threshold


def read_scene(project: Project, terms: Terms) -> Scene:
    """How things stand under the criterion that the terms name. Raises Invalid where they have become impossible."""
    criterion = find_named_criterion(project, terms.criterion)
    evidence = read_so_far(project, terms, criterion)
    tasks = _list_tasks(project, criterion, evidence)
    return Scene(
        evidence=evidence,
        calibration=pick_calibration(tasks, evidence, terms),
        held_out=[task for task in tasks if not is_calibration(evidence.tasks[task], terms)],
    )


def _list_tasks(project: Project, criterion: CriterionRow, evidence: Evidence) -> list[int]:
    """Tasks under the criterion that can be judged, in queue order, and those on which a judge once spoke."""
    # Rubrics first: PostgreSQL has been seen to join every task with every other where it knows nothing of either.
    rubrics = list(Criterion.objects.filter(pk__in=criterion.ids).values_list("rubric", flat=True))
    fitting = list_fitting_tasks(project.pk, criterion.kind).filter(rubric__in=rubrics)
    found = dict.fromkeys(fitting.values_list("pk", flat=True))
    spoken = (task for task, votes in sorted(evidence.ballot.spoken.items()) if votes)
    return list(found | dict.fromkeys(spoken))
