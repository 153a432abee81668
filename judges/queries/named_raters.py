"""Raters of a project by the names that one gives to panels and cascades."""

from collections.abc import Collection, Sequence

from annotations.models import RaterKind
from annotations.queries.rater_groups import RaterRow, list_rater_groups
from evalplatform.common.errors import Invalid


def find_raters(
    everybody: Sequence[RaterRow], names: Sequence[str], *, kinds: Collection[str], field: str
) -> list[RaterRow]:
    """The rater of each of these names or keys, among those of some kinds. Raises Invalid."""
    found = []
    for name in names:
        matching = [row for row in everybody if row.kind in kinds and name in (row.key, row.name)]
        if not matching:
            raise Invalid.at(f"no {' or '.join(kinds)} named {name} in the project", field=field)
        if len(matching) > 1:
            keys = ", ".join(row.key for row in matching)
            raise Invalid.at(f"{name} is the name of several: say {keys}", field=field)
        found.append(matching[0])
    return found


def find_labellers(everybody: Sequence[RaterRow], name: str, *, field: str = "labels_by") -> list[RaterRow]:
    """The people or the reference of this name. Raises Invalid, of `field`."""
    groups = {
        group: rows
        for group, rows in list_rater_groups(everybody).items()
        if all(row.kind in (RaterKind.PERSON, RaterKind.REFERENCE) for row in rows)
    }
    if name not in groups:
        known = ", ".join(groups) or "none"
        raise Invalid.at(f"must name people or a reference of the project: {known}", field=field)
    return groups[name]
