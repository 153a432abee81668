"""Which signs of which raters stand out: the strongest first, and the others then held against what is left."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from evalplatform.agreement.multiplicity import holm
from evalplatform.agreement.raters.answers import RaterAnswers
from evalplatform.agreement.raters.signs import AMONG_OTHERS, SIGNS, Sign, SignName, find_sign

ALPHA = 0.05  # at which a rater is no longer taken for one of the others
NEARLY = 0.8  # as steep: beside one who worsens, each of two others seems to improve half as steeply

Key = tuple[int, SignName]


def name_signs(answers: RaterAnswers, raters: Sequence[int]) -> dict[int, tuple[Sign, ...]]:
    """Every sign of the raters of these codes, adjusted after Holm for all of them together.

    Per sign, whoever stands out most is no peer of the rest; they are found again without it, and so on while more
    than half of the raters are left. It is named by what it looked like then. Drift is found again without whoever
    is named for agreement or drift, and without whoever improves: beside it the rest seem to get worse.

    Parameters
    ----------
    answers : ratings of one criterion
    raters : codes of raters that have ratings
    """
    naming = _Naming(answers, raters)
    while naming.leave_out_improver() or naming.name_strongest():
        pass
    return naming.finish()


class _Naming:
    """What was found so far, and who is no longer a peer."""

    def __init__(self, answers: RaterAnswers, raters: Sequence[int]) -> None:
        self.answers, self.raters = answers, raters
        self.found: dict[Key, Sign] = {
            (rater, name): find_sign(name, answers, rater) for rater in raters for name in SIGNS
        }
        self.named: dict[SignName, list[int]] = {name: [] for name in SIGNS}
        self.improvers: list[int] = []

    def name_strongest(self) -> bool:
        """Name whoever stands out most, and find the others again; False where nobody else does."""
        standing = [
            (sign.p_value, -abs(sign.value - sign.usual), key)
            for key, sign in _adjust(self.found).items()
            if sign.name in AMONG_OTHERS and sign.stands_out(ALPHA) and self._may_leave(*key)
            if sign.p_value is not None and sign.value is not None
        ]
        if not standing:
            return False
        rater, name = min(standing)[2]
        self.named[name].append(rater)
        self.found |= self._find_again(name)
        if name == "agreement":
            self.found |= self._find_again("drift")
        return True

    def leave_out_improver(self) -> bool:
        """Take whoever improves most, nearly as steeply as anybody worsens, for no peer in drift; False without one.

        That may only take a name from the others and never give one: improving is no sign of its own, and the
        level is shared by the signs alone.
        """
        adjusted = _adjust(self.found)
        worst = max(
            (-_slope(adjusted[rater, "drift"]) for rater in self._find_falling(adjusted)), default=0.0
        )
        improving = [
            (_slope(self.found[rater, "drift"]), rater)
            for rater in self._find_improving()
            if self._may_leave(rater, "drift")
        ]
        if not improving or max(improving)[0] <= NEARLY * worst:
            return False
        self.improvers.append(max(improving)[1])
        for key, sign in self._find_again("drift").items():
            before, now = self.found[key].p_value, sign.p_value
            both = None if before is None or now is None else max(before, now)
            self.found[key] = replace(sign, p_value=both)
        return True

    def finish(self) -> dict[int, tuple[Sign, ...]]:
        """The adjusted signs; no drift where somebody who is still a peer improves: who changed cannot be told."""
        adjusted = _adjust(self.found)
        if self._find_improving():
            for rater in self._find_falling(adjusted):
                adjusted[rater, "drift"] = replace(adjusted[rater, "drift"], adjusted=None)
        return {rater: tuple(adjusted[rater, name] for name in SIGNS) for rater in self.raters}

    def _gone(self, name: SignName) -> set[int]:
        if name != "drift":
            return set(self.named[name])
        return {*self.named["drift"], *self.named["agreement"], *self.improvers}

    def _may_leave(self, rater: int, name: SignName) -> bool:
        return rater not in self.named[name] and 2 * len(self._gone(name) | {rater}) < len(self.raters)

    def _find_again(self, name: SignName) -> dict[Key, Sign]:
        """The sign of everybody who was not yet named for it, without those who are no peers."""
        kept = {*self.named[name], *(self.improvers if name == "drift" else ())}
        again: dict[Key, Sign] = {}
        rests: dict[frozenset[int], RaterAnswers] = {}
        for rater in (rater for rater in self.raters if rater not in kept):
            gone = frozenset(self._gone(name) - {rater})
            if gone not in rests:
                rests[gone] = self.answers.keep(~np.isin(self.answers.table.rater, list(gone)))
            sign, before = find_sign(name, rests[gone], rater), self.found[rater, name]
            if sign.p_value is None and before.p_value is not None:
                sign = replace(
                    before, p_value=1.0
                )  # too few peers are left: it stays among the tests, and says nothing
            again[rater, name] = sign
        return again

    def _find_improving(self) -> list[int]:
        """Peers whose drift stands out the other way among all drifts."""
        gone = self._gone("drift")
        drifts = {rater: self.found[rater, "drift"].p_value for rater in self.raters if rater not in gone}
        others = {rater: 1 - p_value for rater, p_value in drifts.items() if p_value is not None}
        adjusted = holm(list(others.values())).tolist() if others else []
        rising = [rater for rater in others if _slope(self.found[rater, "drift"]) > 0]
        held = dict(zip(others, adjusted, strict=True))
        return [rater for rater in rising if held[rater] <= ALPHA]

    def _find_falling(self, adjusted: dict[Key, Sign]) -> list[int]:
        return [rater for rater in self.raters if adjusted[rater, "drift"].stands_out(ALPHA)]


def _slope(sign: Sign) -> float:
    return 0.0 if sign.value is None else sign.value


def _adjust(found: dict[Key, Sign]) -> dict[Key, Sign]:
    tested = {key: sign.p_value for key, sign in found.items() if sign.p_value is not None}
    adjusted = dict(zip(tested, holm(list(tested.values())).tolist(), strict=True))
    return {key: replace(sign, adjusted=adjusted.get(key)) for key, sign in found.items()}
