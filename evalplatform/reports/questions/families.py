"""Does a judge prefer the answers of its own family by more than they deserve?"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial

from evalplatform.agreement import Estimate, apply_rule
from evalplatform.agreement.bias import SelfPreference, self_preference
from evalplatform.reports.questions.beside_people import BesidePeople, list_beside_people
from evalplatform.reports.questions.people import interval_of
from evalplatform.reports.questions.question import Question
from evalplatform.reports.questions.subject import Subject

UNADJUSTED = ("win_rate_gap", "equal_opportunity")  # what an unbiased judge does not have at 0


def ask_families(subject: Subject) -> Iterator[Question]:
    """Every judge of a family that wrote an answer, against every set of persons."""
    if not subject.is_preference:
        return
    families = {rater.key: rater.family for rater in subject.ratings.raters.values() if rater.family}
    wrote = set(subject.families.values())
    for both in list_beside_people(subject):
        if families.get(both.judge) in wrote:
            yield from _ask(subject, both, families)


def _ask(subject: Subject, both: BesidePeople, families: dict[str, str]) -> Iterator[Question]:
    table = apply_rule(subject.cut_table(*subject.fixed, both.group, slice={}), "tie")
    # A merged verdict belongs to no order, so that none is held against another's.
    table = replace(table, presentation=None)
    work_out: Callable[[], SelfPreference] = cache(
        partial(
            self_preference,
            table,
            both.judge,
            both.people,
            {unit: (_of(one), _of(other)) for unit, (one, other) in subject.pair_systems(table).items()},
            {**{_of(system): family for system, family in subject.families.items()}, **families},
            lengths=subject.lengths if len(subject.lengths) == len(table.units) else None,
            **interval_of(subject, "these_raters"),
        )
    )
    answers: dict[str, Callable[[], Estimate]] = {"self_preference": lambda: work_out().effect}
    for name in UNADJUSTED:
        answers[f"self_preference_unadjusted:{name}"] = partial(_pick_unadjusted, work_out, name)
    for statistic, answer in answers.items():
        yield both.ask(statistic, answer, rule="tie")


def _of(system: str) -> str:
    """A system's name apart from any rater's."""
    return f"system\x1f{system}"


def _pick_unadjusted(work_out: Callable[[], SelfPreference], name: str) -> Estimate:
    return work_out().unadjusted[name]
