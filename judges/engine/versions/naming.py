"""Names of judges: a name is one model asked by one protocol; whatever else is changed makes its next version."""

import re

from django.db.models import Q
from django.utils.translation import gettext as _

from annotations.models import Project, Rater
from evalplatform.common.errors import Conflict, Invalid
from judges.models import Judge

LONGEST_NAME = 200
_NUMBERED = re.compile(r"@[0-9]{1,6}\Z")


def list_versions(*, project: Project, name: str) -> list[Judge]:
    """The judges made under this name, the newest first: `strict@3`, `strict@2`, `strict`."""
    named = Q(rater__name=name) | Q(rater__name__startswith=f"{name}@")
    held = Judge.objects.select_related("rater", "project", "connection", "prompt")
    found = [judge for judge in held.filter(named, project=project) if _read_number(judge.rater.name, name)]
    return sorted(found, key=lambda judge: -_read_number(judge.rater.name, name))


def name_next(judge: Judge, name: str, versions: list[Judge]) -> str:
    """What a new judge is called that was asked for by this name; `versions` are those that have it already.

    Raises Conflict where the name is another model's or protocol's, or is itself that of a version.
    """
    if not versions:
        return name
    if _NUMBERED.search(name):
        base = _NUMBERED.sub("", name)
        raise Conflict(
            _(
                "There is another judge named %(name)s, and judges never change: ask for %(base)s, "
                "and this one is its next version."
            )
            % {"name": name, "base": base}
        )
    if any(_describe_source(held) != _describe_source(judge) for held in versions):
        raise Conflict(
            _(
                "There is another judge named %(name)s, of another model or protocol. Judges never change: "
                "give this one a new name."
            )
            % {"name": name}
        )
    taken = Rater.objects.filter(project=judge.project, name__startswith=f"{name}@")
    numbers = (_read_number(each, name) for each in taken.values_list("name", flat=True))
    following = f"{name}@{max(numbers, default=1) + 1}"
    if len(following) > LONGEST_NAME:
        raise Invalid.at(_("is too long for a further version"), field="name")
    return following


def tell_of_version(judge: Judge, asked: str) -> str:
    """In words, that a judge is another version than the first of the name it was asked for by, or nothing."""
    if judge.rater.name == asked:
        return ""
    return _(
        "There is a judge named %(asked)s that is asked in another way. Judges never change, so this one is %(name)s: "
        "the same model and protocol, another version."
    ) % {"asked": asked, "name": judge.rater.name}


def _read_number(name: str, base: str) -> int:
    """Which version of `base` this is; 0 where it is none."""
    if name == base:
        return 1
    number = name.removeprefix(base)
    return int(number[1:]) if name.startswith(base) and _NUMBERED.fullmatch(number) else 0


def _describe_source(judge: Judge) -> list[str]:
    held = judge.connection
    account = [held.provider, held.base_url] if held else []
    return [judge.protocol, judge.builtin, judge.model, *account]
