"""Probabilities in bins, each with what came true: the reliability diagram and the errors read from it."""

from dataclasses import asdict, dataclass
from typing import Literal, get_args

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray, Labels
from evalplatform.agreement.confidence.outcomes import Outcomes
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.results import Undefined

Binning = Literal["equal_width", "equal_mass"]
DRAWS = 1000
BLOCK = 2**21  # numbers held at once
MOST_BINS = 1000
ROUNDING = 1e-12  # the same error summed in another order is no larger one


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One bar of a reliability diagram.

    Parameters
    ----------
    low, high : edges; the upper one belongs to the bin
    confidence : mean probability in it
    rate : share that came true
    n : how many fall in it
    """

    low: float
    high: float
    confidence: float
    rate: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationError:
    """How far probabilities are from what comes true.

    Parameters
    ----------
    ece : expected calibration error, in [0, 1]; biased upwards
    mce : largest gap of a bin, in [0, 1]
    null_mean, null_high : mean and 95th percentile of `ece` if the probabilities were right: what chance alone gives
    debiased : root mean squared calibration error with the bias of its bins taken off, in [0, 1]
    n : pairs of a probability and an outcome
    bins : those that hold something, from low to high
    undefined : ``no_pairable_units``: nothing to work with
    """

    ece: float | None
    mce: float | None
    null_mean: float | None
    null_high: float | None
    debiased: float | None
    n: int
    bins: tuple[Bin, ...] = ()
    undefined: Undefined | None = None

    @property
    def exceeds_chance(self) -> bool:
        """Whether right probabilities would hardly have given such an error."""
        return self.ece is not None and self.null_high is not None and self.ece > self.null_high + ROUNDING

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


def calibration_error(
    probabilities: Labels,
    outcomes: Labels,
    *,
    bins: int = 10,
    binning: Binning = "equal_width",
    draws: int = DRAWS,
    seed: int = 0,
) -> CalibrationError:
    r"""Expected and largest calibration error, beside what right probabilities would give.

    There is no interval: percentiles of resamples lie above a biased figure. Decide by `exceeds_chance`, `debiased`
    and `spiegelhalter_test`.

    Parameters
    ----------
    probabilities : (n,) stated, in [0, 1]
    outcomes : (n,) 1 where it came true, else 0; None and NaN are left out
    bins : how many
    binning : ``equal_width`` cuts (0, 1] into equal parts, the upper edge belongs to each, and 0 to the first;
        ``equal_mass`` gives each as many as the next; which of equal probabilities go where is drawn
    draws, seed : of the outcomes under right probabilities

    Returns
    -------
    CalibrationError
        Undefined: ``no_pairable_units``.

    Notes
    -----
    .. math:: ECE = \sum_b \frac{n_b}{n} |\bar y_b - \bar p_b|

    Naeini, Cooper and Hauskrecht (2015), AAAI. Debiased: Kumar, Liang and Ma (2019), "Verified Uncertainty
    Calibration", NeurIPS:

    .. math:: \sqrt{\max\Big(0, \sum_b \frac{n_b}{n}\Big[(\bar y_b - \bar p_b)^2
        - \frac{\bar y_b (1 - \bar y_b)}{n_b - 1}\Big]\Big)}

    where a bin of one adds nothing.

    Examples
    --------
    >>> from evalplatform.agreement.confidence import calibration_error
    >>> found = calibration_error([0.9, 0.9, 0.1, 0.1], [1, 0, 0, 0])
    >>> round(found.ece, 4), round(found.mce, 4), len(found.bins)
    (0.25, 0.4, 2)
    """
    if bins < 1 or draws < 1:
        raise AgreementError("one bin and one draw are the least")
    if binning not in get_args(Binning):
        raise AgreementError(f"no such binning: {binning}")
    held = Outcomes.read(probabilities, outcomes)
    if not len(held):
        return CalibrationError(
            ece=None,
            mce=None,
            null_mean=None,
            null_high=None,
            debiased=None,
            n=0,
            undefined="no_pairable_units",
        )
    bins = min(bins, max(len(held), MOST_BINS))
    edges = np.linspace(0, 1, bins + 1)
    place = np.clip(np.searchsorted(edges, held.probability, side="left") - 1, 0, len(edges) - 2)
    if binning == "equal_mass":
        place = _deal_evenly(held.probability, bins, seed)
    counts = np.bincount(place, minlength=bins).astype(np.float64)
    sums = [np.bincount(place, column, minlength=bins) for column in (held.probability, held.outcome)]
    used = counts > 0
    counts, (confidence, rate) = counts[used], [column[used] / counts[used] for column in sums]
    gaps, weights = np.abs(rate - confidence), counts / counts.sum()
    null = _draw_null(held.probability, place, draws, seed)
    return CalibrationError(
        ece=float(weights @ gaps),
        mce=float(gaps.max()),
        null_mean=float(null.mean()),
        null_high=float(np.quantile(null, 0.95)),
        debiased=_debias(gaps, rate, counts),
        n=len(held),
        bins=_list_bins(held, place, edges, binning),
    )


def _deal_evenly(probability: FloatArray, bins: int, seed: int) -> IntArray:
    """The bin of each, so that bins differ by one at most in how many they hold; the order of rows has no say."""
    place = np.empty(len(probability), dtype=np.int64)
    drawn = np.random.Generator(np.random.PCG64(seed)).permutation(len(probability))
    parts = np.array_split(np.lexsort((drawn, probability)), bins)
    for number, part in enumerate(parts):
        place[part] = number
    return place


def _list_bins(held: Outcomes, place: IntArray, edges: FloatArray, binning: Binning) -> tuple[Bin, ...]:
    found = []
    for number in np.unique(place).tolist():
        inside = place == number
        probability = held.probability[inside]
        is_even = binning == "equal_width"
        found.append(
            Bin(
                low=float(edges[number] if is_even else probability.min()),
                high=float(edges[number + 1] if is_even else probability.max()),
                confidence=float(probability.mean()),
                rate=float(held.outcome[inside].mean()),
                n=int(inside.sum()),
            )
        )
    return tuple(found)


def _debias(gaps: FloatArray, rate: FloatArray, counts: FloatArray) -> float:
    noise = np.divide(rate * (1 - rate), counts - 1, out=np.square(gaps), where=counts > 1)
    return float(np.sqrt(max(0.0, counts @ (np.square(gaps) - noise) / counts.sum())))


def _draw_null(probability: FloatArray, place: IntArray, draws: int, seed: int) -> FloatArray:
    """The error of outcomes drawn from the probabilities themselves, (draws,)."""
    rng = np.random.Generator(np.random.PCG64(seed))
    order = np.argsort(place, kind="stable")
    sorted_probability = probability[order]
    starts = np.flatnonzero(np.diff(place[order], prepend=-1))
    expected = np.add.reduceat(sorted_probability, starts)
    found = []
    step = max(1, BLOCK // len(probability))
    for start in range(0, draws, step):
        drawn = rng.random((min(step, draws - start), len(probability))) < sorted_probability
        came_true = np.add.reduceat(drawn.astype(np.float64), starts, axis=1)
        found.append(np.abs(came_true - expected).sum(axis=1) / len(probability))
    return np.concatenate(found)
