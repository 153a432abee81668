"""Many questions at once: p-values and e-values adjusted so that false answers stay rare over all of them."""

from collections.abc import Sequence

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.errors import AgreementError


def holm(p_values: Sequence[float] | FloatArray) -> FloatArray:
    r"""Holm's adjusted p-values: rejecting those at most :math:`\alpha` errs anywhere with at most that chance.

    Parameters
    ----------
    p_values : (m,) in [0, 1], of any dependence

    Returns
    -------
    (m,) adjusted p-values in [0, 1], in the order given; empty where none are given

    Notes
    -----
    .. math:: \tilde p_{(k)} = \max_{j \le k} \min(1, (m - j + 1) p_{(j)})

    Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> from evalplatform.agreement.multiplicity import holm
    >>> holm([0.01, 0.04, 0.03]).round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    values = _check(p_values, 1.0, "p-values lie between 0 and 1")
    order = np.argsort(values, kind="stable")
    steps = values[order] * np.arange(len(values), 0, -1)
    return _restore(np.minimum(np.maximum.accumulate(steps), 1.0), order)


def benjamini_yekutieli(p_values: Sequence[float] | FloatArray) -> FloatArray:
    r"""Benjamini and Yekutieli's adjusted p-values: the share of false rejections is at most :math:`\alpha`.

    Parameters
    ----------
    p_values : (m,) in [0, 1], of any dependence

    Returns
    -------
    (m,) adjusted p-values in [0, 1], in the order given; empty where none are given

    Notes
    -----
    .. math:: \tilde p_{(k)} = \min_{j \ge k} \min\Big(1, \frac{m}{j} p_{(j)} \sum_{i=1}^{m} \frac{1}{i}\Big)

    Benjamini and Yekutieli (2001), Annals of Statistics 29, 1165-1188, theorem 1.3.

    Examples
    --------
    >>> from evalplatform.agreement.multiplicity import benjamini_yekutieli
    >>> benjamini_yekutieli([0.01, 0.04, 0.03]).round(4).tolist()
    [0.055, 0.0733, 0.0733]
    """
    values = _check(p_values, 1.0, "p-values lie between 0 and 1")
    return _step_up(values, float((1 / np.arange(1, len(values) + 1)).sum()))


def e_bh(e_values: Sequence[float] | FloatArray) -> FloatArray:
    r"""The smallest level at which e-BH rejects each: the share of false rejections is at most :math:`\alpha`.

    Parameters
    ----------
    e_values : (m,) at least 0, of any dependence, each with a mean of at most 1 where its null is true

    Returns
    -------
    (m,) levels in [0, 1], in the order given: those at most :math:`\alpha` are rejected; empty where none
    are given

    Notes
    -----
    .. math:: \tilde p_{(k)} = \min_{j \ge k} \min\Big(1, \frac{m}{j e_{(j)}}\Big), \quad e_{(1)} \ge e_{(2)} \ge \dots

    Wang and Ramdas (2022), Journal of the Royal Statistical Society B 84, 822-852.

    Examples
    --------
    >>> from evalplatform.agreement.multiplicity import e_bh
    >>> e_bh([100, 2, 40]).round(4).tolist()
    [0.03, 0.5, 0.0375]
    """
    values = _check(e_values, np.inf, "e-values are at least 0")
    return _step_up(np.divide(1.0, values, out=np.full(len(values), np.inf), where=values > 0), 1.0)


def _step_up(p_values: FloatArray, factor: float) -> FloatArray:
    order = np.argsort(p_values, kind="stable")
    steps = p_values[order] * factor * len(p_values) / np.arange(1, len(p_values) + 1)
    return _restore(np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0), order)


def _check(values: Sequence[float] | FloatArray, most: float, wanted: str) -> FloatArray:
    held = np.asarray(values, dtype=np.float64)
    if held.ndim != 1 or not ((held >= 0) & (held <= most)).all():
        raise AgreementError(wanted)
    return held


def _restore(ordered: FloatArray, order: IntArray) -> FloatArray:
    found = np.empty_like(ordered)
    found[order] = ordered
    return found
