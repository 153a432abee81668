"""Resamples of whole clusters where a unit is not one: time and memory of each figure, beside a plain peer."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Literal, get_args

import numpy as np

from benchmarks.line import print_figure
from evalplatform.agreement import RatingTable, cohen_kappa, krippendorff_alpha, mean_value, percent_agreement
from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.bias import compare_slices

CLUSTERS, UNITS, VALUES = 100_000, 5, 5  # two ratings a unit: a million in all
RESAMPLES, PEER_BATCH = 1_000, 20
MOST_SECONDS, MOST_BYTES = 5.0, 1e9

ClusteredFigure = Literal[
    "nominal alpha", "percent agreement", "mean", "Cohen's kappa", "difference of means"
]


def measure_clustered() -> None:
    """Each figure in a process of its own, so that the memory is its own."""
    one_thread = {
        **os.environ,
        "OPENBLAS_NUM_THREADS": "1",
    }  # idle threads that wait for each other count as work
    for name in get_args(ClusteredFigure):
        subprocess.run([sys.executable, "-m", "benchmarks.clustered", name], check=True, env=one_thread)


def measure(name: ClusteredFigure) -> None:
    """Print time, its ratio to the peer's in this very run, and the most memory before the peer began."""
    values, cluster = make_ratings()
    begin = time.process_time()
    prepare_figure(name, values, cluster)()
    seconds = time.process_time() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    begin = time.process_time()
    run_peer(values, cluster)
    peer = time.process_time() - begin
    what = f"{name}, {RESAMPLES} resamples of {CLUSTERS} clusters with {values.size} ratings"
    print_figure(
        area="agreement",
        name=what,
        value=seconds,
        unit="CPU s",
        target=MOST_SECONDS,
        peer="scipy.stats.bootstrap of one share, on sums of clusters made beforehand",
        peer_value=peer,
    )
    print_figure(
        area="agreement",
        name=f"{what}, the whole process",
        value=memory / 1e9,
        unit="GB at most",
        target=MOST_BYTES / 1e9,
    )


def make_ratings() -> tuple[IntArray, IntArray]:
    """Two ratings of each unit, (units, 2), and its cluster; units of one cluster are alike in how hard they are."""
    rng = np.random.default_rng(1)
    units = CLUSTERS * UNITS
    cluster = np.repeat(np.arange(CLUSTERS), UNITS)
    skill = (0.5 + 0.4 * rng.random(CLUSTERS))[cluster, None]
    truth = rng.integers(1, VALUES + 1, (units, 1))
    guess = rng.integers(1, VALUES + 1, (units, 2))
    return np.where(rng.random((units, 2)) < skill, truth, guess), cluster


def prepare_figure(name: ClusteredFigure, values: IntArray, cluster: IntArray) -> Callable[[], object]:
    """What is timed: from the arrays to the interval, the table included."""
    match name:
        case "nominal alpha":
            return lambda: krippendorff_alpha(
                make_table(values, cluster), level="nominal", resamples=RESAMPLES
            )
        case "percent agreement":
            return lambda: percent_agreement(make_table(values, cluster), resamples=RESAMPLES)
        case "mean":
            return lambda: mean_value(make_table(values, cluster), resamples=RESAMPLES)
        case "Cohen's kappa":
            return lambda: cohen_kappa(*values.T, clusters=cluster, resamples=RESAMPLES)
    group = np.tile(np.array(["first", "second"]), len(values))
    both = np.repeat(cluster, 2)
    return lambda: compare_slices(values.ravel(), group, clusters=both, resamples=RESAMPLES)


def make_table(values: IntArray, cluster: IntArray) -> RatingTable:
    units, raters = values.shape
    unit = np.repeat(np.arange(units), raters)
    rater = np.tile(np.arange(raters), units)
    return RatingTable.from_arrays(unit, rater, values.ravel(), clusters=cluster[unit], level="interval")


def run_peer(values: IntArray, cluster: IntArray) -> object:
    """Percentiles of the share of equal pairs, drawn and summed by scipy."""
    from scipy import stats

    equal = np.bincount(cluster, values[:, 0] == values[:, 1])
    pairs = np.bincount(cluster).astype(np.float64)
    return stats.bootstrap(
        (equal, pairs),
        share,
        paired=True,
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=PEER_BATCH,
        method="percentile",
        rng=1,
    )


def share(equal: FloatArray, pairs: FloatArray, axis: int = -1) -> FloatArray:
    return np.asarray(equal.sum(axis=axis) / pairs.sum(axis=axis))


if __name__ == "__main__":
    measure(next(name for name in get_args(ClusteredFigure) if name == sys.argv[1]))
