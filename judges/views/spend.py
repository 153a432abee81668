"""What the project's judges have cost: by day, judge, run or model, as a picture and a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.models import Project
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Invalid
from judges.access import get_project_with_runs_for
from judges.queries.project_budget import find_project_budget
from judges.queries.spend import Spend, SpendBy, SpendTable, read_spend
from judges.views.clips import show_foreign
from judges.views.wording import describe_money

SHOWN = 200  # lines of the table
MOST_DAYS = 366  # columns of the picture
WIDTH, HEIGHT = 100.0, 40.0  # of pictures, in their own units
LABELS = {
    SpendBy.DAY: gettext_lazy("By day"),
    SpendBy.JUDGE: gettext_lazy("By judge"),
    SpendBy.RUN: gettext_lazy("By run"),
    SpendBy.MODEL: gettext_lazy("By model"),
}
HEADS = {
    SpendBy.DAY: gettext_lazy("Day (UTC)"),
    SpendBy.JUDGE: gettext_lazy("Judge"),
    SpendBy.RUN: gettext_lazy("Run"),
    SpendBy.MODEL: gettext_lazy("Model"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A day in the picture: place and height in the words of SVG, and what it stands for."""

    x: str
    y: str
    height: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: where it leads, its sums in words, and its bar beside the largest."""

    spend: Spend
    name: str
    url: str
    confirmed: str
    estimated: str
    total: str
    sure: str
    unsure: str


@never_cache
@require_safe
@login_required
def show_spend(request: HttpRequest, slug: str) -> HttpResponse:
    """Spend `?by=` day, judge, run or model; the file beside it holds every line."""
    project = get_project_with_runs_for(current_user(request), slug)
    by = read_by(request.GET.get("by", SpendBy.DAY))
    table = read_spend(project, by=by)
    rows = put_in_order(table)
    budget = find_project_budget(project)
    columns = lay_columns(table.rows) if by == SpendBy.DAY else []
    largest = max((row.total for row in rows), default=Decimal(0))
    pages = find_pages(project, by, rows[:SHOWN])
    context = {
        "project": project,
        "by": by,
        "ways": list(LABELS.items()),
        "head": HEADS[by],
        "total": describe_line(table.total, by=by),
        "lines": [
            describe_line(row, by=by, largest=largest, url=pages.get(row.key, "")) for row in rows[:SHOWN]
        ],
        "is_cut": len(rows) > SHOWN,
        "budget": None if budget is None else describe_money(budget.amount),
        "columns": columns,
        "picture_width": len(columns),
    }
    return render(request, "judges/spend.html", context)


def read_by(given: str) -> SpendBy:
    """What a line stands for. Raises Invalid."""
    try:
        return SpendBy(given)
    except ValueError:
        raise Invalid.at(f"must be one of {', '.join(SpendBy)}", field="by") from None


def put_in_order(table: SpendTable) -> list[Spend]:
    """Days and runs with the latest first, all else with the dearest first."""
    if table.by in (SpendBy.DAY, SpendBy.RUN):
        return list(reversed(table.rows))
    return sorted(table.rows, key=lambda row: (-row.total, row.name, row.key))


def find_pages(project: Project, by: str, rows: Sequence[Spend]) -> dict[str, str]:
    """Where lines lead, by their keys: a run and a judge to their pages."""
    if by not in (SpendBy.RUN, SpendBy.JUDGE):
        return {}
    return {row.key: reverse(by, args=[project.slug, row.key]) for row in rows}


def describe_line(spend: Spend, *, by: str, largest: Decimal = Decimal(0), url: str = "") -> Line:
    """Sums in words; the bar is as long as the line's part of the largest."""
    return Line(
        spend=spend,
        name=_name(spend, by),
        url=url,
        confirmed=describe_money(spend.confirmed),
        estimated=describe_money(spend.estimated),
        total=describe_money(spend.total),
        sure=_scale(spend.confirmed, largest, WIDTH),
        unsure=_scale(spend.estimated, largest, WIDTH),
    )


def lay_columns(days: Sequence[Spend]) -> list[Column]:
    """A column for each day from the first to the last, days without a call too; the newest where there are many."""
    if not days:
        return []
    totals = {date.fromisoformat(day.key): day.total for day in days}
    last = max(totals)
    first = max(min(totals), last - timedelta(days=MOST_DAYS - 1))
    spread = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    largest = max(totals.get(day, Decimal(0)) for day in spread)
    return [_make_column(n, day, totals.get(day, Decimal(0)), largest) for n, day in enumerate(spread)]


def _make_column(place: int, day: date, total: Decimal, largest: Decimal) -> Column:
    height = _scale(total, largest, HEIGHT)
    words = f"{date_format(day, 'DATE_FORMAT')}: {describe_money(total)}"
    return Column(f"{place + 0.1:.1f}", f"{HEIGHT - float(height):.2f}", height, words)


def _name(spend: Spend, by: str) -> str:
    if by == SpendBy.DAY and spend.key:
        return date_format(date.fromisoformat(spend.key), "DATE_FORMAT")
    return show_foreign(spend.name)


def _scale(amount: Decimal, largest: Decimal, size: float) -> str:
    return f"{size * float(amount / largest):.2f}" if largest else "0.00"
