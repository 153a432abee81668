"""A project's rule on checks: it warns or pauses a rater, says why, and takes that back where it does not hold."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.domain.locks.rater_lock import hold_rater
from annotations.domain.people.pausing import deactivate_rater, end_leases, reactivate_rater
from annotations.domain.queue.qualify import require_test, waive_test
from annotations.domain.reading.remarks import read_remark
from annotations.models import (
    Annotation,
    Caution,
    CautionEffect,
    CautionState,
    Ground,
    Project,
    Rater,
    RuleEffect,
)
from annotations.queries.cautions import (
    find_first_kept,
    find_last_counted,
    find_last_told,
    has_caution,
    is_paused_by_rule,
    list_standing,
)
from annotations.queries.checked_answers import Outcome, list_outcomes
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.agreement.exact import is_below
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Invalid

ERROR = 0.05  # chance at most, over all checks until the next caution, that a rater who is at the floor is cautioned
MOST_CHECKS = 1_000


@transaction.atomic
def set_rule(
    *,
    project: Project,
    gold_floor: float | None,
    repeat_floor: float | None,
    least_checks: int,
    effect: RuleEffect,
    actor: User,
) -> None:
    """Let this follow from checks from now on; nothing where both floors are None. Raises Invalid."""
    for field, floor in (("gold_floor", gold_floor), ("repeat_floor", repeat_floor)):
        if floor is not None and not 0 < floor < 1:
            raise Invalid.at(_("A share lies between 0 and 100 %, without these."), field=field)
    if effect == RuleEffect.TRAIN and not project.test_size:
        raise Invalid.at(_("There is no test to send anybody back to."), field="effect")
    if not 1 <= least_checks <= MOST_CHECKS:
        raise Invalid.at(_("A rule looks after 1 to 1000 checks."), field="least_checks")
    project.gold_floor, project.repeat_floor = gold_floor, repeat_floor
    project.least_checks, project.rule_effect = least_checks, effect
    project.save(update_fields=["gold_floor", "repeat_floor", "least_checks", "rule_effect"])
    record_event(
        actor=actor,
        action="set_rule",
        target="project",
        target_id=project.public_id,
        project=project.public_id,
        details={"gold": gold_floor, "repeats": repeat_floor, "least": least_checks, "effect": str(effect)},
    )


def apply_rule(*, rater: Rater, now: datetime | None = None) -> Caution | None:
    """Hold the rater's checks since their last caution against the rule of the project; a caution where they fail it.

    Call it after the answer to a check is stored. Answers stay as they are and count as before.
    """
    if not rater.project.has_rule:
        return None
    with transaction.atomic():
        held = Rater.objects.select_related("project").select_for_update(no_key=True, of=("self",))
        rater = held.get(pk=rater.pk)
        floors = _list_floors(rater.project)
        if rater.deactivated_at is not None or rater.must_qualify or not floors:
            return None
        after = find_last_counted(rater)
        found = {ground: list_outcomes(rater=rater, ground=ground, after=after) for ground in Ground}
        upto = max((line.annotation for lines in found.values() for line in lines), default=after)
        for ground, floor in floors.items():
            draft = Caution(
                project=rater.project, rater=rater, ground=ground, floor=floor, error=ERROR / len(floors),
                after=after, upto=upto,
            )  # fmt: skip
            if _count(draft, found[ground]):
                return _issue(draft, now or database_now())
    return None


@transaction.atomic
def see_cautions(*, rater: Rater, now: datetime | None = None) -> None:
    """Note that the rater has been shown what there is."""
    Caution.objects.filter(rater=rater, seen_at=None).update(seen_at=now or database_now())


@transaction.atomic
def answer_caution(*, caution: Caution, text: str, now: datetime | None = None) -> None:
    """Keep what the rater says to it; a later word takes the place of the one before. Raises Invalid and Conflict."""
    words, now = read_remark(text, field="text"), now or database_now()
    standing = Caution.objects.filter(pk=caution.pk, state=CautionState.STANDING)
    if not standing.update(answer=words, answered_at=now):
        raise Conflict(_("This has been settled already."))
    caution.answer, caution.answered_at = words, now


@transaction.atomic
def end_caution(*, caution: Caution, reply: str, actor: User, now: datetime | None = None) -> None:
    """Let the rater go on, with a word to them; their checks count afresh. Raises Invalid and Conflict."""
    words = read_remark(reply, field="reply")
    _end(caution, CautionState.ENDED, actor, now or database_now(), reply=words)


@transaction.atomic
def recount_cautions(*, project: Project, actor: User, now: datetime | None = None) -> list[Caution]:
    """Count what stands again, after known answers have changed; what does not hold any more is lifted, and named.

    Its rater is told again wherever the count has changed. A pause that followed from an earlier warning is a warning
    once that has been lifted.
    """
    lifted, now = [], now or database_now()
    for caution in list_standing(project, Ground.GOLD).select_for_update(of=("self",)):
        before = (caution.hits, caution.n)
        outcomes = list_outcomes(
            rater=caution.rater, ground=Ground.GOLD, after=caution.after, upto=caution.upto
        )
        holds = _count(caution, outcomes)
        if (caution.hits, caution.n) == before:
            continue
        caution.recounted_at, caution.seen_at = now, None
        caution.save(update_fields=["hits", "n", "recounted_at", "seen_at"])
        if holds:
            _record(caution, actor, "recount_caution")
        else:
            _end(caution, CautionState.LIFTED, actor, now)
            _soften_later(caution, actor)
            lifted.append(caution)
    return lifted


def refuse_told(*, annotation: Annotation) -> None:
    """Raises Conflict of an answer given before its rater was shown what was expected of checks."""
    if annotation.pk <= find_last_told(annotation.rater):
        raise Conflict(_("You were told of your checks since: answers from before stay as they are."))


def _list_floors(project: Project) -> dict[Ground, float]:
    floors = {Ground.GOLD: project.gold_floor, Ground.REPEATS: project.repeat_floor}
    return {ground: floor for ground, floor in floors.items() if floor is not None}


def _count(caution: Caution, outcomes: list[Outcome]) -> bool:
    """Set what was counted; whether that shows a share below the floor."""
    caution.hits, caution.n = sum(line.hit for line in outcomes), len(outcomes)
    if caution.n < caution.project.least_checks:
        return False
    return is_below(caution.hits, caution.n, caution.floor, caution.error)


def _soften_later(lifted: Caution, actor: User) -> None:
    """Where a first caution warns and a second pauses: what was the second, and now is the first, warns."""
    if lifted.project.rule_effect != RuleEffect.ESCALATE:
        return
    first = find_first_kept(lifted.rater)
    if first is None or first.state != CautionState.STANDING or first.effect != CautionEffect.PAUSE:
        return
    first.effect, first.seen_at = CautionEffect.WARN, None
    first.save(update_fields=["effect", "seen_at"])
    _record(first, actor, "soften_caution")
    if not is_paused_by_rule(first.rater):
        reactivate_rater(rater=first.rater, actor=actor)


def _issue(caution: Caution, now: datetime) -> Caution:
    rule = caution.project.rule_effect
    pauses = rule == RuleEffect.PAUSE or (rule == RuleEffect.ESCALATE and has_caution(caution.rater))
    caution.effect = CautionEffect.PAUSE if pauses else CautionEffect.WARN
    if rule == RuleEffect.TRAIN and caution.project.test_size:
        caution.effect = CautionEffect.TRAIN
        require_test(rater=caution.rater)
        end_leases(caution.rater, now)
    caution.issued_hits, caution.issued_n = caution.hits, caution.n
    caution.save()
    _record(caution, None, "caution_rater")
    if pauses:
        deactivate_rater(rater=caution.rater, actor=None, now=now)
    return caution


def _end(caution: Caution, state: CautionState, actor: User, now: datetime, *, reply: str = "") -> None:
    hold_rater(caution.rater)
    standing = Caution.objects.filter(pk=caution.pk, state=CautionState.STANDING)
    if not standing.update(state=state, ended_at=now, ended_by=actor, reply=reply):
        raise Conflict(_("This has been settled already."))
    caution.state, caution.ended_at, caution.ended_by, caution.reply = state, now, actor, reply
    _record(caution, actor, "lift_caution" if state == CautionState.LIFTED else "end_caution")
    if caution.effect == CautionEffect.PAUSE and not is_paused_by_rule(caution.rater):
        reactivate_rater(rater=caution.rater, actor=actor)
    if caution.effect == CautionEffect.TRAIN:
        waive_test(rater=caution.rater, actor=actor, now=now)


def _record(caution: Caution, actor: User | None, action: str) -> None:
    record_event(
        actor=actor,
        action=action,
        target="rater",
        target_id=caution.rater.public_id,
        project=caution.project.public_id,
        details={
            "caution": str(caution.public_id),
            "ground": caution.ground,
            "effect": caution.effect,
            "hits": caution.hits,
            "n": caution.n,
            "floor": caution.floor,
        },
    )
