"""Ratings that are there and enter no figure: said, so that a report never looks as if nobody had worked."""

from collections import Counter

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.models import Level, Project, Rating
from annotations.queries.rating_set import COMPARABLE

NO_VALUE = "no value"


def describe_gaps(*, project: Project) -> list[str]:
    """One sentence for each kind of rating that cannot be compared yet."""
    words = {Level.TEXT: _("free text"), NO_VALUE: _("no value")}
    counts = count_gaps(project=project)
    return [
        ngettext(
            "%(count)s rating cannot be compared yet (%(kind)s).",
            "%(count)s ratings cannot be compared yet (%(kind)s).",
            counts[kind],
        )
        % {"count": counts[kind], "kind": word}
        for kind, word in words.items()
        if counts[kind]
    ]


def count_gaps(*, project: Project) -> Counter[str]:
    """How many: texts, and ratings under a criterion where not one has a value."""
    has_value = Q(number__isnull=False) | Q(code__isnull=False) | Q(spans__isnull=False)
    counts: Counter[str] = Counter()
    rows = (
        Rating.objects.filter(project=project, annotation__is_current=True)
        .values_list("criterion__level")
        .annotate(given=Count("pk"), held=Count("pk", filter=has_value))
        .values_list("criterion__level", "criterion_id", "given", "held")
    )
    for level, _criterion, given, held in rows:
        if level not in COMPARABLE:
            counts[level] += given
        elif not held:
            counts[NO_VALUE] += given
    return counts
