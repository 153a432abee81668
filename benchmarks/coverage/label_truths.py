"""True values of figures in a study of labels: what they come to when there are ever more units."""

import numpy as np

from benchmarks.coverage.labels import Labels
from evalplatform.agreement import Level
from evalplatform.agreement.arrays import FloatArray


def share_equal(world: Labels, *, micro: bool) -> float:
    """Percent agreement: pairs weigh one under `micro`, units with a pair otherwise."""
    sizes = np.arange(world.counts.shape[1])
    weight = sizes * (sizes - 1) if micro else sizes >= 2
    of_kinds = world.kinds * (world.counts @ weight)
    return float(of_kinds @ np.trace(world.pairs, axis1=1, axis2=2) / of_kinds.sum())


def alpha(world: Labels, level: Level) -> float:
    """Krippendorff's alpha, from the coincidences that units with two ratings and more are expected to add."""
    sizes = np.arange(world.counts.shape[1])
    of_kinds = world.kinds * (world.counts @ (sizes * (sizes >= 2)))
    met = np.tensordot(of_kinds / of_kinds.sum(), world.pairs, axes=1)
    shares = met.sum(axis=1)
    gaps = measure_gaps(shares, level)
    return float(1 - (met * gaps).sum() / (np.outer(shares, shares) * gaps).sum())


def measure_gaps(shares: FloatArray, level: Level) -> FloatArray:
    """Squared distance of each two categories, whose numbers are 0, 1, 2 ..."""
    place = np.arange(len(shares))
    if level == "nominal":
        return np.asarray(place[:, None] != place, dtype=np.float64)
    middle = place if level == "interval" else np.cumsum(shares) - shares / 2
    gaps: FloatArray = np.square(middle[:, None] - middle).astype(np.float64)
    return gaps


def use_of_categories(world: Labels) -> FloatArray:
    """Mean over rated units of the share of each category in their ratings."""
    of_kinds = world.kinds * (1 - world.counts[:, 0])
    used: FloatArray = of_kinds @ world.answers / of_kinds.sum()
    return used


def fleiss(world: Labels) -> float:
    by_chance = float(np.square(use_of_categories(world)).sum())
    return (share_equal(world, micro=False) - by_chance) / (1 - by_chance)


def gwet(world: Labels) -> float:
    used = use_of_categories(world)
    by_chance = float((used * (1 - used)).sum() / (len(used) - 1))
    return (share_equal(world, micro=False) - by_chance) / (1 - by_chance)


def cohen(world: Labels) -> float:
    """Of two fixed raters who rated everything."""
    one, other = (
        skill * np.array(world.clear) + (1 - skill) * np.array(world.guess) for skill in world.skills.fixed
    )
    observed = float(world.kinds @ (one * other).sum(axis=1))
    by_chance = float((world.kinds @ one) @ (world.kinds @ other))
    return (observed - by_chance) / (1 - by_chance)


def rates(world: Labels) -> FloatArray:
    """Share of each category among the ratings."""
    of_kinds = world.kinds * (world.counts @ np.arange(world.counts.shape[1]))
    used: FloatArray = of_kinds @ world.answers / of_kinds.sum()
    return used


def mean_number(world: Labels) -> float:
    """Mean of the ratings, whose numbers are 0, 1, 2 ..."""
    used = rates(world)
    return float(used @ np.arange(len(used)))


def between(world: Labels) -> float:
    """Share of equal pairs of the judge's answer with a person's."""
    of_kinds = world.kinds * (world.counts @ np.arange(world.counts.shape[1]))
    return float(of_kinds @ (world.answers * world.judged).sum(axis=1) / of_kinds.sum())
