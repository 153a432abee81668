"""Lines of the price table as they were written."""

from django.db.models import F, Q, QuerySet

from annotations.models import Project
from judges.models import Price


def list_prices(project: Project | None = None) -> QuerySet[Price]:
    """The instance's prices, and a project's own where one is named; nearest and newest first."""
    mine = Q(project=None) | Q(project=project) if project else Q(project=None)
    rows = Price.objects.filter(mine).select_related("project")
    nearest = F("project").asc(nulls_last=True)
    return rows.order_by("provider", "base_url", "model", nearest, "-valid_from", "pk")
