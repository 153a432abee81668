"""What more items, or more raters, would do about the error of a study."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.generalizability.components import Facet, VarianceComponents
from evalplatform.agreement.generalizability.variance import RESIDUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What to expect of a study with so many items and raters, every rater rating everything once.

    Attributes
    ----------
    items, raters : of the design
    measured : what is to be told apart: ``system``, or ``item`` where there are no systems
    generalizability : reliability of the order of what is measured, in [0, 1]
    dependability : reliability of the values themselves, in [0, 1]
    error : standard error of the mean of a system (without systems: of all items) for other items and raters
    contrast : the same of the difference of two systems rated on the same items by the same raters; None
        without systems
    more : of which, ``items`` or ``raters``, twice as many would lower that error more: of the contrast, or
        without systems of the mean; None where neither matters more
    """

    items: int
    raters: int
    measured: Facet
    generalizability: float | None
    dependability: float | None
    error: float
    contrast: float | None
    more: Literal["items", "raters"] | None

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


def plan_study(
    found: VarianceComponents, *, items: Sequence[int], raters: Sequence[int]
) -> tuple[Design, ...]:
    r"""What more items, or more raters, would do: the D-study of generalizability theory.

    Parameters
    ----------
    found : components of a study like the one that is planned
    items, raters : numbers to look at, each of one with each of the other

    Returns
    -------
    tuple of Design
        One for each number of items and each of raters, in that order. Components below 0 count as 0, and
        undefined ones as 0 too, so that a study with a single rater knows nothing of what raters do. An error
        where there is no residual, or nothing to be told apart.

    Notes
    -----
    For systems s, items i and raters r, with n_i and n_r of them:

    .. math:: \sigma^2_\delta = \frac{\sigma^2_{si}}{n_i} + \frac{\sigma^2_{sr}}{n_r} + \frac{\sigma^2_e}{n_i n_r},
        \quad \sigma^2_\Delta = \sigma^2_\delta + \frac{\sigma^2_i}{n_i} + \frac{\sigma^2_r}{n_r}
        + \frac{\sigma^2_{ir}}{n_i n_r}

    generalizability is sigma^2_s / (sigma^2_s + sigma^2_delta), dependability the same with sigma^2_Delta, the
    contrast's standard error the root of 2 sigma^2_delta. Without systems the items are measured, by n_r raters
    each: sigma^2_delta = (sigma^2_ir + sigma^2_e) / n_r and sigma^2_Delta = sigma^2_delta + sigma^2_r / n_r.
    Brennan (2001), Generalizability Theory; Shavelson and Webb (1991), Generalizability Theory: A Primer.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, plan_study, variance_components
    >>> ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> rows = [(unit, f"r{k}", value) for unit, row in enumerate(ratings) for k, value in enumerate(row)]
    >>> found = variance_components(RatingTable.from_records(rows, level="interval"), inference=None)
    >>> [(plan.raters, round(plan.dependability, 2), plan.more) for plan in plan_study(found, items=[6], raters=[1, 4])]
    [(1, 0.29, 'raters'), (4, 0.62, 'raters')]
    """
    if min([*items, *raters], default=1) < 1:
        raise AgreementError("a study has one item and one rater at least")
    measured: Facet = "system" if "system" in found.levels else "item"
    parts = {name: max(part.estimate or 0.0, 0.0) for name, part in found.components.items()}
    if any(found.components[name].estimate is None for name in (measured, RESIDUAL)):
        raise AgreementError(f"there is no component of {measured} and residual to plan with")
    return tuple(_expect(measured, parts, n, m) for n in items for m in raters)


def _expect(measured: Facet, parts: Mapping[str, float], items: int, raters: int) -> Design:
    object_variance = parts[measured]
    relative, absolute = _errors(measured, parts, items, raters)
    mean = absolute if measured == "system" else _mean_error(parts, items, raters)
    choices = {
        "items": _wanted(measured, parts, 2 * items, raters),
        "raters": _wanted(measured, parts, items, 2 * raters),
    }
    return Design(
        items=items,
        raters=raters,
        measured=measured,
        generalizability=_reliability(object_variance, relative),
        dependability=_reliability(object_variance, absolute),
        error=float(np.sqrt(mean)),
        contrast=float(np.sqrt(2 * relative)) if measured == "system" else None,
        more=_choose(choices["items"], choices["raters"]),
    )


def _errors(measured: Facet, parts: Mapping[str, float], items: int, raters: int) -> tuple[float, float]:
    """Variance of the error of what is measured, compared with its like and by itself."""
    held = {name: parts.get(name, 0.0) for name in ("item", "rater", "item x rater", RESIDUAL)}
    if measured == "item":
        relative = (held["item x rater"] + held[RESIDUAL]) / raters
        return relative, relative + held["rater"] / raters
    relative = (
        parts.get("item x system", 0.0) / items
        + parts.get("system x rater", 0.0) / raters
        + held[RESIDUAL] / (items * raters)
    )
    common = held["item"] / items + held["rater"] / raters + held["item x rater"] / (items * raters)
    return relative, relative + common


def _mean_error(parts: Mapping[str, float], items: int, raters: int) -> float:
    """Variance of the mean over all items and raters."""
    single = parts.get("item x rater", 0.0) + parts[RESIDUAL]
    return parts.get("item", 0.0) / items + parts.get("rater", 0.0) / raters + single / (items * raters)


def _wanted(measured: Facet, parts: Mapping[str, float], items: int, raters: int) -> float:
    """The error that is to be made small: of contrasts of systems, or of the mean of all items."""
    return (
        _errors(measured, parts, items, raters)[0]
        if measured == "system"
        else _mean_error(parts, items, raters)
    )


def _choose(with_items: float, with_raters: float) -> Literal["items", "raters"] | None:
    if np.isclose(with_items, with_raters, rtol=1e-9, atol=0):
        return None
    return "items" if with_items < with_raters else "raters"


def _reliability(signal: float, error: float) -> float | None:
    return signal / (signal + error) if signal + error > 0 else None
