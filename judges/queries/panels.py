"""The panels of a project and who sits in them."""

from django.db.models import QuerySet

from annotations.models import Project, Rater
from annotations.queries.criteria import list_criteria
from annotations.queries.rater_groups import RaterRow
from judges.models import Panel

FIELDS = ("pk", "kind", "origin", "name", "group", "is_slot", "family")


def list_panels(project: Project) -> QuerySet[Panel]:
    """Panels with their raters and members, newest first."""
    return (
        Panel.objects.filter(project=project)
        .select_related("rater", "project")
        .prefetch_related("members__rater")
        .order_by("-pk")
    )


def list_member_rows(panel: Panel) -> list[RaterRow]:
    """The members of a panel in the order of their keys, which is that of its weights."""
    rows = Rater.objects.filter(seats__panel=panel).values_list(*FIELDS)
    return sorted((RaterRow(*row) for row in rows), key=lambda row: row.key)


def list_seats(project: Project) -> dict[str, tuple[str, ...]]:
    """Keys of the members of each panel, by the key of its rater."""
    found: dict[str, list[str]] = {}
    seats = Panel.objects.filter(project=project, members__rater__isnull=False).values_list(
        "rater__kind", "rater__name", "members__rater__kind", "members__rater__name"
    )
    for kind, name, member_kind, member in seats:
        found.setdefault(f"{kind}:{name}", []).append(f"{member_kind}:{member}")
    return {key: tuple(sorted(members)) for key, members in sorted(found.items())}


def read_weights(panel: Panel) -> dict[str, dict[str, float]]:
    """Mean over the folds of each member's learnt weight, by criterion and key; empty where nothing was learnt."""
    names = {criterion.ids[0]: criterion.name for criterion in list_criteria(project=panel.project)}
    members = [row.key for row in list_member_rows(panel)]
    return {
        names.get(int(criterion), criterion): {
            member: round(sum(fold[place] for fold in folds) / len(folds), 4)
            for place, member in enumerate(members)
        }
        for criterion, folds in sorted(panel.weights.items())
    }
