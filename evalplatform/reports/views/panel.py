"""The page of a panel: who sits in it, how they are weighed, and how many independent judges it is worth."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.queries.rater_groups import list_raters
from evalplatform.accounts.session import current_user
from evalplatform.reports.rows import Row
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from evalplatform.reports.views.report import label_criteria
from evalplatform.reports.words.wording import explain_undefined
from judges.access import read_panel_for
from judges.models import Panel
from judges.queries.panels import list_member_rows, read_weights

STATISTIC = "effective_judges"


@never_cache
@require_safe
@login_required
def panel_page(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Figures are those of the report; where there is none yet, the page says why."""
    panel = read_panel_for(current_user(request), slug, public_id)
    members = [row.key for row in list_member_rows(panel)]
    labels = label_criteria(panel.project)
    context = {
        "project": panel.project,
        "panel": panel,
        "members": members,
        "worth": [describe_worth(row, labels) for row in read_worth(panel)],
        "weights": [
            (labels.get(criterion, criterion), [weights[member] for member in members])
            for criterion, weights in read_weights(panel).items()
        ],
    }
    return render(request, "reports/panel.html", context)


def read_worth(panel: Panel) -> list[Row]:
    """Effective number of judges by criterion and by whose labels tell errors."""
    label = next(row.label for row in list_raters(project=panel.project) if row.pk == panel.rater_id)
    wanted = Wanted(raters=label, statistics=(STATISTIC,))
    return [row for row in take_snapshot(project=panel.project, wanted=wanted).rows if row.raters == label]


def describe_worth(row: Row, labels: dict[str, str]) -> dict[str, object]:
    """A figure with its criterion in words, and why it is missing where it is."""
    return {
        "row": row,
        "criterion": labels.get(row.criterion, row.criterion),
        "why": explain_undefined(row.undefined) if row.undefined else "",
        "left_out": sum(row.excluded.values()),
    }
