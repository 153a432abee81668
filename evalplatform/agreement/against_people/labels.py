"""Labels of a judge against those that are taken for right: recall of each label, and their mean."""

from collections.abc import Hashable
from typing import Unpack

import numpy as np

from evalplatform.agreement.arrays import FloatArray, Labels, encode_labels
from evalplatform.agreement.columns import find_present, take
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.moments import Moments, code_clusters
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings


def balanced_accuracy(
    judge: Labels,
    reference: Labels,
    *,
    missing_as: Hashable | None = None,
    clusters: Labels | None = None,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""Mean over the labels of the share that a judge finds of those whose reference it is.

    Parameters
    ----------
    judge : (n,) labels
    reference : (n,) labels that are taken for right, such as the plurality of people; a unit without one (None, NaN)
        is left out
    missing_as : label that a missing one of the judge counts as; None leaves the unit out
    clusters : (n,) the items that are resampled whole; None: every unit is its own
    interval : `inference` (``these_raters`` or None), `resamples`, `seed`, `confidence`

    Returns
    -------
    Estimate
        In [0, 1]; 1 / labels for a judge who always says the same. ``n`` counts units that have both. Undefined:
        ``no_pairable_units``, ``no_variation`` (the reference has a single label).

    Notes
    -----
    .. math:: \frac{1}{q} \sum_k \frac{n_{kk}}{n_{k \cdot}}

    over the q labels of the reference. Brodersen et al. (2010), 20th International Conference on Pattern Recognition.

    Examples
    --------
    >>> from evalplatform.agreement.against_people import balanced_accuracy
    >>> balanced_accuracy(["y", "n", "n", "n"], ["y", "y", "n", "n"], inference=None).estimate
    0.75
    """
    settings = Settings(**interval)
    if len(judge) != len(reference):
        raise AgreementError("the two sources differ in length")
    given = [
        missing_as if not held else label for label, held in zip(judge, find_present(judge), strict=True)
    ]
    kept = find_present(given) & find_present(reference)
    cluster = code_clusters(clusters, len(given))[kept]
    found, right = take(given, kept), take(reference, kept)
    codes, labels = encode_labels([*map(str, found), *map(str, right)])
    found_codes, right_codes = codes[: len(found)], codes[len(found) :]
    base = start_estimate(
        n=len(found), n_unit="units", level="nominal", excluded={"unpaired": int((~kept).sum())}
    )
    is_right = (right_codes == np.arange(len(labels))[:, None]).astype(np.float64)
    columns = np.concatenate([is_right, is_right * (found_codes == right_codes)])
    return Moments(columns, cluster, _average_recalls, bounds=(0.0, 1.0)).infer(settings, base)


def _average_recalls(sums: FloatArray) -> FloatArray:
    """Of labels that some unit has as its reference; NaN where there is but one."""
    there, hit = np.split(sums, 2)
    recalls = np.divide(hit, there, out=np.zeros_like(hit), where=there > 0)
    labels = (there > 0).sum(axis=0)
    return np.where(labels > 1, recalls.sum(axis=0) / np.maximum(labels, 1), np.nan)
