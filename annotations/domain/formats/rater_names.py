"""What raters are called outside: people of ours by a number, never by a user's name."""

from annotations.domain.formats.words import STUDY_KINDS
from annotations.models import Origin, Project, Rater, RaterKind


def name_raters(project: Project) -> dict[int, str]:
    """Public name by rater id: as imported or as the judge is called; people who work here are rater-1, rater-2, ..."""
    raters = list(Rater.objects.filter(project=project).order_by("pk"))
    hidden = [rater for rater in raters if is_hidden(rater)]
    names = {rater.pk: rater.name for rater in raters if not is_hidden(rater)}
    taken = set(names.values())
    number = 0
    for rater in hidden:
        number += 1
        while f"rater-{number}" in taken:
            number += 1
        names[rater.pk] = f"rater-{number}"
    return names


def is_hidden(rater: Rater) -> bool:
    """Whoever has an account, or had one, is not named; nor is a reviewer behind a reference."""
    is_live = rater.origin == Origin.LIVE
    return rater.user_id is not None or (is_live and rater.kind in (RaterKind.PERSON, RaterKind.REFERENCE))


def study_kind(rater: Rater) -> str:
    """human, llm or gold."""
    return str(rater.attributes.get("rater_kind") or STUDY_KINDS[RaterKind(rater.kind)])
