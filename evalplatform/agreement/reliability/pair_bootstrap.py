"""The classic bootstrap of Krippendorff's alpha, which draws single pairs of ratings and not units."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import CountedFigure, infer
from evalplatform.agreement.limits import name_collapse
from evalplatform.agreement.reliability.distances import Distance
from evalplatform.agreement.resampling import BLOCK, find_collapse, percentile_limits
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import Settings


class PairedFigure(CountedFigure, Protocol):
    """Alpha, with the pairs of cells of the same unit."""

    distance: Distance
    matchable: BoolArray
    one: IntArray
    other: IntArray


def infer_by_pairs(figure: PairedFigure, settings: Settings, base: Estimate) -> Estimate:
    """Fill in alpha and the interval that draws of single pairs give.

    The expected disagreement stays as it is; each pair of ratings of a unit is drawn anew from the pairs of all
    units. Krippendorff (2006), "Bootstrapping Distributions for Krippendorff's Alpha", without its second draw where
    two pairs of a unit come out the same. Pairs of one unit are treated as independent, which they are not: with ten
    raters an interval of 95 % holds the true value in about half of the cases.
    """
    found = infer(figure, replace(settings, inference=None, method=None), base)
    found = replace(found, inference=settings.inference, seed=settings.seed)
    if found.estimate is None:
        return found
    if (figure.cells.weight != 1).any():
        raise AgreementError("weighted ratings have no single pairs to draw")
    values = np.concatenate(list(_draw(figure, settings)))
    limits = percentile_limits(values, settings.confidence, figure.edges)
    if limits is None:
        collapse = find_collapse(values, settings.confidence, figure.edges)
        return replace(found, undefined=name_collapse(figure, collapse))
    return replace(found, low=limits[0], high=limits[1], method="pair_bootstrap")


def _draw(figure: PairedFigure, settings: Settings) -> Iterator[FloatArray]:
    """Alpha of each resample, in blocks."""
    cells = figure.cells
    times = figure.multiplicity[cells.cluster].astype(np.float64)
    count = cells.count(None)[:, 0]
    marginals = sum_by(cells.category, count * times[cells.unit], cells.categories)[:, None]
    gaps, pairs = _pool(figure, count, times, marginals)
    unit_size = cells.sum_units(count[:, None])[:, 0]
    sizes, place = np.unique(unit_size, return_inverse=True)
    drawn = np.rint(sum_by(place, times, len(sizes)) * sizes * (sizes - 1) / 2).astype(np.int64)
    scale = (marginals.sum() - 1) / _expect(figure, marginals)
    rng = np.random.Generator(np.random.PCG64(settings.seed))
    step = max(1, BLOCK // len(pairs))
    for start in range(0, settings.resamples, step):
        many = min(step, settings.resamples - start)
        apart = np.zeros(many)
        for size, draws in zip(sizes, drawn, strict=True):
            apart += rng.multinomial(draws, pairs / pairs.sum(), size=many) @ gaps * 2 / (size - 1)
        yield np.maximum(1 - scale * apart, figure.bounds[0])


def _pool(
    figure: PairedFigure, count: FloatArray, times: FloatArray, marginals: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Squared difference of each kind of pair, by its two categories, and how many pairs are of that kind."""
    cells, size = figure.cells, figure.cells.categories
    meet = count[figure.one] * count[figure.other] * times[cells.unit[figure.one]]
    alone = count * (count - 1) / 2 * times[cells.unit]
    one = np.append(cells.category[figure.one], cells.category)
    other = np.append(cells.category[figure.other], cells.category)
    kinds, place = np.unique(one * size + other, return_inverse=True)
    one, other = kinds // size, kinds % size
    gaps = figure.distance.between(one, other, marginals)[:, 0]
    gaps = np.where((one == other) & ~figure.matchable[one], 1.0, gaps)
    return gaps, sum_by(place, np.append(meet, alone), len(kinds))


def _expect(figure: PairedFigure, marginals: FloatArray) -> float:
    """Sum over all pairs of ratings of their squared difference."""
    alone = marginals[~figure.matchable[: len(marginals)], 0]
    return float(figure.distance.expected(marginals)[0] + (np.square(alone) - alone).sum())
