"""How much each member of a panel should count, learnt from human labels without seeing the label of what it scores."""

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray, Labels
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.moments import read_column
from evalplatform.agreement.panels.verdicts import NEITHER, Votes, read_votes

SHRINKAGE = 10.0
ROUNDING = 1e-9


def learn_weights(
    votes: Votes,
    labels: Labels,
    *,
    signed: bool = False,
    shrinkage: float = SHRINKAGE,
    centre: float | None = NEITHER,
) -> FloatArray:
    r"""Weights of a panel's members by least squares, drawn towards equal ones.

    Parameters
    ----------
    votes : (units, judges) as for `panel_verdicts`
    labels : (units,) what people say, on the same scale; a unit without a label or without everybody's vote teaches
        nothing
    signed : let a judge that is wrong more often than right count for the other side; else it counts for nothing
    shrinkage : how strongly weights are drawn together: as strongly as so many labels pull them apart
    centre : what no side is taken by (one half for preferences); None: the mean of each column, for scores

    Returns
    -------
    (judges,) floats
        Absolute values sum to one. Equal where nothing can be learnt: no label, or nobody is of use.

    Notes
    -----
    .. math:: \min_w \sum_u \Big(y_u - \sum_j w_j x_{uj}\Big)^2 + \lambda \sum_j (w_j - \bar w)^2

    Breiman (1996), "Stacked regressions", Machine Learning 24, 49-64, who bounds weights by zero for the same end;
    the penalty is that of ridge regression towards a common value.

    Examples
    --------
    >>> from evalplatform.agreement.panels import learn_weights
    >>> votes = [[1, 0], [0, 1], [1, 1], [0, 0]] * 50
    >>> learn_weights(votes, [1, 0, 1, 0] * 50).round(2).tolist()
    [0.98, 0.02]
    >>> learn_weights(votes, [None] * 200).tolist()
    [0.5, 0.5]
    """
    held, right = read_votes(votes), read_column(labels, "labels")
    if len(held) != len(right):
        raise AgreementError("the columns differ in length")
    if not shrinkage >= 0:
        raise AgreementError("shrinkage is 0 or more")
    return _learn(held, right, signed=signed, shrinkage=shrinkage, centre=centre)


def cross_fit_weights(
    votes: Votes,
    labels: Labels,
    folds: Labels,
    *,
    signed: bool = False,
    shrinkage: float = SHRINKAGE,
    centre: float | None = NEITHER,
) -> FloatArray:
    """Weights for each unit, learnt from the labels of all other folds.

    Parameters
    ----------
    votes, labels, signed, shrinkage, centre : as for `learn_weights`
    folds : (units,) name of each unit's fold; all units of an item belong in one

    Returns
    -------
    (units, judges) floats
        Rows of a fold are alike. No unit's weights depend on a label of its own fold.

    Notes
    -----
    Cross-fitting: Chernozhukov et al. (2018), The Econometrics Journal 21, C1-C68.

    Examples
    --------
    >>> from evalplatform.agreement.panels import cross_fit_weights
    >>> votes = [[1, 0], [0, 1], [1, 1], [0, 0]] * 50
    >>> cross_fit_weights(votes, [1, 0, 1, 0] * 50, [0, 1] * 100)[:2].round(2).tolist()
    [[0.95, 0.05], [0.95, 0.05]]
    """
    held, right = read_votes(votes), read_column(labels, "labels")
    if not len(held) == len(right) == len(folds):
        raise AgreementError("the columns differ in length")
    found = np.empty_like(held)
    named = list(folds)
    for fold in set(named):
        inside = np.array([name == fold for name in named], dtype=np.bool_)
        found[inside] = learn_weights(
            held, np.where(inside, np.nan, right), signed=signed, shrinkage=shrinkage, centre=centre
        )
    return found


def deal_folds(clusters: IntArray, folds: int, seed: int) -> IntArray:
    """The fold of each row: clusters (codes from 0 on) are dealt whole, as evenly as they go."""
    count = int(clusters.max(initial=-1)) + 1
    return np.random.Generator(np.random.PCG64(seed)).permutation(count)[clusters] % folds


def _learn(
    votes: FloatArray, labels: FloatArray, *, signed: bool, shrinkage: float, centre: float | None
) -> FloatArray:
    judges = votes.shape[1]
    equal = np.full(judges, 1 / judges)
    taught = ~np.isnan(votes).any(axis=1) & ~np.isnan(labels)
    if not taught.any():
        return equal
    x, y = votes[taught], labels[taught]
    x, y = (x - x.mean(axis=0), y - y.mean()) if centre is None else (x - centre, y - centre)
    scale = float(np.sqrt(np.mean(x**2)))
    if scale == 0:
        return equal
    apart = np.sqrt(shrinkage) * (np.eye(judges) - 1 / judges)
    design, target = np.vstack([x / scale, apart]), np.concatenate([y / scale, np.zeros(judges)])
    weights = np.linalg.lstsq(design, target)[0] if signed else _solve_above_zero(design, target)
    total = float(np.abs(weights).sum())
    return weights / total if total > ROUNDING else equal


def _solve_above_zero(design: FloatArray, target: FloatArray) -> FloatArray:
    from scipy.optimize import nnls  # scipy is imported on use

    found: FloatArray = nnls(design, target)[0]
    return found
