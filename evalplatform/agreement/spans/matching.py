"""Agreement of raters on what they mark, in characters or in whole spans."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Literal, Unpack, get_args

import numpy as np

from evalplatform.agreement.arrays import FloatArray, encode_labels
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.moments import Moments
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.spans.marks import Span

Unit = Literal["characters", "spans"]
Marked = tuple[
    Hashable, str, Sequence[Span]
]  # what was marked, by whom, and the spans: none is an answer too


def span_agreement(
    marked: Iterable[Marked],
    *,
    unit: Unit = "characters",
    by_category: bool = False,
    clusters: Mapping[Hashable, Hashable] | None = None,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""F1 of what two raters mark in the same text, pooled over all pairs of raters and all texts.

    Parameters
    ----------
    marked : text, rater and spans, one entry a text and rater; a rater who found nothing gives no span
    unit : ``characters`` counts those that both mark; ``spans`` those that overlap, matched one to one so that as many
        as can be are
    by_category : whether spans must have one category to agree
    clusters : item of each text; None: every text is its own
    interval : `inference` (``these_raters`` or None), `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    Estimate
        In [0, 1]; ``n`` counts pairs of raters on a text. Texts that two raters leave unmarked say nothing of what they
        mark, and count in ``excluded`` as ``both_unmarked``: look at how often they agree that there is an error by
        `percent_agreement`. Undefined: ``no_pairable_units``.

    Notes
    -----
    .. math:: F_1 = \frac{2 \sum |A \cap B|}{\sum |A| + |B|}

    which does not depend on which of the two is taken for right. Chance is not taken off: there is no agreed model of
    marking at random. For spans, Hripcsak and Rothschild (2005), Journal of the American Medical Informatics
    Association 12, 296-298.

    Examples
    --------
    >>> from evalplatform.agreement.spans import Span, span_agreement
    >>> marked = [(1, "ann", [Span(0, 10)]), (1, "bob", [Span(5, 15)]), (2, "ann", []), (2, "bob", [])]
    >>> found = span_agreement(marked, inference=None)
    >>> found.estimate, found.n, dict(found.excluded)
    (0.5, 1, {'both_unmarked': 1})
    >>> span_agreement(marked, unit="spans", inference=None).estimate
    1.0
    """
    if unit not in get_args(Unit):
        raise AgreementError(f"no such unit: {unit}")
    texts = _group(marked)
    rows, items, unmarked = [], [], 0
    for text, by_rater in texts.items():
        for one, other in combinations(sorted(by_rater), 2):
            common, total = _compare(by_rater[one], by_rater[other], unit, by_category=by_category)
            if not total:
                unmarked += 1
                continue
            rows.append((2.0 * common, float(total)))
            items.append(_find_item(text, clusters))
    alone = sum(len(by_rater) == 1 for by_rater in texts.values())
    base = start_estimate(
        n=len(rows), n_unit="pairs", level="nominal", excluded={"both_unmarked": unmarked, "unpaired": alone}
    )
    codes = encode_labels(items)[0] if items else np.zeros(0, dtype=np.int64)
    columns = np.array(rows).T if rows else np.zeros((2, 0))
    return Moments(columns, codes, _divide, bounds=(0.0, 1.0)).infer(Settings(**interval), base)


def _group(marked: Iterable[Marked]) -> dict[Hashable, dict[str, Sequence[Span]]]:
    texts: dict[Hashable, dict[str, Sequence[Span]]] = {}
    for text, rater, spans in marked:
        held = texts.setdefault(text, {})
        if rater in held:
            raise AgreementError(f"{rater!r} marked {text!r} twice: put the spans together")
        held[rater] = spans
    return texts


def _find_item(text: Hashable, clusters: Mapping[Hashable, Hashable] | None) -> Hashable:
    if clusters is None:
        return text
    if text not in clusters:
        raise AgreementError(f"no item is given for {text!r}")
    return clusters[text]


def _compare(one: Sequence[Span], other: Sequence[Span], unit: Unit, *, by_category: bool) -> tuple[int, int]:
    """What both mark, and what each does, added up."""
    kinds = sorted({span.category for span in (*one, *other)}) if by_category else [None]
    common = total = 0
    for kind in kinds:
        held = [[span for span in spans if kind is None or span.category == kind] for spans in (one, other)]
        if unit == "spans":
            common += _match(*held)
            total += len(held[0]) + len(held[1])
        else:
            first, second = (_merge(spans) for spans in held)
            common += sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in first for b in second)
            total += sum(end - start for start, end in (*first, *second))
    return common, total


def _merge(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Start and end of the stretches that spans cover together."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((span.start, span.end) for span in spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _match(one: Sequence[Span], other: Sequence[Span]) -> int:
    """Size of the largest one-to-one matching of overlapping spans."""
    from scipy.optimize import linear_sum_assignment  # scipy is imported on use

    if not one or not other:
        return 0
    overlaps = np.array([[span.overlap(each) > 0 for each in other] for span in one], dtype=np.float64)
    rows, columns = linear_sum_assignment(overlaps, maximize=True)
    return int(overlaps[rows, columns].sum())


def _divide(sums: FloatArray) -> FloatArray:
    found: FloatArray = sums[0] / sums[1]
    return found
