"""Who may be asked too few known answers for a test, because the others ask for what they do not have."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from annotations.models import CHECKED, Membership, Project, Rater, RaterKind, Role, Task
from annotations.queries.checks import is_asked_by_newest
from annotations.queries.gates import Demand, list_demands, list_held, passes_demand


@dataclass(frozen=True, slots=True)
class Shortage:
    """People (by name) who may be asked `known` known answers, `lacking` fewer than all tries of one person need.

    `asked` is what the known answers ask for that they may not be asked, each with how many there are.
    """

    people: tuple[str, ...]
    known: int
    lacking: int
    asked: tuple[Demand, ...]


def list_shortages(project: Project) -> list[Shortage]:
    """Everybody of whom that is so and who has not begun real work, together where they lack the same.

    Nobody where there is no test, nor where what is lacking is lacking for all alike.
    """
    if not (project.test_size and project.is_gated):
        return []
    counts, demands = _count_known(project), list_demands(project)
    needed, members = project.test_size * project.test_tries, _list_untested(project)
    held = list_held(project, members)
    found: dict[tuple[Demand, ...], list[str]] = {}
    for user, name in members.items():
        asked = tuple(
            Demand(demands[gate].language, demands[gate].skills, count)
            for gate, count in sorted(counts.items())
            if gate in demands and not passes_demand(demands[gate], held[user])
        )
        if asked:
            found.setdefault(asked, []).append(name)
    total = counts.total()
    shortages = (
        Shortage(tuple(sorted(names)), total - barred, needed - total + barred, asked)
        for asked, names in found.items()
        if (barred := sum(demand.tasks for demand in asked)) > total - needed
    )
    return sorted(shortages, key=lambda each: (-each.lacking, each.people))


def _count_known(project: Project) -> Counter[int]:
    """Known answers and worsened copies that are asked, by the number of their gate."""
    known = Task.objects.filter(is_asked_by_newest(), project=project, state__in=CHECKED)
    return Counter(dict(known.order_by("gate").values_list("gate").annotate(Count("pk"))))


def _list_untested(project: Project) -> dict[int, str]:
    """Names by user (id) of those who rate in the project, are not paused and have not begun real work."""
    raters = Rater.objects.filter(project=project, kind=RaterKind.PERSON, user__isnull=False)
    done = set(raters.exclude(qualified_at=None, deactivated_at=None).values_list("user", flat=True))
    asking = set(raters.values_list("user", flat=True))
    members = Membership.objects.filter(project=project, ended_at=None, user__is_active=True)
    rows = members.values_list("user", "role", "user__username")
    return {
        user: name for user, role, name in rows if user not in done and (role == Role.RATER or user in asking)
    }
