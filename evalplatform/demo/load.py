"""The demonstration project: its study, its simulated ratings, its baseline judges. Loading twice changes nothing."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

from django.db.models import QuerySet

from annotations.domain.planning.plan_tasks import plan_tasks
from annotations.domain.queue.slots import open_slots
from annotations.domain.studies.import_study import import_study
from annotations.domain.submitting.simulate import SimulatedAnnotation, record_simulated_annotations
from annotations.models import Project, Task, TaskKind
from evalplatform.common.hashing import seeded_integer
from evalplatform.demo.raters import RATERS, Qualities, SimulatedRater, answer_pair, answer_single

STUDY = Path(__file__).parent / "study"
SLUG = "demo"
OVERLAP = 2  # places a task for real people, beside the simulated raters

Latent = dict[str, dict[str, Qualities]]  # item -> system -> qualities


def load_demo_project() -> Project:
    """The project `demo`, made from the study folder at the first call; an older release's stays what it is."""
    project = Project.objects.filter(slug=SLUG, simulated=True).first()
    if project is None:
        project = import_study(folder=STUDY, slug=SLUG, overlap=OVERLAP).project
    plan_tasks(project=project)
    open_slots(project=project)
    return project


def fill_with_simulated_raters(*, project: Project) -> int:
    """Let every simulated rater answer every task that it has not answered; returns how many answers are new."""
    latent = _read_qualities()
    tasks = Task.objects.filter(project=project).select_related("item", "project")
    tasks = tasks.prefetch_related("positions__generation__system").order_by("identity")
    return sum(
        record_simulated_annotations(
            project=project,
            name=rater.name,
            reliability=rater.describe(),
            simulated=_answer_all(rater, tasks, latent),
        )
        for rater in RATERS
    )


def _read_qualities() -> Latent:
    latent: Latent = json.loads((STUDY / "qualities.json").read_text(encoding="utf-8"))
    return latent


def _answer_all(
    rater: SimulatedRater, tasks: QuerySet[Task], latent: Latent
) -> Iterator[SimulatedAnnotation]:
    for task in tasks:
        dice = random.Random(seeded_integer("simulated", rater.name, task.item.key, task.identity))
        sides = [latent[task.item.key][held.generation.system.name] for held in task.positions.all()]
        if task.kind == TaskKind.PAIR:
            values: dict[str, str | float] = {"overall": answer_pair(rater, sides[0], sides[1], dice)}
        else:
            values = {**answer_single(rater, sides[0], dice)}
        yield SimulatedAnnotation(task=task, values=values, seconds=round(dice.lognormvariate(3.2, 0.5), 1))
