"""When a project's places will be filled, and what is still to pay for people and for judges."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any  # a forecast is told as JSON

from annotations.domain.projects.pay import HOUR
from annotations.models import PayUnit, Project
from annotations.queries.work_done import count_filled_by_day, count_places_left, measure_time_taken
from evalplatform.reports.money.foreseen import Foreseen, Part, foresee_days, foresee_total
from judges.queries.calls_left import CallsLeft, list_calls_left

MOST_DAYS = 28  # the pace is that of the last so many whole days


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """`places` are left for people; `days` until they are filled; USD still to pay, None where a rate is not known.

    `finish` is the day on which `days` ends, `earliest` and `latest` those of its interval.
    """

    places: int
    seen: int
    days: Foreseen | None
    finish: date | None
    earliest: date | None
    latest: date | None
    people: Foreseen | None
    calls: int
    judges: Foreseen | None
    unpriced: tuple[str, ...]

    def describe(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "places": self.places,
            "days_seen": self.seen,
            "days": _describe(self.days),
            "people_usd": _describe(self.people),
            "calls": self.calls,
            "judges_usd": _describe(self.judges),
            "unpriced": list(self.unpriced),
        }


def forecast_project(*, project: Project, now: datetime) -> Forecast:
    """From what was done until last midnight, in the time zone of `now`."""
    places = count_places_left(project=project)
    daily = _list_days(project, now)
    days = foresee_days(left=places, daily=daily)
    waiting = list_calls_left(project=project)
    unpriced = tuple(left.name for left in waiting if not left.is_free and left.mean is None)
    return Forecast(
        places=places,
        seen=len(daily),
        days=days,
        finish=_add_days(now, days.expected if days else None),
        earliest=_add_days(now, days.low if days else None),
        latest=_add_days(now, days.high if days else None),
        people=_foresee_pay(project, places),
        calls=sum(left.calls for left in waiting),
        judges=None if unpriced else foresee_total([_weigh(left) for left in waiting]),
        unpriced=unpriced,
    )


def _list_days(project: Project, now: datetime) -> list[int]:
    """Places filled on each whole day since the first that one was filled on, the last of them yesterday."""
    assert now.tzinfo is not None  # noqa: S101 - a moment, not a wish
    filled = count_filled_by_day(project=project, zone=now.tzinfo)
    if not filled:
        return []
    seen = min((now.date() - min(filled)).days, MOST_DAYS)
    return [filled.get(now.date() - timedelta(days=back), 0) for back in range(seen, 0, -1)]


def _foresee_pay(project: Project, places: int) -> Foreseen | None:
    """Checks are paid too: they come beside places, as a share of what a person answers."""
    if project.pay is None:
        return None
    tasks = places / (1 - project.gold_share - project.repeat_share)
    rate = float(project.pay)
    if project.pay_unit == PayUnit.TASK:
        return foresee_total([Part(tasks, 0, rate, 0.0)])
    taken = measure_time_taken(project=project)
    if not taken.n:
        return None if tasks else Foreseen(0.0, 0.0, 0.0)
    price = rate / HOUR
    spread = None if taken.spread is None else taken.spread * price
    return foresee_total([Part(tasks, taken.n, taken.mean * price, spread)])


def _weigh(left: CallsLeft) -> Part:
    if left.is_free:
        return Part(left.calls, 0, 0.0, 0.0)
    return Part(left.calls, left.n, left.mean or 0.0, left.spread)


def _add_days(now: datetime, days: float | None) -> date | None:
    try:
        return None if days is None else (now + timedelta(days=days)).date()
    except OverflowError:  # beyond the calendar
        return None


def _describe(foreseen: Foreseen | None) -> dict[str, float | None] | None:
    if foreseen is None:
        return None
    return {"expected": foreseen.expected, "low": foreseen.low, "high": foreseen.high}
