"""Intraclass correlations in six forms."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.cells import Cells, count_per_unit, gather_cells
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import infer, refuse_slots, start_estimate
from evalplatform.agreement.limits import MOST_LEFT_OUT
from evalplatform.agreement.reliability.grids import make_grid, read_numbers
from evalplatform.agreement.reliability.intraclass_limits import limit_freely, limit_normal
from evalplatform.agreement.reliability.mean_squares import NO_ERROR, MeanSquares, OneWay, TwoWay
from evalplatform.agreement.results import Estimate, Inference, Undefined
from evalplatform.agreement.settings import Settings
from evalplatform.agreement.shares import divide
from evalplatform.agreement.table import RatingTable

IccForm = Literal["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]
ICC_FORMS: tuple[IccForm, ...] = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")


def intraclass_correlation(
    table: RatingTable,
    form: IccForm,
    *,
    normal: bool = False,
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> Estimate:
    r"""Intraclass correlation: share of the variance of ratings that lies between units.

    Parameters
    ----------
    table : numeric ratings without weights. ``ICC(1,·)`` takes the units with two ratings or more; the others
        take the units that every rater of the table rated, and the mean of repeats
    form : ``ICC(1,·)`` each unit has raters of its own, ``ICC(2,·)`` raters drawn from a population rate all
        units, ``ICC(3,·)`` these very raters do, and what they differ by throughout does not count; ``1`` for
        a single rating, ``k`` for the mean of as many as there are
    normal : take the interval from the F distribution, as Shrout and Fleiss did, which holds where units and
        errors are normal
    confidence : coverage of the interval
    resamples, seed : of the item bootstrap, which makes the interval where an item has several units

    Returns
    -------
    Estimate
        At most 1; ``n`` counts units. Its `inference` is that of the model: other raters in the first two
        forms, these raters in the third and wherever items are resampled. Undefined: ``no_pairable_units``,
        ``too_few_items`` (a single unit), ``no_variation``, ``raters_are_slots`` in the second and third form,
        which depend on who sits in which slot. No interval: ``too_few_disagreements`` where raters never
        differ.

    Notes
    -----
    With mean squares BMS of units, WMS within units, JMS of raters and EMS of the rest, n units, k raters:

    .. math:: \frac{BMS - WMS}{BMS + (k-1) WMS}, \quad
        \frac{BMS - EMS}{BMS + (k-1) EMS + k (JMS - EMS) / n}, \quad
        \frac{BMS - EMS}{BMS + (k-1) EMS}

    and for means of k ratings (BMS - WMS) / BMS, (BMS - EMS) / (BMS + (JMS - EMS) / n), (BMS - EMS) / BMS.
    Shrout and Fleiss (1979), Psychological Bulletin 86, 420-428. Intervals suppose nothing of the distribution of
    units and errors. Those of the first and the third form leave out one unit at a time from log(BMS / WMS) or
    log(BMS / EMS): Student's t, whose reach is never shorter than with its skewness taken out (Hall 1992, Journal
    of the Royal Statistical Society B 54, 221-228). Those of the second form lay such limits of BMS / EMS, at all
    levels of confidence, against those of JMS / EMS from the F distribution that normal raters give it: a
    generalized interval (Weerahandi 1993, Journal of the American Statistical Association 88, 899-905). Where
    units are exponential, the F distribution's intervals of 95 % (`normal`) hold the value in 74 to 89 % of cases.
    Units with unlike numbers of ratings, in the first form: k is Donner and Koval's (1980) mean, and the interval
    is approximate.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, intraclass_correlation
    >>> ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> rows = [(unit, f"r{k}", value) for unit, row in enumerate(ratings) for k, value in enumerate(row)]
    >>> table = RatingTable.from_records(rows, level="interval")
    >>> [round(intraclass_correlation(table, form).estimate, 2) for form in ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)")]
    [0.17, 0.29, 0.71]
    """
    if form not in ICC_FORMS:
        raise AgreementError(f"no such form of the intraclass correlation: {form}")
    settings = Settings(inference="these_raters", resamples=resamples, seed=seed, confidence=confidence)
    figure, base = _lay_out(table, form)
    if form[4] != "1" and len(figure.cells.slots):
        return refuse_slots(base, replace(settings, inference=name_inference(form)))
    if int(figure.multiplicity.sum()) < base.n:
        return infer(figure, settings, base)
    if len(figure.multiplicity) > MOST_LEFT_OUT and form[4] != "2" and not normal:
        return replace(infer(figure, settings, base), inference=name_inference(form))
    found = infer(figure, replace(settings, inference=None), base)
    found = replace(found, inference=name_inference(form))
    return found if found.estimate is None else _add_limits(found, figure, confidence, normal=normal)


def name_inference(form: IccForm) -> Inference:
    """To whom the model of a form carries over."""
    return "these_raters" if form[4] == "3" else "rater_population"


class Intraclass:
    """One form of the intraclass correlation as a function of the weights of items."""

    bounds = edges = (-np.inf, 1.0)
    scarce: tuple[Undefined, Undefined] = ("too_few_disagreements", "no_variation")
    is_centred = False

    def __init__(self, layout: OneWay | TwoWay, form: IccForm) -> None:
        self.layout = layout
        self.form = form

    @property
    def cells(self) -> Cells:
        return self.layout.cells

    @property
    def multiplicity(self) -> IntArray:
        return self.cells.multiplicity

    @property
    def size(self) -> int:
        return self.layout.columns

    @property
    def undefined(self) -> Undefined:
        whole = self.mean_squares
        return "too_few_items" if float(whole.units[0]) < 2 else "no_variation"

    @property
    def mean_squares(self) -> MeanSquares:
        return self.layout.under(self.multiplicity[:, None].astype(np.float64))

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        return correlate(self.layout.under(items), self.form)

    def scarcities(self) -> Sequence[tuple[Undefined, int]]:
        return (("too_few_disagreements", int(self.multiplicity[self.layout.varied > NO_ERROR].sum())),)


def correlate(squares: MeanSquares, form: IccForm) -> FloatArray:
    """The intraclass correlation of given mean squares, (resamples,)."""
    k, n = squares.raters, squares.units
    above = squares.between - squares.error
    columns = (squares.columns - squares.error) / n if form[4] == "2" else np.zeros_like(n)
    if form.endswith("k)"):
        return divide(above, squares.between + columns)
    return divide(above, squares.between + (k - 1) * squares.error + k * columns)


def _lay_out(table: RatingTable, form: IccForm) -> tuple[Intraclass, Estimate]:
    if form[4] != "1":
        grid = make_grid(table)
        excluded = {**table.excluded, "incomplete": grid.left_out}
        base = start_estimate(n=grid.units, n_unit="units", excluded=excluded, level="interval")
        return Intraclass(TwoWay(grid), form), base
    numbers = read_numbers(table)
    ratings = count_per_unit(table)
    figure = Intraclass(OneWay(gather_cells(table, ratings >= 2), numbers), form)
    excluded = {**table.excluded, "unpaired": int((ratings == 1).sum())}
    n = int((ratings >= 2).sum())
    return figure, start_estimate(n=n, n_unit="units", excluded=excluded, level="interval")


def _add_limits(found: Estimate, figure: Intraclass, confidence: float, *, normal: bool) -> Estimate:
    squares = figure.mean_squares
    if float(squares.error[0]) <= NO_ERROR:
        return replace(found, undefined="too_few_disagreements")
    if float(squares.between[0]) <= NO_ERROR:
        return replace(found, undefined="no_variation")
    limit = limit_normal if normal else limit_freely
    method, limits = limit(figure.layout, figure.form, confidence)
    if limits is None:
        return replace(found, undefined="too_few_items")
    low, high = limits
    if figure.form.endswith("k)"):
        k = float(squares.raters[0])
        if not 1 + (k - 1) * low > NO_ERROR:  # the mean of k raters then has no lower limit
            return replace(found, undefined="too_few_items")
        low, high = (k * limit / (1 + (k - 1) * limit) for limit in (low, high))
    return replace(found, low=low, high=min(high, 1.0), method=method)
