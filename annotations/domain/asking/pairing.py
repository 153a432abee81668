"""Which answers are compared or ranked: a project's pairing policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Self  # the policy is JSON

from evalplatform.agreement.orderings import FEWEST, MOST
from evalplatform.common.errors import Invalid
from evalplatform.common.hashing import seeded_integer

POLICIES = ("all", "against", "sampled")
TURNS = ("whole", "each", "last")
MOST_PAIRS = 10_000


@dataclass(frozen=True, slots=True)
class Pairing:
    """`all` pairs of an item, those `against` one system, or `n` of them drawn by a seed.

    Where answers are ranked, an item has one ranking of `k` of them (0: of all, up to eight), with the system that all
    are held `against` among them, or `n` rankings where they are `sampled`.

    In a conversation the `whole` is asked about, `each` turn by itself, or the `last` one: by all rubrics alike, or by
    each as `turns_of` says of its key, and by those that it does not name of the whole.
    """

    policy: str = "all"
    system: str = ""
    n: int = 0
    seed: int = 0
    turns: str = "whole"
    k: int = 0
    turns_of: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, stated: Mapping[str, Any]) -> Self:
        """Raises Invalid where the policy is none, or lacks what it needs."""
        policy, asked = stated.get("policy", "all"), stated.get("turns", "whole")
        system, n, seed = stated.get("system", ""), stated.get("n", 0), stated.get("seed", 0)
        if policy not in POLICIES:
            raise Invalid.at(f"the policy is one of {', '.join(POLICIES)}", field="pairing.policy")
        turns_of = asked if isinstance(asked, dict) else {}
        turns = "whole" if isinstance(asked, dict) else _read_turns(asked, "pairing.turns")
        for key, word in turns_of.items():
            _read_turns(word, f"pairing.turns.{key[:100]}")
        if not isinstance(system, str) or (policy == "against" and not system):
            raise Invalid.at("the name of a system is wanted", field="pairing.system")
        if type(n) is not int or not (policy == "sampled") <= n <= MOST_PAIRS:
            raise Invalid.at(
                f"a number of pairs an item, from 1 to {MOST_PAIRS}, is wanted", field="pairing.n"
            )
        if type(seed) is not int:
            raise Invalid.at("a whole number is wanted", field="pairing.seed")
        k = stated.get("k", 0)
        if type(k) is not int or not (k == 0 or FEWEST <= k <= MOST):
            raise Invalid.at(
                f"a number of answers a ranking, from {FEWEST} to {MOST}, is wanted", field="pairing.k"
            )
        return cls(policy=policy, system=system, n=n, seed=seed, turns=turns, k=k, turns_of=turns_of)

    def choose_pairs(self, item: str, systems: Sequence[str]) -> list[tuple[str, str]]:
        """Pairs in canonical order. The same item and systems always give the same pairs."""
        pairs = list(combinations(sorted(systems), 2))
        if self.policy == "against":
            return [pair for pair in pairs if self.system in pair]
        if self.policy == "sampled":
            return sorted(sorted(pairs, key=lambda pair: seeded_integer(self.seed, item, *pair))[: self.n])
        return pairs

    def choose_rankings(self, item: str, systems: Sequence[str]) -> list[tuple[str, ...]]:
        """Systems that are ranked together, in canonical order: none where the item has fewer than are wanted."""
        size = self.k or min(len(systems), MOST)
        if not FEWEST <= size <= len(systems):
            return []
        if self.policy == "against" and self.system not in systems:
            return []
        count = self.n if self.policy == "sampled" and size < len(systems) else 1
        drawn = {self._draw_ranked(item, systems, size, number) for number in range(count)}
        return sorted(drawn)

    def _draw_ranked(self, item: str, systems: Sequence[str], size: int, number: int) -> tuple[str, ...]:
        def place(system: str) -> tuple[bool, int]:
            is_kept = self.policy == "against" and system == self.system
            return not is_kept, seeded_integer("ranking", self.seed, item, number, system)

        return tuple(sorted(sorted(systems, key=place)[:size]))

    def choose_turns(self, rubric: str, asked: int) -> list[int | None]:
        """Turns of an item with `asked` user turns that the rubric of this key asks about; None: the conversation."""
        turns = self.turns_of.get(rubric, self.turns)
        if turns == "whole" or not asked:
            return [None]
        return [asked] if turns == "last" else list(range(1, asked + 1))


def _read_turns(stated: object, field: str) -> str:
    if not isinstance(stated, str) or stated not in TURNS:
        raise Invalid.at(f"turns are one of {', '.join(TURNS)}", field=field)
    return stated
