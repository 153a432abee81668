"""Agreement of any number of raters, corrected for chance in four ways."""

from typing import Unpack

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.cells import Cells, can_be_pooled, count_per_unit, gather_cells, gather_rated
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import infer, refuse_slots, start_estimate
from evalplatform.agreement.preferences import Rule, apply_rule
from evalplatform.agreement.reliability.chance import Chance, ChanceCorrected
from evalplatform.agreement.reliability.weighting import Weighting, make_credit
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.sharing import shared
from evalplatform.agreement.table import RatingTable


def fleiss_kappa(
    table: RatingTable,
    *,
    weights: Weighting | None = None,
    rule: Rule | None = None,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""Fleiss' kappa: chance from the share of each category over all units.

    Parameters
    ----------
    table : ratings, with any of them missing; who gave them does not matter
    weights : credit between two categories: falling with the distance of their numbers (of their places,
        where they are words), with its square, or with the number of pairs of the categories from one to the
        other (``ordinal``); None: none
    rule : how inconsistent preferences count, see `apply_rule`; under ``disagree`` two of them agree in nothing
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    Estimate
        At most 1, 0 at chance; ``n`` counts units with two ratings or more. Undefined:
        ``no_pairable_units``, ``no_variation`` (a single value in all units).

    Notes
    -----
    .. math:: \kappa = \frac{p_a - p_e}{1 - p_e}, \quad
        p_a = \frac{1}{n'} \sum_{m_u \ge 2} \sum_k \frac{n_{uk} (\sum_l w_{kl} n_{ul} - 1)}{m_u (m_u - 1)}, \quad
        p_e = \sum_{kl} w_{kl} \pi_k \pi_l, \quad \pi_k = \frac{1}{n} \sum_u \frac{n_{uk}}{m_u}

    with n_uk ratings of unit u in category k, m_u ratings of it in all, n units and n' with a pair: a unit
    rated once has a part in the shares only. Fleiss (1971), Psychological Bulletin 76, 378-382; with weights
    and missing ratings Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition. Two raters: Scott's pi.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, fleiss_kappa
    >>> rows = [(1, "x", "a"), (1, "y", "a"), (2, "x", "a"), (2, "y", "b"), (3, "x", "b"), (3, "y", "b")]
    >>> table = RatingTable.from_records(rows, level="nominal")
    >>> round(fleiss_kappa(table, inference=None).estimate, 4)
    0.3333
    """
    return _infer_chance(table, "shared", weights, rule, Settings(**interval))


def conger_kappa(
    table: RatingTable,
    *,
    weights: Weighting | None = None,
    rule: Rule | None = None,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""Conger's kappa: chance from each rater's own use of the categories, over pairs of raters.

    Parameters
    ----------
    table : ratings, with any of them missing
    weights, rule : as for `fleiss_kappa`
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    Estimate
        At most 1, 0 at chance; ``n`` counts units with two ratings or more. Undefined:
        ``no_pairable_units``, ``no_variation``, ``too_few_raters`` (all ratings by one), ``raters_are_slots``.

    Notes
    -----
    .. math:: p_e = \frac{1}{r (r - 1)} \sum_{g \ne h} \sum_{kl} w_{kl} p_{gk} p_{hl}

    with p_gk the share of category k in the ratings of rater g, units rated once included: unlike Fleiss' kappa
    it depends on which rater gave a lone rating. Conger (1980), Psychological Bulletin 88, 322-328; with
    weights and missing ratings Gwet (2014). Two raters: Cohen's kappa.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, conger_kappa
    >>> rows = [(1, "x", "a"), (1, "y", "a"), (2, "x", "a"), (2, "y", "b"), (3, "x", "b"), (3, "y", "b")]
    >>> table = RatingTable.from_records(rows, level="nominal")
    >>> round(conger_kappa(table, inference=None).estimate, 4)
    0.4
    """
    return _infer_chance(table, "own", weights, rule, Settings(**interval))


def brennan_prediger(
    table: RatingTable,
    *,
    weights: Weighting | None = None,
    rule: Rule | None = None,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""Brennan and Prediger's coefficient: by chance all categories are equally likely.

    Parameters
    ----------
    table : ratings, with any of them missing; the whole scale of the table counts, used or not
    weights, rule : as for `fleiss_kappa`
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    Estimate
        At most 1, 0 at chance; ``n`` counts units with two ratings or more. Undefined:
        ``no_pairable_units``, ``no_variation`` (a scale of one category).

    Notes
    -----
    .. math:: p_e = \frac{1}{q^2} \sum_{kl} w_{kl}

    with q categories; 1/q without weights. Brennan and Prediger (1981), Educational and Psychological
    Measurement 41, 687-699; also Bennett's S and Randolph's free-marginal kappa; with weights and missing
    ratings Gwet (2014).

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, brennan_prediger
    >>> rows = [(1, "x", "a"), (1, "y", "a"), (2, "x", "a"), (2, "y", "b")]
    >>> brennan_prediger(RatingTable.from_records(rows, level="nominal"), inference=None).estimate
    0.0
    """
    return _infer_chance(table, "uniform", weights, rule, Settings(**interval))


def weighted_agreement(
    table: RatingTable,
    *,
    weights: Weighting | None = "linear",
    rule: Rule | None = None,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""Mean credit of the pairs of ratings of the same unit: observed agreement, with nothing taken off for chance.

    Parameters
    ----------
    table : ratings, with any of them missing
    weights, rule : as for `fleiss_kappa`
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    Estimate
        In [0, 1]; ``n`` counts units with two ratings or more. Undefined: ``no_pairable_units``.

    Notes
    -----
    .. math:: p_a = \frac{1}{n} \sum_u \frac{\sum_k n_{uk} (\sum_l w_{kl} n_{ul} - 1)}{m_u (m_u - 1)}

    what the kappas of this module correct for chance; without weights the macro mean of `percent_agreement`.
    Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, weighted_agreement
    >>> rows = [(1, "x", 1), (1, "y", 2), (2, "x", 3), (2, "y", 3)]
    >>> weighted_agreement(RatingTable.from_records(rows, level="ordinal"), inference=None).estimate
    0.75
    """
    return _infer_chance(table, "nothing", weights, rule, Settings(**interval))


def gwet_ac1(
    table: RatingTable, *, rule: Rule | None = None, **interval: Unpack[IntervalOptions]
) -> Estimate:
    r"""Gwet's AC1: stays near the share of agreement where nearly all ratings are in one category.

    Parameters
    ----------
    table : ratings, with any of them missing; the whole scale of the table counts, used or not
    rule : how inconsistent preferences count, see `apply_rule`
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    Estimate
        At most 1, 0 at chance; ``n`` counts units with two ratings or more. Undefined:
        ``no_pairable_units``, ``no_variation`` (a scale of one category).

    Notes
    -----
    .. math:: p_e = \frac{1}{q - 1} \sum_k \pi_k (1 - \pi_k)

    with the shares and the agreement of `fleiss_kappa`. Gwet (2008), British Journal of Mathematical and
    Statistical Psychology 61, 29-48.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, fleiss_kappa, gwet_ac1
    >>> rows = [(unit, rater, "yes") for unit in range(9) for rater in "xy"] + [(9, "x", "yes"), (9, "y", "no")]
    >>> table = RatingTable.from_records(rows, level="nominal")
    >>> [round(figure(table, inference=None).estimate, 4) for figure in (fleiss_kappa, gwet_ac1)]
    [-0.0526, 0.8895]
    """
    return _infer_chance(table, "gwet", None, rule, Settings(**interval))


def gwet_ac2(
    table: RatingTable,
    *,
    weights: Weighting = "ordinal",
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""Gwet's AC2: AC1 with credit for values that lie near each other.

    Parameters
    ----------
    table : ratings, with any of them missing; the whole scale of the table counts, used or not
    weights : as for `fleiss_kappa`
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    Estimate
        At most 1, 0 at chance; ``n`` counts units with two ratings or more. Undefined:
        ``no_pairable_units``, ``no_variation`` (a scale of one category).

    Notes
    -----
    .. math:: p_e = \frac{\sum_{kl} w_{kl}}{q (q - 1)} \sum_k \pi_k (1 - \pi_k)

    with the shares and the agreement of `fleiss_kappa`. Gwet (2014), Handbook of Inter-Rater Reliability, 4th
    edition. The ordinal weights are not the ordinal distance of Krippendorff's alpha, which depends on how
    often each value was given.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, gwet_ac2
    >>> rows = [(1, "x", 1), (1, "y", 2), (2, "x", 2), (2, "y", 2), (3, "x", 3), (3, "y", 3)]
    >>> table = RatingTable.from_records(rows, level="ordinal")
    >>> round(gwet_ac2(table, inference=None).estimate, 4)
    0.7372
    """
    if weights is None:
        raise AgreementError("AC2 has weights; without them it is AC1")
    return _infer_chance(table, "gwet", weights, None, Settings(**interval))


def _infer_chance(
    table: RatingTable, chance: Chance, weights: Weighting | None, rule: Rule | None, settings: Settings
) -> Estimate:
    held = apply_rule(table, rule)
    if held.unmatched and weights is not None:
        raise AgreementError("a value that equals nothing has a place at the nominal level only")
    cells = _gather(held, chance, crossed=settings.crossed)
    base = start_estimate(
        n=int((count_per_unit(held) >= 2).sum()),
        n_unit="units",
        level="nominal" if weights is None else "ordinal",
        rule=rule,
        excluded=held.excluded,
    )
    if chance == "own" and len(cells.slots):
        return refuse_slots(base, settings)
    figure = ChanceCorrected(cells, credit=_give_credit(held, weights), chance=chance)
    return infer(figure, settings, base)


def _gather(table: RatingTable, chance: Chance, *, crossed: bool) -> Cells:
    """Ratings of all units; units pooled as alike have the same of each rater where each has chances of its own."""
    if chance == "own" and not crossed and can_be_pooled(table):
        return gather_cells(table, count_per_unit(table) > 0, side=table.rater)
    return gather_rated(table, 1, crossed=crossed)


@shared
def _give_credit(table: RatingTable, weights: Weighting | None) -> FloatArray:
    credit: FloatArray = make_credit(len(table.categories), weights, table.numbers) * table.matchable
    return credit
