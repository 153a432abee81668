"""How far raters are with the training and the test before real work."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef, QuerySet

from annotations.models import (
    CHECKED,
    Annotation,
    Assignment,
    AssignmentState,
    Project,
    Rater,
    RaterKind,
    Task,
    TaskState,
    Trial,
    TrialState,
)
from annotations.queries.checks import is_asked_by_newest, is_unmet
from annotations.queries.gates import passes

THROUGH = (AssignmentState.SUBMITTED, AssignmentState.SKIPPED, AssignmentState.RETURNED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who has not passed yet or has: their tries, the oldest first."""

    rater: Rater
    trials: tuple[Trial, ...]


def list_trials(rater: Rater) -> list[Trial]:
    """The rater's tries, the oldest first."""
    return list(Trial.objects.filter(rater=rater).order_by("number"))


def list_used(trials: Sequence[Trial]) -> list[Trial]:
    """Of a rater's tries in order: those that were not passed since the rater last began real work."""
    used: list[Trial] = []
    for trial in trials:
        if trial.state in (TrialState.PASSED, TrialState.WAIVED):
            used = []
        elif trial.state == TrialState.FAILED:
            used.append(trial)
    return used


def count_failed(trials: Sequence[Trial]) -> int:
    """How many of these use up a try: one of which no known answer stands any more does not."""
    return sum(trial.n != 0 for trial in list_used(trials))


def list_failing(project: Project) -> list[Rater]:
    """People who have not begun real work and did not pass a test."""
    failed = Trial.objects.filter(rater=OuterRef("pk"), state=TrialState.FAILED)
    people = Rater.objects.filter(Exists(failed), project=project, qualified_at=None)
    return list(people.order_by("pk"))


def list_training(project: Project) -> QuerySet[Task]:
    """Tasks of known answer that are asked in training by the newest words, in the order in which they are."""
    training = Task.objects.filter(is_asked_by_newest(), project=project, state=TaskState.TRAINING)
    return training.select_related("item", "rubric").order_by("pk")


def list_training_for(rater: Rater) -> QuerySet[Task]:
    """Those of them that the rater may be dealt; reads `project`."""
    return list_training(rater.project).filter(passes(rater))


def list_training_left(*, rater: Rater, round_number: int) -> list[int]:
    """Training tasks (ids) that the rater has not met in this round, in order."""
    left = list_training_for(rater).filter(is_unmet(rater, repeat=round_number))
    return list(left.values_list("pk", flat=True))


def count_trained(*, rater: Rater, round_number: int) -> int:
    """Training tasks that the rater may be dealt and is through with in this round; reads `project`."""
    live = Assignment.objects.filter(rater=rater, repeat=round_number, state=AssignmentState.LIVE)
    asked = list_training_for(rater)
    held = asked.filter(Exists(live.filter(task=OuterRef("pk"))))
    left = len(list_training_left(rater=rater, round_number=round_number))
    return asked.count() - left - held.count()


def list_asked(trial: Trial) -> QuerySet[Assignment]:
    """Leases of the trial that the rater is through with."""
    checks = Assignment.objects.filter(
        rater=trial.rater_id, slot=None, repeat=0, task__state__in=CHECKED, state__in=THROUGH
    )
    since = checks.filter(pk__gt=trial.after)
    return since if trial.upto is None else since.filter(pk__lte=trial.upto)


def find_last_lease(rater: Rater) -> int:
    """The rater's newest lease (id); 0 where there is none."""
    return Assignment.objects.filter(rater=rater).aggregate(last=Max("pk"))["last"] or 0


def find_last_answer(rater: Rater) -> int:
    """The rater's newest answer (id); 0 where there is none."""
    return Annotation.objects.filter(rater=rater).aggregate(last=Max("pk"))["last"] or 0


def is_in_ended_trial(*, rater_id: int, assignment_id: int) -> bool:
    """Whether the lease belongs to a test whose result stands."""
    ended = Trial.objects.filter(rater=rater_id, after__lt=assignment_id, upto__gte=assignment_id)
    return ended.exists()


def list_candidates(project: Project) -> list[Candidate]:
    """Everybody who asked for work in the project, by name, each with their tries in order."""
    people = Rater.objects.filter(project=project, kind=RaterKind.PERSON, user__isnull=False)
    return [
        Candidate(rater, tuple(sorted(rater.trials.all(), key=lambda trial: trial.number)))
        for rater in people.prefetch_related("trials").order_by("name")
    ]
