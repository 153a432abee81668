"""The time limits of judge work fit into each other, whatever is set: each must leave room for the one before."""

from collections.abc import Sequence
from typing import Any  # Django passes the apps to look at

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from judges.engine.pacing.patience import SLACK


@register(Tags.compatibility)
def check_time_limits(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """Each pair that does not hold, with what would go wrong."""
    call = settings.EVALPLATFORM_PROVIDER_TIMEOUT + SLACK
    soft, hard = settings.CELERY_TASK_SOFT_TIME_LIMIT, settings.CELERY_TASK_TIME_LIMIT
    transport: dict[str, Any] = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    loop = settings.EVALPLATFORM_LOOP_SECONDS
    leases = min(settings.EVALPLATFORM_ATTEMPT_LEASE, settings.EVALPLATFORM_SHARD_LEASE)
    sweep = settings.EVALPLATFORM_SWEEP_INTERVAL
    rules = [
        (
            "EVALPLATFORM_LOOP_SECONDS and a call that begins at their end",
            loop + call,
            "the soft limit",
            soft,
        ),
        ("the soft limit", soft, "the hard limit", hard),
        ("the hard limit", hard, "a third of the visibility time-out", transport["visibility_timeout"] / 3),
        ("the sweep's interval", sweep, "a lease", leases),
    ]
    return [
        Error(f"{low} ({left:g} s) must be shorter than {high} ({right:g} s).", id=f"judges.E{number:03}")
        for number, (low, left, high, right) in enumerate(rules, 1)
        if not left < right
    ]
