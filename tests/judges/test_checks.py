from typing import Any  # settings

import pytest
from django.conf import settings as current

from judges.checks import check_time_limits


def test_the_time_limits_fit_into_each_other() -> None:
    assert check_time_limits(None) == []


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        ("EVALPLATFORM_PROVIDER_TIMEOUT", 75, "judges.E001"),
        ("EVALPLATFORM_LOOP_SECONDS", 75, "judges.E001"),
        ("CELERY_TASK_SOFT_TIME_LIMIT", 180, "judges.E002"),
        ("CELERY_TASK_TIME_LIMIT", 200, "judges.E003"),
        ("CELERY_BROKER_TRANSPORT_OPTIONS", {"visibility_timeout": 540}, "judges.E003"),
        ("EVALPLATFORM_SHARD_LEASE", 15, "judges.E004"),
        ("EVALPLATFORM_SWEEP_INTERVAL", 100, "judges.E004"),
    ],
)
def test_a_limit_that_leaves_no_room_is_named(setting: str, value: object, code: str, settings: Any) -> None:
    assert getattr(current, setting) != value
    setattr(settings, setting, value)
    assert code in [found.id for found in check_time_limits(None)]
