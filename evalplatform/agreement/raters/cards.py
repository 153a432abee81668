"""One card a rater: agreement, ability, and signs adjusted for how many raters and signs are looked at."""

from dataclasses import dataclass

import numpy as np

from evalplatform.agreement.bias.results import to_plain
from evalplatform.agreement.consensus.dawid_skene import dawid_skene
from evalplatform.agreement.consensus.quality import rater_ability
from evalplatform.agreement.raters.answers import RaterAnswers
from evalplatform.agreement.raters.naming import name_signs
from evalplatform.agreement.raters.signs import Sign
from evalplatform.agreement.results import Estimate, Undefined
from evalplatform.agreement.table import RatingTable

MOST_VALUES = 20  # of a scale whose confusions can be counted


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterCard:
    """What the ratings say of one rater.

    Attributes
    ----------
    rater : name in the table
    n : ratings
    agreement : share of ratings that equal the plurality of the others, with its interval over items; None for
        a slot
    ability : chance of giving the true value, averaged over true values, as Dawid and Skene's model sees them;
        None for a slot,
        without a rating, and on a scale of more than 20 values
    signs : empty for a slot, and without a rating
    undefined : why there is nothing to say
    """

    rater: str
    n: int
    agreement: Estimate | None = None
    ability: float | None = None
    signs: tuple[Sign, ...] = ()
    undefined: Undefined | None = None

    def outstanding(self, alpha: float = 0.05) -> tuple[Sign, ...]:
        """The signs that stand out."""
        return tuple(sign for sign in self.signs if sign.stands_out(alpha))

    def to_dict(self) -> dict[str, object]:
        """Give the card as plain JSON types."""
        held = to_plain(self)
        return {**held, "signs": [to_plain(sign) for sign in self.signs]}


def rater_cards(answers: RaterAnswers) -> tuple[RaterCard, ...]:
    """Hold each person against the others on the same units.

    A sign stands out where its p-value, adjusted after Holm for all signs of all raters, is small: the chance
    that any card names a sign of raters who are all alike is then about that level. One faulty rater among few
    makes the others look unlike it: whoever stands out most is named first, and the rest are then held against
    each other without it, as long as more than half of those with ratings are left. Nor is anybody named for
    drifting away from somebody who improves. How rarely somebody agrees is held against how much the others differ
    in that among themselves (`compare_with_peers`): to be the least able of honest raters is rarely enough. No
    rating is ever removed from anything else.

    Parameters
    ----------
    answers : ratings of people; a rater of kind ``fixed`` gets no card and is nobody's peer

    Returns
    -------
    tuple of RaterCard
        In the table's order. A ``slot`` is a place and not one person: ``raters_are_slots``.

    Examples
    --------
    >>> import numpy as np
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.raters import RaterAnswers, rater_cards
    >>> rows = [(unit, rater, unit % 5 + (rater == "d")) for unit in range(40) for rater in "abcd"]
    >>> found = rater_cards(RaterAnswers.of(RatingTable.from_records(rows, level="interval")))
    >>> [(card.rater, [sign.name for sign in card.outstanding()]) for card in found]
    [('a', []), ('b', []), ('c', []), ('d', ['lenience'])]
    """
    people = np.array([kind != "fixed" for kind in answers.table.kinds], dtype=np.bool_)
    answers = answers.keep(people[answers.table.rater])
    table = answers.table
    agreement = rater_ability(table, inference="these_raters")
    ability = _find_abilities(table)
    counts = np.bincount(table.rater, minlength=len(table.raters)).tolist()
    persons = [code for code, kind in enumerate(table.kinds) if kind == "person" and counts[code]]
    signs = name_signs(answers, persons)
    return tuple(
        RaterCard(
            rater=name,
            n=counts[code],
            agreement=agreement[name],
            ability=ability.get(name),
            signs=signs.get(code, ()),
        )
        if kind == "person"
        else RaterCard(rater=name, n=counts[code], undefined="raters_are_slots")
        for code, (name, kind) in enumerate(zip(table.raters, table.kinds, strict=True))
        if kind != "fixed"
    )


def _find_abilities(table: RatingTable) -> dict[str, float]:
    if not 0 < len(table.categories) <= MOST_VALUES:
        return {}
    model = dawid_skene(table)
    rated = set(table.rater.tolist())
    right = np.einsum("rjj,j->r", model.confusion, model.priors)
    return {name: float(right[code]) for code, name in enumerate(model.raters) if code in rated}
