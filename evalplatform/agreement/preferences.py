"""Preferences over two systems in their canonical order, and the three ways to count an inconsistent one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.sharing import shared
from evalplatform.agreement.table import RatingTable

Rule = Literal["tie", "dropped", "disagree"]
Ties = Literal["with", "without"]

PREFERENCES = ("first", "second", "tie", "both_good", "both_bad", "inconsistent")
RULES: tuple[Rule, ...] = ("tie", "dropped", "disagree")
TIES = frozenset({"tie", "both_good", "both_bad"})

_TURNED = {"first": "second", "second": "first"}


def orient_verdict(systems: Sequence[str], value: str) -> tuple[tuple[str, str], str]:
    """Turn a verdict over two systems as shown into one over the systems in code-point order."""
    one, other = systems
    return ((one, other), value) if one <= other else ((other, one), _TURNED.get(value, value))


@shared
def apply_rule(table: RatingTable, rule: Rule | None) -> RatingTable:
    """Make `both_good` and `both_bad` ties, and `inconsistent` what the rule says.

    ``tie`` counts it as a tie, ``dropped`` leaves it out (counted as excluded), ``disagree`` keeps it as a
    value that equals nothing, not even another inconsistent verdict. None leaves the table as it is.
    """
    if rule is None:
        return table
    if rule not in RULES:
        raise AgreementError(f"no such rule: {rule}")
    if rule == "dropped":
        table = table.drop_values({"inconsistent"}, reason="inconsistent")
    ties = {value: "tie" for value in (*TIES, "inconsistent") if value != "inconsistent" or rule == "tie"}
    mapped = table.map_values(ties)
    return replace(mapped, unmatched=frozenset({"inconsistent"})) if rule == "disagree" else mapped


@shared
def apply_ties(table: RatingTable, ties: Ties) -> RatingTable:
    """Leave out ties where they are not wanted, counted as excluded."""
    return table if ties == "with" else table.drop_values(TIES, reason="tie")
