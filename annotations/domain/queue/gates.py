"""Gates: what items ask of raters, one row for each different set; and raters whose languages or skills change."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from annotations.domain.formats.needs import LANGUAGE, SKILLS, Needs
from annotations.domain.queue.leases import end_lease
from annotations.models import (
    OPEN_TO_ALL,
    Assignment,
    AssignmentState,
    Gate,
    GateSkill,
    Item,
    Project,
    Rater,
    Skill,
)
from annotations.queries.gates import list_passed
from annotations.queries.open_slots import START
from evalplatform.common.errors import Invalid
from evalplatform.common.hashing import hash_content

MOST_GATES = 64  # of a project: a claim looks at the head of the queue of each


def ensure_gates(*, project: Project, wanted: Iterable[Needs]) -> dict[Needs, int]:
    """Numbers of the gates that ask for these, made where there are none, and so are their skills.

    Call it under the project's lock. Raises Invalid where the items of the project would ask for more than 64 sets.
    """
    hashes = {needs: _hash(needs) for needs in wanted if needs}
    if not hashes:
        return {}
    gates = Gate.objects.filter(project=project, content_hash__in=hashes.values())
    known = dict(gates.values_list("content_hash", "number"))
    missing = sorted(
        (n for n, digest in hashes.items() if digest not in known), key=lambda n: (n.language, n.skills)
    )
    if missing:
        for needs, number in zip(missing, _find_numbers(project, missing, known.values()), strict=False):
            _make_gate(project, needs, number)
            known[hashes[needs]] = number
    if not project.is_gated:
        project.is_gated = True
        project.save(update_fields=["is_gated"])
    return {needs: known[digest] for needs, digest in hashes.items()}


def find_gate(*, project: Project, needs: Needs) -> int | None:
    """The number of the gate that asks for this; None where there is none yet."""
    if not needs:
        return OPEN_TO_ALL
    gate = Gate.objects.filter(project=project, content_hash=_hash(needs))
    return gate.values_list("number", flat=True).first()


def _find_numbers(project: Project, missing: Sequence[Needs], kept: Collection[int]) -> list[int]:
    """Numbers for these; where there are too few, gates that no item stands behind any more make room.

    The gates of the numbers `kept` are about to be used. Raises Invalid where that is not enough.
    """
    gates = Gate.objects.filter(project=project)
    if len(free := _list_free(gates)) < len(missing):
        used = Item.objects.filter(project=project).order_by().values_list("gate", flat=True).distinct()
        gates.exclude(number__in={*used, *kept}).delete()
        free = _list_free(gates)
    if len(free) < len(missing):
        raise Invalid.at(
            f"the items of a project ask for {MOST_GATES} different sets of language and skills at most",
            field=SKILLS if missing[0].skills else LANGUAGE,
        )
    return free


def _list_free(gates: QuerySet[Gate]) -> list[int]:
    taken = set(gates.values_list("number", flat=True))
    return [number for number in range(OPEN_TO_ALL + 1, MOST_GATES + 1) if number not in taken]


def _hash(needs: Needs) -> str:
    return hash_content([needs.language, list(needs.skills)])


def _make_gate(project: Project, needs: Needs, number: int) -> None:
    gate = Gate.objects.create(
        project=project, number=number, language=needs.language, content_hash=_hash(needs)
    )
    for skill in ensure_skills(project=project, names=needs.skills):
        GateSkill.objects.create(project=project, gate=gate, skill=skill)


def ensure_skills(*, project: Project, names: Iterable[str]) -> list[Skill]:
    """The project's skills of these names, made where there are none."""
    return [Skill.objects.get_or_create(project=project, name=name)[0] for name in names]


def settle_gates(*, rater: Rater, now: datetime) -> None:
    """What a locked rater passes has changed: what they hold and may not be dealt any more goes back to the queue.

    Their next search begins at the start, where tasks may lie that they were not dealt before.
    """
    Rater.objects.filter(pk=rater.pk).update(queue_cursor=START, drained_until=None)
    live = Assignment.objects.filter(rater=rater, state=AssignmentState.LIVE)
    for assignment in (
        live.exclude(task__gate__in=list_passed(rater=rater)).select_for_update(of=("self",)).order_by("pk")
    ):
        end_lease(assignment, AssignmentState.EXPIRED, now)
