"""What leaving out one cluster at a time tells of a figure whose estimates are skewed."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.resampling import TOUCH, Limits

FLAT = 1e-9  # a skewness so small changes nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How a figure's pseudo-values, one for each cluster, lie around it.

    Attributes
    ----------
    figure : their middle
    deviation : their standard deviation
    skewness : their adjusted Fisher-Pearson coefficient
    clusters : how many they are
    """

    figure: float
    deviation: float
    skewness: float
    clusters: int

    @classmethod
    def measure(cls, whole: float, without: FloatArray, multiplicity: IntArray) -> Self | None:
        """Take the figure, and what it is `without` one cluster of each type, (types,).

        None where leaving a cluster out leaves nothing to work out, or changes nothing.
        """
        clusters = int(multiplicity.sum())
        away = (1 - clusters) * (without - float(multiplicity @ without) / clusters)
        deviation = float(np.sqrt(multiplicity @ np.square(away) / max(clusters - 1, 1)))
        if not deviation > TOUCH * np.sqrt(clusters):  # NaN too
            return None
        skewness = 0.0
        if clusters > 2:
            skewness = float(multiplicity @ (away / deviation) ** 3) * clusters
            skewness /= (clusters - 1) * (clusters - 2)
        return cls(figure=whole, deviation=deviation, skewness=skewness, clusters=clusters)

    def limits(self, confidence: float) -> Limits:
        """Two-sided limits: of Student's t and of Hall's transformation the one further out.

        A figure that hangs on a few large clusters comes out low together with its standard error, so that its
        upper limit is short. But a skewness that few clusters tell is no reason to bring the other limit nearer.
        """
        levels = np.array([(1 - confidence) / 2, (1 + confidence) / 2])
        plain, moved = self._move(self._student(levels)), self.quantiles(levels)
        return float(min(plain[0], moved[0])), float(max(plain[1], moved[1]))

    def quantiles(self, levels: FloatArray) -> FloatArray:
        """One-sided upper limits at each of many levels of confidence.

        Hall (1992), Journal of the Royal Statistical Society B 54, 221-228: a cubic function of t that has no
        skewness left, turned around.
        """
        t = self._student(levels)
        if abs(self.skewness) < FLAT:
            return self._move(t)
        gone = 1 + self.skewness * (t - self.skewness / (6 * self.clusters))
        return self._move(3 / self.skewness * (np.cbrt(gone) - 1))

    def _student(self, levels: FloatArray) -> FloatArray:
        """What the figure's error is in deviations of a pseudo-value, the highest first."""
        from scipy.special import stdtrit  # scipy is imported on use

        t: FloatArray = stdtrit(self.clusters - 1, 1 - levels) / np.sqrt(self.clusters)
        return t

    def _move(self, errors: FloatArray) -> FloatArray:
        return self.figure - self.deviation * errors
