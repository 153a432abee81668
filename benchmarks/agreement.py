"""Figures with their intervals at a million units, ratings or comparisons, beside what peers take."""

import numpy as np

from benchmarks.clustered import measure_clustered
from benchmarks.line import measure_seconds, print_figure
from evalplatform.agreement import RatingTable, krippendorff_alpha
from evalplatform.agreement.consensus import dawid_skene
from evalplatform.agreement.ranking import Comparisons, bradley_terry

UNITS, RATERS, VALUES = 1_000_000, 3, 5
RESAMPLES = 1_000
SYSTEMS, PEER_RESAMPLES = 100, 4
CROWD, STEPS = 100, 10


def main() -> None:
    measure_alpha()
    measure_clustered()
    measure_bradley_terry()
    measure_consensus()


def measure_alpha() -> None:
    import krippendorff

    ratings = np.random.default_rng(1).integers(1, VALUES + 1, size=(UNITS, RATERS))
    unit = np.repeat(np.arange(UNITS), RATERS)
    rater = np.tile(np.arange(RATERS), UNITS)
    table = RatingTable.from_arrays(unit, rater, ratings.ravel(), level="nominal")
    ours = measure_seconds(lambda: krippendorff_alpha(table, resamples=RESAMPLES))
    matrix = ratings.T.astype(float)
    theirs = measure_seconds(lambda: krippendorff.alpha(matrix, level_of_measurement="nominal"), repeats=1)
    print_figure(
        area="agreement",
        name=f"nominal alpha with {RESAMPLES} resamples of {UNITS} units",
        value=ours,
        unit="CPU s",
        target=0.15,
        peer="krippendorff, the point estimate alone, once",
        peer_value=theirs,
    )


def measure_bradley_terry() -> None:
    import evalica

    rng = np.random.default_rng(1)
    strengths = 0.7 * rng.normal(size=SYSTEMS)
    first = rng.integers(0, SYSTEMS, UNITS)
    second = (first + rng.integers(1, SYSTEMS, UNITS)) % SYSTEMS
    won = rng.random(UNITS) < 1 / (1 + np.exp(strengths[second] - strengths[first]))
    comparisons = Comparisons.from_arrays(first, second, won.astype(float))
    ours = measure_seconds(lambda: bradley_terry(comparisons, resamples=RESAMPLES))
    one, other = first.tolist(), second.tolist()
    winners = [evalica.Winner.X if each else evalica.Winner.Y for each in won.tolist()]
    theirs = measure_seconds(
        lambda: evalica.bootstrap(
            evalica.bradley_terry,
            one,
            other,
            winners,
            n_resamples=PEER_RESAMPLES,
            bootstrap_method="percentile",
        ),
        repeats=1,
    )
    print_figure(
        area="agreement",
        name=f"Bradley-Terry with {RESAMPLES} resamples of {UNITS} comparisons of {SYSTEMS} systems",
        value=ours,
        unit="CPU s",
        target=2.0,
        peer=f"evalica's bootstrap, by its time for a fit and {PEER_RESAMPLES} resamples",
        peer_value=theirs * RESAMPLES / (PEER_RESAMPLES + 1),
    )


def measure_consensus() -> None:
    """Three of a crowd rate each unit, so that hardly two units have the same ratings."""
    rng = np.random.default_rng(2)
    truth = np.repeat(rng.integers(0, VALUES, UNITS), RATERS)
    guess = rng.integers(0, VALUES, UNITS * RATERS)
    table = RatingTable.from_arrays(
        np.repeat(np.arange(UNITS), RATERS),
        rng.integers(0, CROWD, UNITS * RATERS),
        np.where(rng.random(UNITS * RATERS) < 0.7, truth, guess),
        level="nominal",
    )
    print_figure(
        area="agreement",
        name=f"Dawid-Skene, {STEPS} iterations over {RATERS} ratings of each of {UNITS} units",
        value=measure_seconds(lambda: dawid_skene(table, iterations=STEPS, tolerance=0)),
        unit="CPU s",
        target=3,
    )


if __name__ == "__main__":
    main()
