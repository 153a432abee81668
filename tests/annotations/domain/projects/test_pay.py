"""What a person's work comes to."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from annotations.domain.projects.pay import Pace, Work, earn, measure_pace
from annotations.models import PayUnit, Project
from annotations.queries.own_work import AnsweredTask

WEDNESDAY = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


def answered(hours_ago: float, seconds: float) -> AnsweredTask:
    return AnsweredTask(UUID(int=1), WEDNESDAY - timedelta(hours=hours_ago), seconds)


def test_tasks_are_counted_from_midnight_from_monday_and_from_the_start() -> None:
    project = Project(pay=Decimal("0.25"), pay_unit=PayUnit.TASK)
    tasks = [
        answered(57.6, 100),  # Sunday, just before midnight
        answered(57.5, 10),  # Monday, at midnight
        answered(9.6, 0),  # Tuesday, nothing was measured
        answered(9.5, 30),  # today, at midnight
    ]
    assert measure_pace(project=project, answered=tasks, now=WEDNESDAY) == Pace(
        today=Work(1, 30, Decimal("0.25")),
        week=Work(3, 40, Decimal("0.75")),
        all=Work(4, 140, Decimal("1.00")),
        median=30,
    )


def test_before_the_first_answer_there_is_no_median() -> None:
    nothing = Work(0, 0, None)
    assert measure_pace(project=Project(), answered=[], now=WEDNESDAY) == Pace(
        nothing, nothing, nothing, None
    )


@pytest.mark.parametrize(
    ("pay", "unit", "earned"),
    [
        (None, PayUnit.TASK, None),
        (Decimal("0.0250"), PayUnit.TASK, Decimal("0.08")),  # 0.075: halves go to the person
        (Decimal(15), PayUnit.HOUR, Decimal("7.50")),
    ],
)
def test_pay_is_by_the_task_or_by_the_hour(pay: Decimal | None, unit: PayUnit, earned: Decimal) -> None:
    assert earn(project=Project(pay=pay, pay_unit=unit), tasks=3, seconds=1800) == earned
