"""What coefficients mean, in words. Thresholds are quoted as customs of their authors, never as a law."""

from collections.abc import Sequence

import numpy as np

from evalplatform.agreement.overview import NamedEstimate
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.table import RatingTable

HIGH_SHARE, LOW_COEFFICIENT = 0.75, 0.4  # from here on, share and coefficient tell different stories
# Krippendorff (2004), Content Analysis, 2nd edition, chapter 11.
CUSTOM = (
    "Words after the custom of Krippendorff (2004), 0.800, and 0.667 for tentative conclusions, held against the lower "
    "limit. It is a custom and no law: what is enough depends on what hangs on it."
)
CUSTOMS = (
    (0.8, "reliable"),
    (0.667, "good for tentative conclusions"),
    (-1.0, "not reliable enough to build on"),
)


def describe_strength(alpha: Estimate) -> str | None:
    """Say how alpha compares with custom, in words; None where there is no figure. `CUSTOM` names the source.

    Judged by the lower limit where there is an interval: what the data show, not what they might.

    Examples
    --------
    >>> from evalplatform.agreement import Estimate, describe_strength
    >>> alpha = Estimate(estimate=0.7, low=0.5, high=0.85, n=40, n_unit="units", level="nominal")
    >>> describe_strength(alpha).split(":")[0]
    'Alpha (nominal) is 0.700, between 0.500 and 0.850'
    """
    if alpha.estimate is None:
        return None
    if alpha.low is None or alpha.high is None:
        return f"Alpha ({alpha.level}) is {alpha.estimate:.3f}, and without an interval nothing is settled."
    shown, whole = (
        next(word for least, word in CUSTOMS if held >= least) for held in (alpha.low, alpha.estimate)
    )
    doubt = "" if whole == shown else f" (the figure itself: {whole})"
    limits = f"between {alpha.low:.3f} and {alpha.high:.3f}"
    return f"Alpha ({alpha.level}) is {alpha.estimate:.3f}, {limits}: {shown}{doubt}."


def warn_of_paradox(table: RatingTable, percent: Estimate, alpha: Estimate) -> str | None:
    """Warn where raters agree often and hardly more than by chance; None where both tell one story.

    Both count equal values only: alpha at another level than the nominal says nothing of it. It happens where nearly
    all ratings are in one category: Feinstein and Cicchetti (1990), Journal of Clinical Epidemiology 43, 543-549.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, krippendorff_alpha, percent_agreement, warn_of_paradox
    >>> rows = [(unit, rater, "yes") for unit in range(19) for rater in ("ann", "bob")]
    >>> rows += [(19, "ann", "yes"), (19, "bob", "no")]
    >>> table = RatingTable.from_records(rows, level="nominal")
    >>> figures = percent_agreement(table, inference=None), krippendorff_alpha(table, inference=None)
    >>> warn_of_paradox(table, *figures).split(":")[0]
    'Two stories'
    """
    if percent.estimate is None or alpha.estimate is None or alpha.level != "nominal":
        return None
    if percent.estimate < HIGH_SHARE or alpha.estimate >= LOW_COEFFICIENT:
        return None
    counts = np.bincount(table.value, minlength=len(table.categories))
    share = float(counts.max() / counts.sum())
    prevalent = table.categories[int(counts.argmax())]
    return (
        f"Two stories: {percent.estimate:.0%} of pairs agree, and alpha is {alpha.estimate:.3f}. {share:.0%} of "
        f"ratings are “{prevalent}”: where one value prevails, chance alone gives much agreement, and few units show "
        "whether raters can tell the others apart. Read both beside Gwet's AC1, and rate more units of the rare kind."
    )


def warn_of_nothing(table: RatingTable) -> str | None:
    """Say that there is no agreement to speak of where no unit has two ratings.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, warn_of_nothing
    >>> warn_of_nothing(RatingTable.from_records([(1, "ann", "yes"), (2, "bob", "no")], level="nominal"))
    'No unit was rated twice: there is no agreement to speak of. Do the raters name the units alike?'
    """
    if (np.bincount(table.unit, minlength=1) > 1).any():
        return None
    return "No unit was rated twice: there is no agreement to speak of. Do the raters name the units alike?"


def warn_of_repeats(table: RatingTable) -> str | None:
    """Say how many ratings repeat one of the same rater and unit, which count like ratings of others.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, warn_of_repeats
    >>> rows = [(1, "ann", "yes"), (1, "ann", "no"), (1, "bob", "no")]
    >>> warn_of_repeats(RatingTable.from_records(rows, level="nominal")).split(":")[0]
    '1 rating repeats one of the same rater on the same unit'
    """
    places = table.unit * max(len(table.raters), 1) + table.rater
    repeats = len(places) - len(np.unique(places))
    if not repeats:
        return None
    count = "1 rating repeats" if repeats == 1 else f"{repeats} ratings repeat"
    return f"{count} one of the same rater on the same unit: each counts, as if somebody else had given it."


def list_remarks(table: RatingTable, figures: Sequence[NamedEstimate]) -> list[str]:
    """What to say of a table's figures: alpha at each level against custom, and a paradox."""
    alphas = _pick(figures, "krippendorff_alpha")
    said = [warn_of_nothing(table), warn_of_repeats(table), *(describe_strength(alpha) for alpha in alphas)]
    if any(alpha.estimate is not None for alpha in alphas):
        said.append(CUSTOM)
    nominal = next((alpha for alpha in alphas if alpha.level == "nominal"), None)
    percents = _pick(figures, "percent_agreement")
    if percents and nominal:
        said.append(warn_of_paradox(table, percents[0], nominal))
    return [sentence for sentence in said if sentence]


def _pick(figures: Sequence[NamedEstimate], statistic: str) -> list[Estimate]:
    """The figures of this name, each once: with the interval that is drawn over items."""
    held = [each.estimate for each in figures if each.statistic == statistic]
    return list({estimate.level: estimate for estimate in reversed(held)}.values())[::-1]
