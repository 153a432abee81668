"""Is a judge more lenient than people, does it use the scale as they do, and is it as good in every language?"""

from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import combinations

from evalplatform.agreement import Estimate, apply_rule
from evalplatform.agreement.bias import ScaleUse, SliceComparison, language_bias, scale_use
from evalplatform.agreement.bias.slices import Measure
from evalplatform.reports.questions.beside_people import BesidePeople, list_beside_people
from evalplatform.reports.questions.people import interval_of
from evalplatform.reports.questions.question import Question
from evalplatform.reports.questions.subject import Subject


def ask_scale(subject: Subject) -> Iterator[Question]:
    """Every judge and the like against every set of persons."""
    for both in list_beside_people(subject):
        if subject.has_numbers:
            yield from ask_scale_use(subject, both)
        yield from _ask_languages(subject, both)


def ask_scale_use(subject: Subject, both: BesidePeople) -> Iterator[Question]:
    """Leniency and use of the scale, beside the others'."""
    work_out: Callable[[], ScaleUse] = cache(
        partial(
            scale_use,
            subject.turn_up(both.table),
            both.judge,
            both.people,
            **interval_of(subject, "these_raters"),
        )
    )
    answers: dict[str, Callable[[], Estimate]] = {
        "leniency": lambda: work_out().mean.difference,
        "spread_ratio": lambda: work_out().spread_ratio,
        "extremes_difference": lambda: work_out().extremes.difference,
    }
    for statistic, answer in answers.items():
        yield both.ask(statistic, answer, level="interval")


def _ask_languages(subject: Subject, both: BesidePeople) -> Iterator[Question]:
    """Differences between languages, each less each that follows it."""
    languages = {unit: subject.ratings.tasks[unit].language for unit in both.table.units.tolist()}
    names = sorted(set(languages.values()))
    if len(names) < 2 or "" in names:
        return
    measures: tuple[Measure, ...] = ("agreement", "leniency") if subject.has_numbers else ("agreement",)
    held = apply_rule(both.table, "tie") if subject.is_preference else subject.turn_up(both.table)
    for measure in measures:
        work_out: Callable[[], SliceComparison] = cache(
            partial(
                language_bias,
                held,
                both.judge,
                both.people,
                measure=measure,
                languages=languages,
                **interval_of(subject, "these_raters"),
            )
        )
        for first, second in combinations(names, 2):
            answer = partial(_pick_difference, work_out, first, second)
            yield both.ask(f"language_{measure}:{first}-{second}", answer)


def _pick_difference(work_out: Callable[[], SliceComparison], first: str, second: str) -> Estimate:
    found = {(each.one, each.other): each.difference for each in work_out().differences}
    return found[first, second]
