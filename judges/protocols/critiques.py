"""A tree of critiques: several critics, each answered by a doubter, and the verdict in the light of what stands.

A critic names faults of what is judged; where the tree has two levels, a doubter reads the material and one critique
and says what of it holds. Only that is shown to the call that rates. Everything is said by the same judge.
"""

from collections.abc import Mapping

from judges.protocols.answer import Said
from judges.protocols.recipe import Recipe
from judges.protocols.steps import Act, Step

CRITIC_AND_DOUBTER = 2  # levels


def find_missing_critiques(recipe: Recipe, said: Mapping[str, Said]) -> tuple[Step, ...]:
    """Calls that are wanted before anything is rated; doubters come once all critics have spoken."""
    critics = [Step(sample=number, act=Act.CRITIC) for number in range(1, recipe.critiques + 1)]
    missing = [step for step in critics if str(step) not in said]
    if missing or recipe.critique_levels < CRITIC_AND_DOUBTER:
        return tuple(missing)
    doubters = [step.turn_to(Act.DOUBT) for step in critics if said[str(step)].words.strip()]
    return tuple(step for step in doubters if str(step) not in said)


def list_standing(recipe: Recipe, said: Mapping[str, Said]) -> list[str]:
    """What is left of the critiques, in the order of the critics; an empty one is left out."""
    act = Act.CRITIC if recipe.critique_levels < CRITIC_AND_DOUBTER else Act.DOUBT
    steps = (Step(sample=number, act=act) for number in range(1, recipe.critiques + 1))
    words = (said[str(step)].words.strip() for step in steps if str(step) in said)
    return [each for each in words if each]
