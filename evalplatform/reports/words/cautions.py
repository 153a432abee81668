"""What a reader must know before relying on a judge: that it goes by place, or is no more than a specimen."""

from collections.abc import Collection, Iterator, Sequence

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from annotations.views.wording import name_raters
from evalplatform.reports.rows import Row, list_defined
from evalplatform.reports.words.phrases import show_share

LITTLE_CONSISTENCY = 0.5  # below it most verdicts turn with the order
MUCH_BIAS = 0.5  # from it on one place wins most tasks whatever stands there


def flag_positions(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Each judge whose verdict mostly goes by the place of an answer, with the words for it."""
    biased = {row.raters: row for row in list_defined(rows, "primacy") if (row.estimate or 0.0) >= MUCH_BIAS}
    late = {row.raters: row for row in list_defined(rows, "recency") if (row.estimate or 0.0) >= MUCH_BIAS}
    for row in list_defined(rows, "position_consistency"):
        if (row.estimate or 0.0) >= LITTLE_CONSISTENCY:
            continue
        if found := biased.get(row.raters):
            text = _(
                "Position bias: %(rater)s prefers the answer shown first, whichever it is, on %(share)s of %(n)s "
                "tasks seen in both orders, and keeps its verdict on %(kept)s."
            )
        elif found := late.get(row.raters):
            text = _(
                "Position bias: %(rater)s prefers the answer shown second, whichever it is, on %(share)s of %(n)s "
                "tasks seen in both orders, and keeps its verdict on %(kept)s."
            )
        else:
            continue
        yield (
            row.raters,
            text
            % {
                "rater": name_raters(row.raters),
                "share": show_share(found.estimate or 0.0),
                "n": found.n,
                "kept": show_share(row.estimate or 0.0),
            },
        )


def flag_specimens(rows: Sequence[Row], specimens: Collection[str]) -> Iterator[str]:
    """A word on every specimen that has a figure."""
    for raters in dict.fromkeys(row.raters for row in rows if row.raters in specimens):
        text = _(
            "%(rater)s is a weak specimen: it shows how judges work here, and must not stand in for people."
        )
        yield text % {"rater": capfirst(name_raters(raters))}
