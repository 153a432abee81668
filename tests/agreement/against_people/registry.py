"""Every figure of this part as one number's `Estimate`, and the parts of the public names they belong to."""

from collections.abc import Callable
from typing import Any

from evalplatform.agreement import Estimate, Inference, RatingTable
from evalplatform.agreement.against_people import (
    balanced_accuracy,
    may_replace_people,
    noise_ceiling,
    numbers_against_people,
    same_target,
    same_target_each,
)

Figure = Callable[..., Estimate]
PEOPLE = ["b", "c", "d", "e"]


def of_target(part: str) -> Figure:
    def figure(table: RatingTable, **options: Any) -> Estimate:
        found: Estimate = getattr(same_target(table, "a", PEOPLE, **options), part)
        return found

    return figure


def each(table: RatingTable, **options: Any) -> Estimate:
    return same_target_each(table, "a", PEOPLE, **options)["b"].difference


def ceiling(table: RatingTable, **options: Any) -> Estimate:
    return noise_ceiling(table, PEOPLE, **options).upper


def replacement(table: RatingTable, **options: Any) -> Estimate:
    given = {"inference": "these_raters"} if options.get("inference", 0) is None else {}
    return may_replace_people(table, "a", PEOPLE, margin=0.1, **{**options, **given}).difference


def numbers(statistic: Any) -> Figure:
    def figure(table: RatingTable, inference: Any = None, **options: Any) -> Estimate:
        these: Inference | None = None if inference is None else "these_raters"
        return numbers_against_people(table, "a", PEOPLE, statistic, inference=these, **options)

    return figure


def balanced(table: RatingTable, inference: Any = None, **options: Any) -> Estimate:
    these: Inference | None = None if inference is None else "these_raters"
    return balanced_accuracy(table, "a", PEOPLE, inference=these, **options)


# of ratings by a to e: the public name, then the figure
REGISTRY: dict[str, tuple[str, Figure]] = {
    "judge": ("same_target", of_target("judge")),
    "people": ("same_target", of_target("people")),
    "difference": ("same_target", of_target("difference")),
    "relative_to_people": ("same_target", of_target("relative_to_people")),
    "each": ("same_target_each", each),
    "replacement": ("may_replace_people", replacement),
    "pearson": ("numbers_against_people", numbers("pearson")),
    "spearman": ("numbers_against_people", numbers("spearman")),
    "kendall_tau_b": ("numbers_against_people", numbers("kendall_tau_b")),
    "mean_absolute_error": ("numbers_against_people", numbers("mean_absolute_error")),
    "balanced": ("balanced_accuracy", balanced),
    "ceiling": ("noise_ceiling", ceiling),
}
# those whose outcome is no Estimate, tested where they stand
APART = {
    "alt_test",
    "alt_test_power",
    "describe_votes",
    "vote_agreement",
}
