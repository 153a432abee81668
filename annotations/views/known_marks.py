"""How far marks may lie from expected ones, in the words of the page: a percentage, or nothing."""

from django.http import QueryDict
from django.utils.translation import gettext as _

from annotations.domain.checking.known_marks import MOST_APART
from annotations.models import Annotation
from annotations.queries.compared import MARKS_APART
from evalplatform.common.errors import Invalid


def read_marks_apart(form: QueryDict) -> float | None:
    """The share that was sent, 0 to 1; None where the field was left empty. Raises Invalid."""
    text = form.get("marks_apart")
    if text is None:
        return MOST_APART
    try:
        return float(text.replace(",", ".")) / 100 if text.strip() else None
    except ValueError:
        raise Invalid.at(_("a number from 0 to 100 is wanted"), field="marks_apart") from None


def show_marks_apart(expected: Annotation | None, *, sent: str | None) -> str:
    """What stands in the field: what was sent, else what was said of this known answer, else the usual share."""
    if sent is not None:
        return sent
    shares: list[float | None] = [MOST_APART]
    if expected is not None:
        shares = [
            (rating.meta or {}).get(MARKS_APART)
            for rating in expected.ratings.all()
            if rating.spans is not None
        ]
    share = next(iter(shares), MOST_APART)
    return "" if share is None else f"{100 * share:g}"
