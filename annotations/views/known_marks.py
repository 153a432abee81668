"""How far marks may lie from expected ones, in the words of the page: a percentage, or nothing."""

from django.http import QueryDict
from django.utils.translation import gettext as _

from annotations.domain.checking.known_marks import MOST_APART, UNSAID, Share
from annotations.models import Annotation
from annotations.queries.compared import MARKS_APART
from evalplatform.common.errors import Invalid


def read_marks_apart(form: QueryDict, *, expected: Annotation | None) -> Share:
    """The share that was sent, 0 to 1; None where the field was left empty. Raises Invalid.

    The field shows fewer digits than are kept: left as it was shown, it is the share of the answer that stands.
    """
    text = form.get("marks_apart")
    if text is None:
        return UNSAID
    if text.strip() == show_marks_apart(expected, sent=None):
        return _find_share(expected)
    try:
        return float(text.replace(",", ".")) / 100 if text.strip() else None
    except ValueError:
        raise Invalid.at(_("a number from 0 to 100 is wanted"), field="marks_apart") from None


def show_marks_apart(expected: Annotation | None, *, sent: str | None) -> str:
    """What stands in the field: what was sent, else what was said of this known answer, else the usual share."""
    if sent is not None:
        return sent
    share = _find_share(expected)
    return "" if share is None else f"{100 * share:g}"


def _find_share(expected: Annotation | None) -> float | None:
    """What is said of this known answer, else the usual share; None: its marks are not compared."""
    ratings = () if expected is None else expected.ratings.all()
    shares = [(rating.meta or {}).get(MARKS_APART) for rating in ratings if rating.spans is not None]
    return shares[0] if shares else MOST_APART
