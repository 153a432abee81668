"""A score between the points of a scale, from the probabilities of its points."""

from collections.abc import Mapping
from math import exp, isfinite

from evalplatform.agreement.errors import AgreementError


def probability_weighted_score(log_probabilities: Mapping[float, float]) -> float:
    r"""Mean of the points of a scale, weighted by a judge's probabilities of them.

    Parameters
    ----------
    log_probabilities : natural logarithm of the probability of each point, which need not add to one

    Returns
    -------
    float
        Between the lowest and the highest point given.

    Notes
    -----
    .. math:: \frac{\sum_s s \, p(s)}{\sum_s p(s)}

    Liu et al. (2023), "G-Eval", EMNLP. It is a figure of its own beside the point that the judge wrote: the two
    must not be mixed in one column.

    Examples
    --------
    >>> from evalplatform.agreement.confidence import probability_weighted_score
    >>> round(probability_weighted_score({4: -0.1, 5: -2.5, 3: -4}), 6)
    4.063437
    """
    if not log_probabilities:
        raise AgreementError("no point of the scale has a probability")
    if not all(isfinite(value) for pair in log_probabilities.items() for value in pair):
        raise AgreementError("points and logarithms are finite numbers")
    top = max(log_probabilities.values())
    weights = {point: exp(value - top) for point, value in log_probabilities.items()}
    return sum(point * weight for point, weight in weights.items()) / sum(weights.values())
