"""Every figure of this part as one number's `Estimate`, and the parts of the public names they belong to."""

from collections.abc import Callable
from typing import Any

from evalplatform.agreement import Estimate, RatingTable
from evalplatform.agreement.against_people import (
    may_replace_people,
    noise_ceiling,
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


# of ratings by a to e: the public name, then the figure
REGISTRY: dict[str, tuple[str, Figure]] = {
    "judge": ("same_target", of_target("judge")),
    "people": ("same_target", of_target("people")),
    "difference": ("same_target", of_target("difference")),
    "relative_to_people": ("same_target", of_target("relative_to_people")),
    "each": ("same_target_each", each),
    "replacement": ("may_replace_people", replacement),
    "ceiling": ("noise_ceiling", ceiling),
}
# those whose outcome is no Estimate, tested where they stand
APART = {
    "alt_test",
    "alt_test_power",
    "describe_votes",
    "vote_agreement",
}
