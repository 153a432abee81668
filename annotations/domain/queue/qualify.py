"""Training and a test before real work: which task comes next, and when a rater has passed."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # details of an event are JSON

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.domain.queue.checks import Check
from annotations.models import (
    Caution,
    CautionEffect,
    CautionState,
    Ground,
    Project,
    Rater,
    RaterKind,
    Trial,
    TrialState,
)
from annotations.queries.checked_answers import list_outcomes
from annotations.queries.checks import list_gold, list_gold_left
from annotations.queries.submissions import holds_task
from annotations.queries.trials import (
    count_failed,
    count_trained,
    find_last_answer,
    find_last_lease,
    list_asked,
    list_failing,
    list_training_for,
    list_training_left,
    list_trials,
    list_used,
)
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Denied, Exhausted, Invalid, PlatformError
from evalplatform.common.hashing import seeded_integer

MOST_ASKED, MOST_TRIES = 100, 20
NO_TASKS_FOR = 600  # seconds after which it is worth asking again


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a rater stands before real work: `state` is training, test, failed or empty (no known answer is left).

    `done` of `size` tasks of the training or the test; `tries_left` with this one; `last` is the last ended try.
    """

    state: str
    done: int
    size: int
    tries_left: int
    last: Trial | None


@transaction.atomic
def set_qualification(*, project: Project, size: int, mark: float, tries: int, actor: User) -> None:
    """Ask so many known answers before real work, of which the share `mark` is to be met; none with size 0.

    Raises Invalid where the project has too few known answers for everybody's tries.
    """
    if not 0 <= size <= MOST_ASKED:
        raise Invalid.at(_("A test has at most 100 tasks."), field="test_size")
    if not 0 < mark <= 1:
        raise Invalid.at(_("The pass mark is above 0 and at most 100 %."), field="test_mark")
    if not 1 <= tries <= MOST_TRIES:
        raise Invalid.at(_("There are 1 to 20 tries."), field="test_tries")
    if size * tries > list_gold(project).count():
        raise Invalid.at(
            _("No task is asked twice: make as many checks with a known answer as all tries need."),
            field="test_size",
        )
    project.test_size, project.test_mark, project.test_tries = size, mark, tries
    project.save(update_fields=["test_size", "test_mark", "test_tries"])
    _record("set_qualification", actor, project=project, details={"size": size, "mark": mark, "tries": tries})


@transaction.atomic
def waive_test(*, rater: Rater, actor: User, now: datetime | None = None) -> None:
    """Let the rater begin real work without a test, whatever became of earlier ones. The same again changes nothing.

    Raises Conflict for a judge or metric.
    """
    if rater.kind != RaterKind.PERSON:
        raise Conflict("Only people are tested before real work.")
    rater, now = _lock(rater), now or database_now()
    if rater.qualified_at is not None:
        return
    Rater.objects.filter(pk=rater.pk).update(qualified_at=now)
    last = find_last_lease(rater)
    ended = {
        "state": TrialState.WAIVED,
        "upto": last,
        "last_answer": find_last_answer(rater),
        "ended_at": now,
    }
    trials = list_trials(rater)
    if trials and trials[-1].state == TrialState.RUNNING:
        Trial.objects.filter(pk=trials[-1].pk).update(**ended)
    else:
        Trial.objects.create(project=rater.project, rater=rater, number=len(trials), after=last, **ended)
    end_training_cautions(rater=rater, actor=actor, now=now)
    _record("waive_test", actor, project=rater.project, rater=rater)


def require_test(*, rater: Rater) -> None:
    """Send the rater back to training and its test; call it in the transaction that has a reason."""
    Rater.objects.filter(pk=rater.pk).update(qualified_at=None)


def end_training_cautions(*, rater: Rater, actor: User | None, now: datetime) -> None:
    """What sent the rater back to training is over, by their passing or by a researcher's word."""
    standing = Caution.objects.filter(rater=rater, effect=CautionEffect.TRAIN, state=CautionState.STANDING)
    standing.update(state=CautionState.ENDED, ended_at=now, ended_by=actor)


@transaction.atomic
def settle_trial(*, rater: Rater, now: datetime) -> bool:
    """End the rater's test if everything has been asked; whether they have passed it now."""
    rater = _lock(rater)
    if not rater.must_qualify:
        return True
    trial = next(iter(list_trials(rater)[-1:]), None)
    if trial is None or trial.state != TrialState.RUNNING:
        return False
    leases = list(list_asked(trial).order_by("pk").values_list("pk", "task"))
    if len(leases) < rater.project.test_size:
        return False
    trial.state = TrialState.PASSED if _count(trial, rater) else TrialState.FAILED
    trial.upto, trial.last_answer, trial.ended_at = leases[-1][0], find_last_answer(rater), now
    trial.save()
    details = {"number": trial.number, "hits": trial.hits, "n": trial.n, "needed": trial.needed}
    _record("end_trial", None, project=rater.project, rater=rater, details=details, after=trial.state)
    if trial.state == TrialState.PASSED:
        Rater.objects.filter(pk=rater.pk).update(qualified_at=now)
        end_training_cautions(rater=rater, actor=None, now=now)
    return trial.state == TrialState.PASSED


@transaction.atomic
def recount_trials(*, project: Project, actor: User, now: datetime | None = None) -> list[Trial]:
    """Count tests again that were not passed, after known answers have changed; returns those that are passed now.

    Their raters begin real work. Of a test none of whose known answers stands nothing follows: it uses up no try. What
    was passed stays passed.
    """
    passed, now = [], now or database_now()
    for rater in list_failing(project):
        trials = list_trials(_lock(rater))
        rater.project = project
        for trial in list_used(trials):
            before = (trial.hits, trial.n)
            is_passed = _count(trial, rater)
            if (trial.hits, trial.n) == before:
                continue
            trial.recounted_at = now
            trial.state = TrialState.PASSED if is_passed and trial.n else TrialState.FAILED
            trial.save()
            details = {"number": trial.number, "hits": trial.hits, "n": trial.n, "needed": trial.needed}
            _record("recount_trial", actor, project=project, rater=rater, details=details, after=trial.state)
            if trial.state == TrialState.PASSED:
                passed.append(trial)
                _begin(rater, trials[-1], now)
                break
    return passed


def _begin(rater: Rater, last: Trial, now: datetime) -> None:
    """Real work, whatever the rater is in the middle of; end what sent them to the test."""
    Rater.objects.filter(pk=rater.pk).update(qualified_at=now)
    if last.state == TrialState.RUNNING:
        ended = {"upto": find_last_lease(rater), "last_answer": find_last_answer(rater), "ended_at": now}
        Trial.objects.filter(pk=last.pk).update(state=TrialState.WAIVED, **ended)
    end_training_cautions(rater=rater, actor=None, now=now)


def _count(trial: Trial, rater: Rater) -> bool:
    """Set what was asked and met, by the known answers that stand; whether that reaches the mark of today."""
    tasks = set(list_asked(trial).values_list("task", flat=True))
    outcomes = list_outcomes(rater=rater, ground=Ground.GOLD, after=0)
    trial.hits, trial.n = sum(line.hit for line in outcomes if line.task in tasks), len(tasks)
    trial.needed = math.ceil(rater.project.test_mark * trial.n - 1e-9)
    return trial.hits >= trial.needed


def draw_qualification(*, rater: Rater) -> Check | None:
    """The next task of the rater's training or test, which begins where it is due; None where there is none.

    Training tasks come in one order, once in each round; `repeat` is the round. Call it under the rater's lock.
    """
    trials = list_trials(rater)
    running = next((trial for trial in trials if trial.state == TrialState.RUNNING), None)
    if running is None:
        if count_failed(trials) >= rater.project.test_tries:
            return None
        if left := list_training_left(rater=rater, round_number=len(trials)):
            return Check(left[0], len(trials))
    gold = list_gold_left(rater=rater)
    if not gold:
        return None
    if running is None:
        running = Trial.objects.create(
            project=rater.project, rater=rater, number=len(trials), after=find_last_lease(rater)
        )
    place = seeded_integer("test", rater.project.seed, rater.public_id, running.number, len(gold))
    return Check(gold[place % len(gold)], 0)


def find_progress(*, rater: Rater) -> Progress:
    """Where the rater stands, who has not passed yet."""
    trials, project = list_trials(rater), rater.project
    ended = [trial for trial in trials if trial.state != TrialState.RUNNING]
    last, tries_left = (ended[-1] if ended else None), max(project.test_tries - count_failed(trials), 0)
    if len(ended) < len(trials):
        done = list_asked(trials[-1]).count()
        state = "test" if holds_task(rater=rater) or list_gold_left(rater=rater) else "empty"
        return Progress(state, done, project.test_size, tries_left, last)
    if not tries_left:
        return Progress("failed", 0, project.test_size, 0, last)
    size = list_training_for(rater).count()
    done = count_trained(rater=rater, round_number=len(trials))
    if done < size:
        return Progress("training", done, size, tries_left, last)
    state = "test" if list_gold_left(rater=rater) else "empty"
    return Progress(state, 0, project.test_size, tries_left, last)


def find_standing(*, rater: Rater) -> Progress | None:
    """The same of anybody: None for a rater who need not qualify, or not any more."""
    if not rater.project.test_size:
        return None
    rater.refresh_from_db(fields=["qualified_at"])
    return find_progress(rater=rater) if rater.must_qualify else None


def explain_unqualified(*, rater: Rater) -> PlatformError:
    """Why a rater who has to qualify is dealt nothing: all tries are used up, or no known answer is left to ask."""
    if find_progress(rater=rater).state == "failed":
        return Denied(_("You did not pass the test of this project. Please ask its researcher."))
    return Exhausted(
        _("There are too few tasks for the test of this project. Please ask its researcher."),
        retry_after=NO_TASKS_FOR,
    )


def _lock(rater: Rater) -> Rater:
    held = Rater.objects.select_related("project").select_for_update(no_key=True, of=("self",))
    return held.get(pk=rater.pk)


def _record(
    action: str,
    actor: User | None,
    *,
    project: Project,
    rater: Rater | None = None,
    details: dict[str, Any] | None = None,
    after: str = "",
) -> None:
    record_event(
        actor=actor,
        action=action,
        target="project" if rater is None else "rater",
        target_id=project.public_id if rater is None else rater.public_id,
        project=project.public_id,
        after=after,
        details=details,
    )
