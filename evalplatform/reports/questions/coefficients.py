"""Do people agree, by other coefficients than the headline's: each means something else by chance."""

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any  # arguments of any figure

from evalplatform.agreement import (
    ICC_FORMS,
    Estimate,
    RatingTable,
    Rule,
    apply_rule,
    brennan_prediger,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    intraclass_correlation,
    kendall_w,
    variance_components,
)
from evalplatform.agreement.reliability.intraclass import name_inference
from evalplatform.agreement.reliability.weighting import Weighting
from evalplatform.reports.questions.people import INFERENCES, interval_of, used_values
from evalplatform.reports.questions.question import Question, pick_one
from evalplatform.reports.questions.subject import PLAIN, Subject

COMPONENT = "variance_component:"  # and the source
# Credit for near values at each level; alpha has distances of its own.
WEIGHTS: dict[str, Weighting | None] = {"nominal": None, "ordinal": "ordinal", "interval": "quadratic"}
KAPPAS: dict[str, Callable[..., Estimate]] = {
    "fleiss_kappa": fleiss_kappa,
    "conger_kappa": conger_kappa,
    "brennan_prediger": brennan_prediger,
}


def ask_coefficients(subject: Subject) -> Iterator[Question]:
    """Kappas and their like, ranks, and what supposes a model of numbers, of every set of two persons or more."""
    for group in subject.persons:
        table = subject.cut_table(group, slice={})
        if len(subject.groups[group]) < 2 or not len(table):
            continue
        is_plain = not subject.is_preference or PLAIN.issuperset(used_values(table))
        rule: Rule | None = None if is_plain else "tie"
        held = apply_rule(table, rule) if rule else table
        asked = partial(Question, criterion=subject.criterion, raters=group, rule=rule)
        yield from _ask_kappas(subject, held, asked)
        if subject.has_numbers:
            yield from _ask_correlations(subject, held, asked)
            yield from _ask_components(subject, held, asked)


def _ask_kappas(subject: Subject, table: RatingTable, asked: Callable[..., Question]) -> Iterator[Question]:
    levels = [level for level in WEIGHTS if level in (*subject.levels, *subject.other_levels)]
    for inference in INFERENCES:
        interval = interval_of(subject, inference)
        for level in dict.fromkeys(("nominal", *levels)):
            weights = WEIGHTS[level]
            for name, kappa in KAPPAS.items():
                answer = partial(kappa, table, weights=weights, **interval)
                yield asked(statistic=name, level=level, inference=inference, answer=answer)
            if weights is None:
                answer = partial(gwet_ac1, table, **interval)
                yield asked(statistic="gwet_ac1", level=level, inference=inference, answer=answer)
            else:
                answer = partial(gwet_ac2, table, weights=weights, **interval)
                yield asked(statistic="gwet_ac2", level=level, inference=inference, answer=answer)
        if len(levels) > 1 or levels == ["ordinal"]:
            answer = partial(kendall_w, table, **interval)
            yield asked(statistic="kendall_w", level="ordinal", inference=inference, answer=answer)


def _ask_correlations(
    subject: Subject, table: RatingTable, asked: Callable[..., Question]
) -> Iterator[Question]:
    for form in ICC_FORMS:
        answer = partial(intraclass_correlation, table, form, resamples=subject.resamples, seed=subject.seed)
        yield asked(statistic=form, level="interval", inference=name_inference(form), answer=answer)


def _ask_components(
    subject: Subject, table: RatingTable, asked: Callable[..., Question]
) -> Iterator[Question]:
    """Of items and systems where outputs of several systems were rated, else of what was rated."""
    systems = {unit: subject.ratings.tasks[unit].systems for unit in table.units.tolist()}
    is_single = all(len(names) == 1 for names in systems.values())
    several = is_single and len({names[0] for names in systems.values()}) > 1
    by_unit = {unit: names[0] for unit, names in systems.items()} if several else None
    options: dict[str, Any] = dict(interval_of(subject, "these_raters"))

    @cache
    def work_out() -> dict[str, Estimate]:
        return dict(variance_components(table, systems=by_unit, **options).components)

    for source in list_sources(table, by_unit):
        yield asked(
            statistic=f"{COMPONENT}{source}",
            level="interval",
            inference="these_raters",
            answer=partial(pick_one, work_out, source),
        )


def list_sources(table: RatingTable, systems: dict[str, str] | None) -> list[str]:
    """The sources of spread that the data can tell apart; found without resampling."""
    found = variance_components(table, systems=systems, inference=None)
    return list(found.components)
