"""Whose word counts, as a form offers it: people, groups of them, and references."""

from collections.abc import Iterable

from annotations.models import RaterKind
from annotations.queries.rater_groups import PEOPLE, RaterRow, list_rater_groups
from annotations.views.wording import name_raters


def list_labellers(everybody: Iterable[RaterRow], *, always: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Sets of people and references with their names in words, people in general first.

    Those that `always` names are offered too where nobody is in them yet.
    """
    teaching = (row for row in everybody if row.kind in (RaterKind.PERSON, RaterKind.REFERENCE))
    names = {*list_rater_groups(teaching), *always}
    return [(name, name_raters(name)) for name in sorted(names, key=lambda name: (name != PEOPLE, name))]
