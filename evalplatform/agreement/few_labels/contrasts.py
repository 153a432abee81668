"""Bradley-Terry contrasts from few human labels and many verdicts of a judge."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from evalplatform.agreement.arrays import Labels
from evalplatform.agreement.few_labels.comparisons import Comparisons, read_comparisons
from evalplatform.agreement.few_labels.influence import find_influence, fit_strengths
from evalplatform.agreement.few_labels.powered import Powered, add_limits, check_options
from evalplatform.agreement.few_labels.samples import Numbers
from evalplatform.agreement.few_labels.strengths import Strengths, find_parts, is_connected
from evalplatform.agreement.results import Estimate, Undefined

FEWEST_ITEMS = 10  # of a pair of systems for a contrast to rest on it
EVERYWHERE = (float("-inf"), float("inf"))


def ppi_contrasts(
    first: Sequence[str],
    second: Sequence[str],
    human: Numbers,
    judge: Numbers,
    *,
    items: Labels,
    probabilities: Numbers | None = None,
    power: float | None = None,
    confidence: float = 0.95,
) -> dict[tuple[str, str], Powered]:
    r"""Differences of Bradley-Terry strengths, from people's labels on some comparisons and a judge's on all.

    Parameters
    ----------
    first, second : (n,) names of the two systems of each comparison
    human : (n,) 1 where people let the first win, 0 the second, one half for a tie, or the mean of several
        votes; NaN or None where people were not asked
    judge : (n,) the same by the judge, or the probability that it gives the first
    items : (n,) the item of each comparison, on which the intervals are clustered
    probabilities : (n,) with which probability each comparison was given to people, known beforehand. None:
        people got a simple random sample of the comparisons of each pair; pairs of which they got none are left
        out (``pair_without_labels``)
    power : lambda in [0, 1], the same for all contrasts; None tunes one for each
    confidence : of each interval

    Returns
    -------
    dict
        Pair of systems, in the order of their names, to the strength of the one less that of the other in
        log-odds. What is estimated is the Bradley-Terry model that fits the votes of all people best, be it
        true or not. ``n`` counts human labels. Undefined: ``not_connected`` where the pairs that people
        labelled do not link all systems; ``too_few_items`` where the two are not linked over pairs of which
        each has 10 labelled items or more; ``perfect_separation`` where some system never lost, or never won.

    Notes
    -----
    With xi = 1 where a comparison was labelled and pi its probability, w = xi / pi, x the two systems as 1 and -1:

    .. math:: \sum_u x_u \{ w_u (y_u - \sigma(x_u^\top \beta))
        + \lambda (1 - w_u)(f_u - \sigma(x_u^\top \beta)) \} = 0

    A tie is half a win. Lambda makes the variance of its contrast smallest and is cut to [0, 1]; the variance is
    the sandwich, summed by item and multiplied by L / (L - 1) for L items with labels, the reach Student's t.
    Bradley and Terry (1952), Biometrika 39; Angelopoulos, Duchi and Zrnic (2023), PPI++, section 4 and 6.

    Examples
    --------
    >>> from evalplatform.agreement.few_labels import ppi_contrasts
    >>> human = [1, 0.5, 1, 0, 1, 1, 0, 1, 1, 0.5, 1, 0] + [None] * 12
    >>> judge = [1, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0] + [1, 1, 1, 0] * 3
    >>> found = ppi_contrasts(["x"] * 24, ["y"] * 24, human, judge, items=range(24))["x", "y"]
    >>> round(found.people.estimate, 4), round(found.corrected.estimate, 4), round(found.power, 2)
    (0.6931, 0.9555, 0.67)
    """
    check_options(confidence, power, "student")
    held = read_comparisons(first, second, human, judge, items=items, probabilities=probabilities)
    base = Estimate(
        estimate=None,
        n=held.sample.labels,
        n_unit="labels",
        excluded=held.sample.excluded,
        confidence=confidence,
        inference="these_raters",
    )
    people, judged = (fit_strengths(held, each) for each in (0.0, None))
    names = list(combinations(range(len(held.systems)), 2))
    obstacles = _find_obstacles(held, people)
    found = {}
    for one, other in names:
        key = held.systems[one], held.systems[other]
        alone = None if judged is None else float(judged.at[one] - judged.at[other])
        obstacle = obstacles[one, other]
        if people is None or obstacle:
            nothing = replace(base, undefined=obstacle)
            found[key] = Powered(corrected=nothing, people=nothing, judge=alone, power=0.0, saving=None)
        else:
            found[key] = _contrast(held, people, (one, other), power, base, alone)
    return found


def _find_obstacles(held: Comparisons, people: Strengths | None) -> dict[tuple[int, int], Undefined | None]:
    size = len(held.systems)
    items = held.labelled_items
    linked = is_connected(held.pairs[items > 0], size)
    parts = find_parts(held.pairs[items >= FEWEST_ITEMS], size)

    def name(one: int, other: int) -> Undefined | None:
        if not linked:
            return "not_connected"
        if parts[one] != parts[other]:
            return "too_few_items"
        return "perfect_separation" if people is None else None

    return {(one, other): name(one, other) for one, other in combinations(range(size), 2)}


def _contrast(
    held: Comparisons,
    people: Strengths,
    contrast: tuple[int, int],
    power: float | None,
    base: Estimate,
    judged: float | None,
) -> Powered:
    influence = find_influence(held, people, contrast)
    tuned = influence.tune() if power is None else power
    both = fit_strengths(held, tuned) if tuned else people
    before = influence.variance(0.0)
    alone = _estimate(held, people, contrast, before, base)
    if both is None:
        corrected = replace(base, undefined="perfect_separation")
        return Powered(corrected=corrected, people=alone, judge=judged, power=tuned, saving=None)
    after = find_influence(held, both, contrast).variance(tuned)
    return Powered(
        corrected=_estimate(held, both, contrast, after, base),
        people=alone,
        judge=judged,
        power=tuned,
        saving=1 - after / before if before > 1e-24 else None,
    )


def _estimate(
    held: Comparisons, fit: Strengths, contrast: tuple[int, int], variance: float, base: Estimate
) -> Estimate:
    base = replace(base, estimate=float(fit.at[contrast[0]] - fit.at[contrast[1]]))
    clusters = held.sample.labelled_clusters
    return add_limits(base, variance, clusters=clusters, bounds=EVERYWHERE, reach="student")
