"""Calls that follow from what a case's first calls say: known to come, or as many as the recipe allows."""

from judges.engine.money.ranges import Range
from judges.protocols.recipe import Recipe
from judges.protocols.samples import FEWEST_FOR_AN_ERROR

AFTER_PRINCIPLES = 3  # critique, revision, second verdict


def foresee_further(recipe: Recipe, first: int) -> Range[int]:
    """How many calls come after `first` ones that are planned at once; repairs and repeated failures aside.

    A rating follows from all critiques of a case, and before it a doubter from each. Under principles a case ends
    early only where its first verdicts cannot be read. Samples that may end early are at least as many as are planned,
    most likely half of what is left, at most all of them.
    """
    if recipe.principles:
        return Range(0, AFTER_PRINCIPLES * first, AFTER_PRINCIPLES * first)
    if recipe.critiques:
        doubters = first if recipe.critique_levels > 1 else 0
        ratings = first // recipe.critiques
        return Range(ratings, doubters + ratings, doubters + ratings)
    if recipe.early_stop:
        fewest = min(recipe.samples // 2 + 1, FEWEST_FOR_AN_ERROR)
        most = first * (recipe.samples - fewest) // fewest
        return Range(0, most // 2, most)
    return Range(0, 0, 0)


def add_further(found: Range[int], *, first: int, further: Range[int], quoted: int = 0) -> Range[int]:
    """Tokens of first calls, and of further ones of the same kind that may quote so many tokens more each."""
    if not first:
        return found
    return Range(
        found.low * (first + further.low) // first,
        found.expected * (first + further.expected) // first,
        found.high * (first + further.high) // first + quoted * further.high,
    )
