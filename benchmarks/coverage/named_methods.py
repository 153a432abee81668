"""Figures whose draws are skewed, with intervals made in one way after another by name."""

from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.coverage.cells import Cell, Figure, Options
from benchmarks.coverage.label_figures import count_clusters
from benchmarks.coverage.label_truths import alpha
from benchmarks.coverage.label_worlds import THREE, rare
from benchmarks.coverage.sample import Sample
from benchmarks.coverage.scores import Scores
from evalplatform.agreement import Estimate, krippendorff_alpha, mean_value
from evalplatform.agreement.settings import IntervalOptions, NamedMethod

METHODS: tuple[NamedMethod, ...] = ("item_bootstrap", "poisson_bootstrap", "bca")
SIZES = (100, 500)


def estimate_mean_by(sample: Sample, options: Options, *, method: NamedMethod) -> Estimate:
    return mean_value(sample.table, **_name_in(options, method))


def estimate_alpha_by(sample: Sample, options: Options, *, method: NamedMethod) -> Estimate:
    return krippendorff_alpha(sample.table, level="nominal", **_name_in(options, method))


def named_cells() -> Iterator[Cell]:
    """The mean of exponential scores, and alpha where a value is rare, by each method in turn."""
    for items in SIZES:
        says = f"{items} items of exponential size, each rated once"
        scores = Scores(says=says, items=items, raters=(0.0,), noise=0.2, skewed=True)
        for method in METHODS:
            figure = _name("mean_value", method, estimate_mean_by, count_clusters)
            yield Cell(
                place=f"by-name-mean-{items}",
                world=scores,
                figure=figure,
                inference="these_raters",
                truth=0.0,  # of sizes less their mean
            )
    for units, share in zip(SIZES, (0.2, 0.05), strict=True):
        labels = rare(units, share, THREE)
        for method in METHODS:
            figure = _name("alpha_nominal", method, estimate_alpha_by, Sample.count_divided)
            yield Cell(
                place=f"by-name-rare-{share:.0%}-{units}x3",
                world=labels,
                figure=figure,
                inference="these_raters",
                truth=alpha(labels, level="nominal"),
            )


def _name_in(options: Options, method: NamedMethod) -> IntervalOptions:
    return {**options.interval, "method": method}


def _name(
    name: str, method: NamedMethod, estimate: Callable[..., Estimate], events: Callable[[Sample], int]
) -> Figure:
    return Figure(name=f"{name} by {method}", estimate=partial(estimate, method=method), events=events)
