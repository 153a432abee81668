"""Judges whose truth is known."""

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.panels import Stage

SURE = np.array([0.5, 0.6, 0.7, 0.8, 0.9, 0.95])  # what judges may say of their confidence
DISAGREES = np.array([0.5, 0.4, 0.3, 0.22, 0.12, 0.05])  # and how often people then say another thing
HARDER = 0.15  # share of the doubtful cases in which the second judge errs because the first one did


def draw_votes(rng: np.random.Generator, labels: FloatArray, accuracies: list[float]) -> FloatArray:
    """Independent judges of preferences, each right as often as told."""
    right = rng.random((len(labels), len(accuracies))) < accuracies
    return np.where(right, labels[:, None], 1 - labels[:, None])


def draw_stages(rng: np.random.Generator, size: int) -> list[Stage]:
    """A cheap judge and a dear one that finds hard what the cheap one got wrong."""
    cheap, dear = rng.integers(0, len(SURE), size), rng.integers(0, len(SURE), size)
    cheap_errs = rng.random(size) < DISAGREES[cheap]
    dear_errs = rng.random(size) < DISAGREES[dear] * 0.6 + HARDER * cheap_errs
    return [
        Stage(confidences=SURE[cheap], correct=1.0 - cheap_errs, price=1),
        Stage(confidences=SURE[dear], correct=1.0 - dear_errs, price=10),
    ]


def find_true_risks(thresholds: tuple[float | None, ...]) -> list[float]:
    """True share of disagreement among what each judge keeps; 0 where it keeps nothing."""
    first, second = ((2.0 if threshold is None else threshold - 1e-12) <= SURE for threshold in thresholds)
    found = [float(DISAGREES[first].mean()) if first.any() else 0.0]
    hard = (
        float(DISAGREES[~first].mean()) if (~first).any() else 0.0
    )  # share the cheap one errs in, among those left
    found.append(float((DISAGREES[second] * 0.6).mean() + HARDER * hard) if second.any() else 0.0)
    return found
