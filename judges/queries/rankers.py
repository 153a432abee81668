"""Judges that rank."""

from collections.abc import Collection

from judges.models import Judge, PanelMember, Protocol


def list_ranking_raters(raters: Collection[int]) -> list[int]:
    """Which of these raters (ids) are judges that rank, or panels of such judges."""
    judges = Judge.objects.filter(rater__in=raters, protocol=Protocol.RANKING).values_list("rater", flat=True)
    seats = PanelMember.objects.filter(panel__rater__in=raters, judge__protocol=Protocol.RANKING)
    return sorted({*judges, *seats.values_list("panel__rater", flat=True)})
