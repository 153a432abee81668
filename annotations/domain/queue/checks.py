"""When a rater is asked a check, and which: a function of project seed, rater and how many tasks they have met.

Work is cut into stretches of one length, and each but the first has its check at a place of its own. So checks are
never more than their share of what somebody has met, at any moment, and no place follows from the ones before.
"""

import math
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.domain.queue.raters import note_met
from annotations.models import Project, Rater
from annotations.queries.checks import count_met, list_repeatable
from annotations.queries.scored_copies import list_checks_left
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.errors import Invalid
from evalplatform.common.hashing import seeded_integer

MOST = 0.1  # of a rater's tasks may be checks, of both kinds together
BITS = 62


class Check(NamedTuple):
    """A task (id), and which time its rater is asked: 0 is the first."""

    task_id: int
    repeat: int


def draw_check(*, rater: Rater, held: int = 0) -> Check | None:
    """The check that is due for a locked rater after the tasks they hold.

    None where none is due, or nothing is left to ask.
    """
    project = rater.project
    share = project.gold_share + project.repeat_share
    if not share:
        return None
    met = count_met(rater=rater)
    note_met(rater=rater, met=met)
    met += held
    if not is_due(project=project, rater=rater, met=met):
        return None
    kind = seeded_integer("check-kind", project.seed, rater.public_id, met, bits=BITS) / 2**BITS
    is_gold = kind * share < project.gold_share
    left = list_checks_left(rater=rater) if is_gold else list_repeatable(rater=rater)
    if not left:
        return None
    number = seeded_integer("check-task", project.seed, rater.public_id, met) % len(left)
    return Check(left[number], 0 if is_gold else 1)


def is_due(*, project: Project, rater: Rater, met: int) -> bool:
    """Whether a check comes after so many tasks that the rater has met."""
    stretch = math.ceil(1 / (project.gold_share + project.repeat_share) - 1e-9)
    number, place = divmod(met, stretch)
    return number > 0 and place == seeded_integer("check", project.seed, rater.public_id, number) % stretch


@transaction.atomic
def set_check_shares(*, project: Project, gold_share: float, repeat_share: float, actor: User) -> None:
    """Ask checks as this share of each rater's tasks from now on; 0 asks none. Raises Invalid above a tenth."""
    for field, share in (("gold_share", gold_share), ("repeat_share", repeat_share)):
        if not 0 <= share <= MOST:
            raise Invalid.at(_("Checks are at most a tenth of somebody's tasks."), field=field)
    if gold_share + repeat_share > MOST + 1e-9:
        raise Invalid.at(_("Checks are at most a tenth of somebody's tasks."), field="repeat_share")
    project.gold_share, project.repeat_share = gold_share, repeat_share
    project.save(update_fields=["gold_share", "repeat_share"])
    record_event(
        actor=actor,
        action="set_check_shares",
        target="project",
        target_id=project.public_id,
        project=project.public_id,
        details={"gold": gold_share, "repeats": repeat_share},
    )
