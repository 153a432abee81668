"""Items in an order drawn beforehand, and what their votes come to in it."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray, Labels, encode_labels
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.few_labels.samples import Numbers, as_numbers


def draw_order(items: Labels, *, seed: int) -> tuple[Any, ...]:  # Any: labels of whatever type
    """An order in which to ask about items, drawn before the first answer.

    Parameters
    ----------
    items : labels, of which each counts once; in which order they are given does not matter
    seed : of the draw

    Returns
    -------
    tuple
        The distinct labels in random order

    Examples
    --------
    >>> from evalplatform.agreement.few_labels import draw_order
    >>> draw_order(["a", "b", "c", "d"], seed=2)
    ('d', 'c', 'a', 'b')
    """
    distinct = encode_labels(items)[1]
    shuffled = np.random.Generator(np.random.PCG64(seed)).permutation(len(distinct))
    return tuple(distinct[shuffled].tolist())


def take_means(
    votes: Numbers, items: Labels, order: Sequence[Hashable], bounds: tuple[float, float]
) -> tuple[FloatArray, int]:
    """Mean vote of each item up to the first without one, in order, and how many votes came out of order."""
    values = as_numbers(votes)
    if len(values) != len(items):
        raise AgreementError("votes and items must have one entry a vote")
    given = np.isfinite(values)
    values = values[given]
    if ((values < bounds[0]) | (values > bounds[1])).any():
        raise AgreementError(f"votes lie from {bounds[0]:g} to {bounds[1]:g}")
    place = _find_places(items, order)[given]
    count = np.bincount(place, minlength=len(order))
    total = np.bincount(place, values, minlength=len(order))
    ready = int(np.argmin(np.append(count, 0) > 0))
    return total[:ready] / count[:ready], int(count[ready:].sum())


def _find_places(items: Labels, order: Sequence[Hashable]) -> IntArray:
    """Place in the order of the item of each vote, (n,)."""
    places: Mapping[Hashable, int] = {item: place for place, item in enumerate(order)}
    if len(places) < len(order):
        raise AgreementError("the order holds an item twice")
    codes, distinct = encode_labels(items)
    labels = distinct.tolist()
    unknown = [label for label in labels if label not in places]
    if unknown:
        raise AgreementError(f"not in the order: {unknown[0]!r}")
    return np.array([places[label] for label in labels], dtype=np.int64)[codes]
