"""Items, votes an item, and whom to ask: what a study costs and how much it will tell."""

from collections.abc import Sequence

from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.few_labels.plans import Plan, Question, find_power
from evalplatform.agreement.few_labels.tiers import Tier

MOST_ITEMS = 1_000_000


def plan_labels(
    tiers: Sequence[Tier],
    *,
    items: Sequence[int],
    overlaps: Sequence[int] = (1, 2, 3, 5),
    judged: Sequence[int] = (0,),
    judge_price: float = 0.0,
    effect: float | None = None,
    confidence: float = 0.95,
) -> tuple[Plan, ...]:
    r"""What every combination of raters, items, overlap and judged items costs and tells.

    Parameters
    ----------
    tiers : kinds of rater, each with its price and components. A judge as a tier of its own answers what the
        judge thinks: its narrow interval is not about people
    items, overlaps : numbers of items with votes, and of votes an item, to look at
    judged : numbers of further items that only the judge rates; with 0 no judge is asked at all, else it rates
        the items with votes too
    judge_price : of one verdict
    effect : the mean, or difference of means, that is to be told from 0
    confidence : of the interval, and 1 less the size of the two-sided test

    Returns
    -------
    tuple of Plan
        In the order of tiers, items, overlaps and judged.

    Notes
    -----
    .. math:: V = \frac{1}{n}\Big(\sigma^2_i + \frac{\sigma^2_e}{m}\Big)
        \Big(1 - \rho_m^2 \frac{N}{N + n}\Big) + \frac{\sigma^2_r}{n_r}, \quad
        \rho_m^2 = \rho^2 \frac{\sigma^2_i + \sigma^2_e}{\sigma^2_i + \sigma^2_e / m}

    for n items of m votes, N other items with verdicts, n_r raters. The half-width is z sqrt(V), the power that
    of the test by z. Brennan (2001), Generalizability Theory; Angelopoulos, Duchi and Zrnic (2023), PPI++.

    Examples
    --------
    >>> from evalplatform.agreement.few_labels import CROWD_PRICE, EXPERT_PRICE, Components, Tier, plan_labels
    >>> crowd = Tier(name="crowd", price=CROWD_PRICE, components=Components(item=0.05, residual=0.20))
    >>> expert = Tier(name="expert", price=EXPERT_PRICE, components=Components(item=0.05, residual=0.10))
    >>> plans = plan_labels([crowd, expert], items=[200], overlaps=[1, 3], effect=0.1)
    >>> [(plan.tier, plan.overlap, plan.cost, round(plan.half_width, 3)) for plan in plans[:3]]
    [('crowd', 1, 100.0, 0.069), ('crowd', 3, 300.0, 0.047), ('expert', 1, 2000.0, 0.054)]
    >>> [round(plan.power, 2) for plan in plans[:3]]
    [0.81, 0.99, 0.95]
    """
    _check((*items, *overlaps), judged, judge_price, confidence)
    question = Question(judge_price=judge_price, effect=effect, confidence=confidence)
    return tuple(
        question.make_plan(tier, n, overlap, others)
        for tier in tiers
        for n in items
        for overlap in overlaps
        for others in judged
    )


def find_cheapest_plan(
    tiers: Sequence[Tier],
    *,
    half_width: float | None = None,
    power: float | None = None,
    effect: float | None = None,
    overlaps: Sequence[int] = (1, 2, 3, 5),
    judged: Sequence[int] = (0,),
    judge_price: float = 0.0,
    most_items: int = MOST_ITEMS,
    confidence: float = 0.95,
) -> Plan | None:
    """The cheapest study whose interval is narrow enough, or that finds an effect often enough.

    Parameters
    ----------
    half_width : what the interval may reach to either side at most
    power, effect : the chance with which this effect is to be told from 0. One of the two wishes, or both
    tiers, overlaps, judged, judge_price, confidence : as `plan_labels` has them
    most_items : items that there are

    Returns
    -------
    Plan or None
        For each tier, overlap and number of judged items the fewest items that will do, 30 at least; of these
        plans the cheapest, and of two that cost the same the one with more items. None where no number of items
        would do: more items do not help against raters who differ.

    Examples
    --------
    >>> from evalplatform.agreement.few_labels import CROWD_PRICE, Components, Tier, find_cheapest_plan
    >>> held = Components(item=0.05, residual=0.20)
    >>> crowd = Tier(name="crowd", price=CROWD_PRICE, components=held, correlation=0.4)
    >>> alone = find_cheapest_plan([crowd], half_width=0.05)
    >>> alone.items, alone.overlap, alone.cost
    (385, 1, 192.5)
    >>> find_cheapest_plan([crowd], half_width=0.05, judged=[0, 2000], judge_price=0.001).cost
    168.332
    """
    _check((*overlaps, most_items), judged, judge_price, confidence)
    if half_width is None and (power is None or effect is None):
        raise AgreementError("say which half-width, or which power for which effect")
    if (half_width is not None and not half_width > 0) or (power is not None and not 0 < power < 1):
        raise AgreementError("a half-width is above 0, and a power between 0 and 1")
    question = Question(judge_price=judge_price, effect=effect, confidence=confidence)

    def will_do(plan: Plan) -> bool:
        is_narrow = half_width is None or plan.half_width <= half_width
        return is_narrow and (power is None or plan.power is None or plan.power >= power)

    choices = [(tier, overlap, others) for tier in tiers for overlap in overlaps for others in judged]
    searched = (question.find_smallest(*choice, most_items, will_do) for choice in choices)
    return min(
        (plan for plan in searched if plan is not None),
        key=lambda plan: (plan.cost, -plan.items),
        default=None,
    )


def power_curve(
    tier: Tier,
    *,
    items: int,
    overlap: int,
    effects: Sequence[float],
    judged: int = 0,
    confidence: float = 0.95,
) -> tuple[float, ...]:
    """Chance with which a study tells each effect from 0, in the order of the effects.

    Parameters
    ----------
    tier, items, overlap, judged : the study, as `plan_labels` has them
    effects : means, or differences of means
    confidence : 1 less the size of the two-sided test

    Returns
    -------
    tuple of float
        In [0, 1]; an effect of 0 is told from 0 with a chance of 1 - confidence.

    Examples
    --------
    >>> from evalplatform.agreement.few_labels import Components, Tier, power_curve
    >>> crowd = Tier(name="crowd", price=0.5, components=Components(item=0.05, residual=0.20))
    >>> [round(power, 3) for power in power_curve(crowd, items=200, overlap=1, effects=[0, 0.05, 0.1])]
    [0.05, 0.293, 0.807]
    """
    _check((items, overlap), (judged,), 0.0, confidence)
    error = tier.variance(items, overlap, judged) ** 0.5
    return tuple(find_power(effect, error, confidence) for effect in effects)


def _check(counts: Sequence[int], judged: Sequence[int], price: float, confidence: float) -> None:
    if min(counts, default=1) < 1 or min(judged, default=0) < 0 or not price >= 0:
        raise AgreementError("a plan has one item and one vote at least, and no negative number or price")
    if not 0 < confidence < 1:
        raise AgreementError("confidence lies between 0 and 1")
