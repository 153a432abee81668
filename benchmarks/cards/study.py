"""Studies with one faulty rater each: found, found under another name, and honest people named."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from benchmarks.cards.worlds import FAULTS, Fault, choose_world
from evalplatform.agreement.raters import rater_cards

SEED = 20260


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fault at one strength.

    Attributes
    ----------
    found : share of studies in which the faulty rater's own sign stands out
    any_sign : share in which any of its signs does
    honest : share of studies in which anybody else is named for anything
    studies : how many were drawn
    """

    fault: str
    strength: float
    found: float
    any_sign: float
    honest: float
    studies: int


def study(studies: int, faults: Iterable[Fault] = FAULTS) -> list[Row]:
    """Draw so many studies of every fault and strength."""
    return [_try(fault, strength, studies) for fault in faults for strength in fault.strengths]


def _try(fault: Fault, strength: float, studies: int) -> Row:
    draw, counts = choose_world(fault.name), np.zeros(3)
    for number in range(studies):
        rng = np.random.default_rng([SEED, number, *fault.name.encode(), int(100 * strength)])
        named = {
            card.rater: {sign.name for sign in card.outstanding()}
            for card in rater_cards(draw(strength, rng))
        }
        faulty = named.pop("r0") if fault.signs else set()
        counts += bool(faulty & fault.signs), bool(faulty), any(named.values())
    found, any_sign, honest = (counts / studies).tolist()
    return Row(
        fault=fault.name, strength=strength, found=found, any_sign=any_sign, honest=honest, studies=studies
    )


def write_table(rows: Iterable[Row]) -> str:
    """The rows as markdown, each share with its Monte Carlo standard error."""
    lines = [
        "| fault | share of answers | found | named for anything | an honest rater named |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        shares = [_show(share, row.studies) for share in (row.found, row.any_sign, row.honest)]
        found, any_sign, honest = shares if row.strength else ["", "", shares[2]]
        lines.append(f"| {row.fault} | {row.strength:g} | {found} | {any_sign} | {honest} |")
    return "\n".join(lines) + "\n"


def _show(share: float, studies: int) -> str:
    return f"{share:.3f} ± {np.sqrt(share * (1 - share) / studies):.3f}"
