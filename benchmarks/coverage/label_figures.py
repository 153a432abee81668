"""The figures of a study of labels, each with its true value."""

from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np

from benchmarks.coverage import label_truths as truths
from benchmarks.coverage.cells import Figure, Options
from benchmarks.coverage.labels import Labels
from benchmarks.coverage.sample import JUDGE, Sample
from evalplatform.agreement import (
    Estimate,
    Level,
    agreement_between,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    mean_value,
    percent_agreement,
    value_rate,
)

RARE = 1  # the category whose rate is asked for


def estimate_percent(sample: Sample, options: Options, *, mean: Literal["micro", "macro"]) -> Estimate:
    return percent_agreement(sample.table, mean=mean, **options.interval)


def estimate_alpha(sample: Sample, options: Options, *, level: Level) -> Estimate:
    return krippendorff_alpha(sample.table, level=level, **options.interval)


def estimate_fleiss(sample: Sample, options: Options) -> Estimate:
    return fleiss_kappa(sample.table, **options.interval)


def estimate_gwet(sample: Sample, options: Options) -> Estimate:
    return gwet_ac1(sample.table, **options.interval)


def estimate_cohen(sample: Sample, options: Options) -> Estimate:
    values = sample.value.reshape(-1, 2)
    return cohen_kappa(values[:, 0], values[:, 1], clusters=sample.cluster[::2], **options.interval)


def estimate_rate(sample: Sample, options: Options) -> Estimate:
    return value_rate(sample.table, [RARE], **options.interval)


def estimate_mean(sample: Sample, options: Options) -> Estimate:
    return mean_value(sample.table, **options.interval)


def estimate_between(sample: Sample, options: Options) -> Estimate:
    return agreement_between(sample.table, sample.people, JUDGE, **options.interval)


def count_rare(sample: Sample) -> int:
    """Clusters that hold the value, or those that hold another if they are fewer."""
    held = [len(np.unique(sample.cluster[chosen])) for chosen in (sample.value == RARE, sample.value != RARE)]
    return min(held)


def count_clusters(sample: Sample) -> int:
    return sample.clusters


LabelFigure = Literal[
    "percent_micro",
    "percent_macro",
    "alpha_nominal",
    "alpha_ordinal",
    "alpha_interval",
    "fleiss_kappa",
    "gwet_ac1",
    "cohen_kappa",
    "value_rate",
    "mean_value",
    "agreement_between",
]
Truth = Callable[[Labels], float]
LABEL_FIGURES: dict[LabelFigure, tuple[Figure, Truth]] = {}


def _enter(
    name: LabelFigure,
    estimate: Callable[[Sample, Options], Estimate],
    truth: Truth,
    events: Callable[[Sample], int] = Sample.count_divided,
) -> None:
    LABEL_FIGURES[name] = Figure(name=name, estimate=estimate, events=events), truth


_enter("percent_micro", partial(estimate_percent, mean="micro"), partial(truths.share_equal, micro=True))
_enter("percent_macro", partial(estimate_percent, mean="macro"), partial(truths.share_equal, micro=False))
_enter("alpha_nominal", partial(estimate_alpha, level="nominal"), partial(truths.alpha, level="nominal"))
_enter("alpha_ordinal", partial(estimate_alpha, level="ordinal"), partial(truths.alpha, level="ordinal"))
_enter("alpha_interval", partial(estimate_alpha, level="interval"), partial(truths.alpha, level="interval"))
_enter("fleiss_kappa", estimate_fleiss, truths.fleiss)
_enter("gwet_ac1", estimate_gwet, truths.gwet)
_enter("cohen_kappa", estimate_cohen, truths.cohen)
_enter("value_rate", estimate_rate, lambda world: float(truths.rates(world)[RARE]), count_rare)
_enter("mean_value", estimate_mean, truths.mean_number, count_clusters)
_enter("agreement_between", estimate_between, truths.between)
