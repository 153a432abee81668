"""Names for sets of raters: `people`, `people:expert`, `simulated`, `judge:gpt-4`, `metric:longest`, `reference:gold`.

Simulated raters are in no set called people, whatever their group says.
"""

from collections.abc import Iterable
from typing import NamedTuple

from annotations.models import SPECIMEN, Origin, Project, Rater, RaterKind

PEOPLE = "people"
SIMULATED = "simulated"


class RaterRow(NamedTuple):
    """What a report needs to know of a rater."""

    pk: int
    kind: str
    origin: str
    name: str
    group: str
    is_slot: bool
    family: str

    @property
    def key(self) -> str:
        """Name of this rater within its project: a person and a judge may share a name."""
        return f"{self.kind}:{self.name}"

    @property
    def is_simulated(self) -> bool:
        return self.origin == Origin.SIMULATED

    @property
    def is_live_judge(self) -> bool:
        return self.kind == RaterKind.JUDGE and self.origin == Origin.LIVE

    @property
    def label(self) -> str:
        """Name of this rater in a report, where simulated ones say so."""
        return f"{SIMULATED}-{self.key}" if self.is_simulated else self.key

    @property
    def groups(self) -> tuple[str, ...]:
        """Every set that the rater belongs to, the widest first."""
        if self.kind != RaterKind.PERSON:
            return (self.label,)
        family = SIMULATED if self.is_simulated else PEOPLE
        return (family, f"{family}:{self.group}") if self.group else (family,)


def list_raters(*, project: Project) -> list[RaterRow]:
    """All raters of the project, by kind and name."""
    fields = ("pk", "kind", "origin", "name", "group", "is_slot", "family")
    rows = Rater.objects.filter(project=project).values_list(*fields)
    return sorted((RaterRow(*row) for row in rows), key=lambda rater: (rater.kind, rater.name))


def list_specimens(*, project: Project) -> frozenset[str]:
    """Names, as in a report, of the raters that only show how things work."""
    held = Rater.objects.filter(project=project, **{f"attributes__{SPECIMEN}": True})
    return frozenset(f"{kind}:{name}" for kind, name in held.values_list("kind", "name"))


def list_rater_groups(raters: Iterable[RaterRow]) -> dict[str, list[RaterRow]]:
    """The sets that these raters form, by name."""
    groups: dict[str, list[RaterRow]] = {}
    for rater in raters:
        for name in rater.groups:
            groups.setdefault(name, []).append(rater)
    return dict(sorted(groups.items()))


def is_of_persons(group: str) -> bool:
    """Whether the set holds persons, real or simulated: then their agreement with each other has a meaning."""
    return group.partition(":")[0] in (PEOPLE, SIMULATED)


def is_reference(group: str) -> bool:
    return group.startswith(f"{RaterKind.REFERENCE}:")


def is_simulated(group: str) -> bool:
    return group.startswith(SIMULATED)
