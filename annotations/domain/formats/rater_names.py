"""What raters are called outside: people of ours by a number, never by a user's name."""

from itertools import count

from annotations.domain.formats.words import STUDY_KINDS
from annotations.models import Origin, Project, Rater, RaterKind


def name_raters(project: Project) -> dict[int, str]:
    """Public name by rater id, one for each rater of a study's kind.

    Judges and imported raters keep theirs; people who work here are rater-1, rater-2, ...
    """
    names: dict[int, str] = {}
    hidden: list[Rater] = []
    taken: set[tuple[str, str]] = set()
    for rater in Rater.objects.filter(project=project).order_by("pk"):
        if is_hidden(rater):
            hidden.append(rater)
            continue
        kind, name = study_kind(rater), rater.name
        if (kind, name) in taken:
            name = f"{name} ({rater.kind})"
        taken.add((kind, name))
        names[rater.pk] = name
    used = {name for _, name in taken}
    free = (name for number in count(1) if (name := f"rater-{number}") not in used)
    return names | {rater.pk: next(free) for rater in hidden}


def is_hidden(rater: Rater) -> bool:
    """Whoever has an account, or had one, is not named; nor is a reviewer behind a reference."""
    is_live = rater.origin == Origin.LIVE
    return rater.user_id is not None or (is_live and rater.kind in (RaterKind.PERSON, RaterKind.REFERENCE))


def study_kind(rater: Rater) -> str:
    """human, llm or gold."""
    return str(rater.attributes.get("rater_kind") or STUDY_KINDS[RaterKind(rater.kind)])
