"""A judge and people against the same votes on the same units."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Unpack

from evalplatform.agreement.against_people.target import SharedTarget, Side, TargetScores
from evalplatform.agreement.against_people.votes import (
    Votes,
    constant_credit,
    count_people,
    gather_votes,
    judge_credit,
)
from evalplatform.agreement.arrays import BoolArray, FloatArray
from evalplatform.agreement.cells import count_per_unit
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import infer, refuse_slots, start_estimate
from evalplatform.agreement.preferences import Rule, apply_rule
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.sharing import share_work
from evalplatform.agreement.table import RaterKind, RatingTable

SIDES: tuple[Side, ...] = ("judge", "people", "difference", "ratio")


@dataclass(frozen=True, slots=True, kw_only=True)
class SameTarget:
    """What a judge and people score with the votes of the others on the same units.

    Parameters
    ----------
    judge, people : mean scores, in [0, 1]
    difference : the judge's less the people's, in [-1, 1]
    relative_to_people : the judge's over the people's, never cut: a perfect judge stands above 1
    """

    judge: Estimate
    people: Estimate
    difference: Estimate
    relative_to_people: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseCeiling:
    """What people reach (`lower`), and the most that one value a unit can reach (`upper`), in [0, 1]."""

    lower: Estimate
    upper: Estimate


def same_target(
    table: RatingTable,
    judge: str,
    people: Collection[str],
    *,
    rule: Rule | None = None,
    **interval: Unpack[IntervalOptions],
) -> SameTarget:
    r"""Agreement of a judge, and of each person, with the others than that person.

    Leave person j out: the votes of the others on a unit are the target, and a value scores the share of them
    that it equals (two others who differ: one half). The judge and person j are scored on the units that both
    rated and another person too, and both means are averaged over the people, each weighing one.

    Parameters
    ----------
    table : ratings of the judge and of two people or more
    judge : the rater asked about, held fixed
    people : names of the voters
    rule : how inconsistent preferences count, see `apply_rule`: give the figure under each of ``tie``,
        ``dropped`` and ``disagree``
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`; with ``rater_population`` other people are
        drawn both as those left out and as voters

    Returns
    -------
    SameTarget
        Four estimates; ``n`` counts pairs of a unit and a person left out. Where two people rated a unit the
        target is a single vote. Undefined: ``no_pairable_units``; the ratio ``too_few_agreements`` where people
        never agree. No interval: ``too_few_disagreements``, ``too_few_agreements``, ``no_variation``,
        ``too_few_raters`` (fewer than five people for ``rater_population``).

    Notes
    -----
    .. math:: \frac{1}{J} \sum_j \frac{1}{|U_j|} \sum_{u \in U_j}
        \frac{\#\{i \ne j : x_{ui} = f_u\}}{\#\{i \ne j\}}

    with f the judge; for people x_uj stands in its place. The left-out person against the rest is the lower
    end of the noise ceiling of Nili et al. (2014), PLoS Computational Biology 10, e1003553.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.against_people import same_target
    >>> votes = {"j": "aab", "x": "aab", "y": "aab", "z": "abb"}
    >>> rows = [(u, r, v) for r, values in votes.items() for u, v in enumerate(values)]
    >>> found = same_target(RatingTable.from_records(rows, level="nominal"), "j", ["x", "y", "z"], inference=None)
    >>> round(found.judge.estimate, 4), round(found.people.estimate, 4)
    (0.8889, 0.7778)
    """
    settings = Settings(**interval)
    votes, base = pair_votes(table, judge, people, rule)
    return _infer_all(votes, settings, base, None)


def same_target_each(
    table: RatingTable,
    judge: str,
    people: Collection[str],
    *,
    rule: Rule | None = None,
    **interval: Unpack[IntervalOptions],
) -> dict[str, SameTarget]:
    """The figures of `same_target` for each person left out, on the units of that person.

    Parameters
    ----------
    table, judge, people, rule, interval : as for `same_target`; the person left out is held fixed where the
        others are resampled

    Returns
    -------
    dict
        Person to `SameTarget`, people in their order. Undefined as there, and ``raters_are_slots`` for a
        position that is not one person.
    """
    settings = Settings(**interval)
    found = {}
    for name in sorted(people):
        votes, base = pair_votes(table.with_kinds(_fix(table, name)), judge, people, rule)
        code = table.raters.index(name)
        base = replace(base, n=int((votes.person == code).sum()))
        found[name] = _infer_all(votes, settings, base, code)
        if table.kinds[code] == "slot":
            refused = refuse_slots(base, settings)
            found[name] = SameTarget(
                judge=refused, people=refused, difference=refused, relative_to_people=refused
            )
    return found


def noise_ceiling(
    table: RatingTable,
    people: Collection[str] | None = None,
    *,
    rule: Rule | None = None,
    **interval: Unpack[IntervalOptions],
) -> NoiseCeiling:
    """Between what a person reaches against the others, and the most that any rater could.

    Parameters
    ----------
    table : ratings
    people : names of the voters; None: all raters of the table
    rule, interval : as for `same_target`

    Returns
    -------
    NoiseCeiling
        ``lower`` is the left-out person against the rest; ``upper`` is, on the same target, the value that most
        people gave the unit, leaders sharing it. The upper end has seen the votes it is held against, so that a
        judge that has not may be below it and still be perfect. It is not chosen anew for drawn people.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.against_people import noise_ceiling
    >>> rows = [(u, r, v) for r, values in {"x": "aab", "y": "aab", "z": "abb"}.items() for u, v in enumerate(values)]
    >>> found = noise_ceiling(RatingTable.from_records(rows, level="nominal"), inference=None)
    >>> round(found.lower.estimate, 4), round(found.upper.estimate, 4)
    (0.7778, 0.8889)
    """
    settings = Settings(**interval)
    voters = apply_rule(table.subset(raters=table.raters if people is None else people), rule)
    votes, base = _start(voters, constant_credit(voters), count_people(voters) > 1, rule)
    return NoiseCeiling(
        lower=compare_votes(votes, "people", settings, base),
        upper=compare_votes(votes, "judge", settings, base),
    )


def split_judge(
    table: RatingTable, judge: str, people: Collection[str], rule: Rule | None
) -> tuple[RatingTable, RatingTable]:
    """The ratings of the judge and those of the people, with the rule applied to both."""
    names = {people} if isinstance(people, str) else set(people)
    if judge in names:
        raise AgreementError("the judge is one of the people")
    held = apply_rule(table.subset(raters=[judge, *sorted(names)]), rule)
    of_judge = held.rater == held.raters.index(judge)
    return held.keep(of_judge), held.keep(~of_judge)


def pair_votes(
    table: RatingTable, judge: str, people: Collection[str], rule: Rule | None
) -> tuple[Votes, Estimate]:
    """The votes that both are held against, and what is counted of them."""
    own, voters = split_judge(table, judge, people, rule)
    units = (count_per_unit(own) > 0) & (count_people(voters) > 1)
    return _start(voters, judge_credit(own, voters), units, rule)


def _start(
    voters: RatingTable, credit: FloatArray, units: BoolArray, rule: Rule | None
) -> tuple[Votes, Estimate]:
    votes = gather_votes(voters, credit, units)
    left = int((~units[voters.unit]).sum())
    excluded = {**voters.excluded, "unpaired": left}
    base = start_estimate(
        n=len(votes.pair_starts), n_unit="pairs", excluded=excluded, level="nominal", rule=rule
    )
    return votes, base


def compare_votes(
    votes: Votes, side: Side, settings: Settings, base: Estimate, only: int | None = None
) -> Estimate:
    """One of the figures, of all people or of one alone."""
    return infer(SharedTarget(TargetScores(votes, crossed=settings.crossed, only=only), side), settings, base)


def _infer_all(votes: Votes, settings: Settings, base: Estimate, only: int | None) -> SameTarget:
    scores = TargetScores(votes, crossed=settings.crossed, only=only)
    with share_work():
        found = {side: infer(SharedTarget(scores, side), settings, base) for side in SIDES}
    return SameTarget(
        judge=found["judge"],
        people=found["people"],
        difference=found["difference"],
        relative_to_people=found["ratio"],
    )


def _fix(table: RatingTable, name: str) -> dict[str, RaterKind]:
    return {name: "fixed"} if table.kinds[int(table.codes_of(name)[0])] == "person" else {}
