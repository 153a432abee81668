"""Which signs of which raters stand out: the strongest first, and the others then held against what is left."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from evalplatform.agreement.multiplicity import holm
from evalplatform.agreement.raters.answers import RaterAnswers
from evalplatform.agreement.raters.signs import AMONG_OTHERS, SIGNS, Sign, SignName, find_sign

ALPHA = 0.05  # at which a rater is no longer taken for one of the others

Key = tuple[int, SignName]


def name_signs(answers: RaterAnswers, raters: Sequence[int]) -> dict[int, tuple[Sign, ...]]:
    """Every sign of the raters of these codes, adjusted after Holm for all of them together.

    Per sign, whoever stands out most is no peer of the rest; they are found again without it, and so on while more
    than half of the raters are left. It is named by what it looked like then.
    """
    found: dict[Key, Sign] = {
        (rater, name): find_sign(name, answers, rater) for rater in raters for name in SIGNS
    }
    named: dict[SignName, list[int]] = {name: [] for name in SIGNS}
    while (strongest := _find_strongest(found, named, len(raters))) is not None:
        rater, name = strongest
        named[name].append(rater)
        rest = answers.keep(~np.isin(answers.table.rater, named[name]))
        found |= {(other, name): find_sign(name, rest, other) for other in raters if other not in named[name]}
    adjusted = _adjust(found)
    return {rater: tuple(adjusted[rater, name] for name in SIGNS) for rater in raters}


def _find_strongest(found: dict[Key, Sign], named: dict[SignName, list[int]], raters: int) -> Key | None:
    standing = [
        (sign.p_value, -abs(sign.value - sign.usual), key)
        for key, sign in _adjust(found).items()
        if sign.name in AMONG_OTHERS and key[0] not in named[sign.name] and sign.stands_out(ALPHA)
        if 2 * (len(named[sign.name]) + 1) < raters and sign.p_value is not None and sign.value is not None
    ]
    return min(standing)[2] if standing else None


def _adjust(found: dict[Key, Sign]) -> dict[Key, Sign]:
    tested = {key: sign.p_value for key, sign in found.items() if sign.p_value is not None}
    adjusted = dict(zip(tested, holm(list(tested.values())).tolist(), strict=True))
    return {key: replace(sign, adjusted=adjusted.get(key)) for key, sign in found.items()}
