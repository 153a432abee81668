"""Is a stated confidence true: do verdicts of which a judge is surer agree with people more often?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from evalplatform.agreement import Estimate, Rule, apply_rule
from evalplatform.agreement.confidence import (
    area_under_curve,
    brier_score,
    calibration_error,
    negative_log_likelihood,
    risk_coverage,
    selective_threshold,
    spiegelhalter_test,
)
from evalplatform.agreement.consensus import majority_vote
from evalplatform.reports.questions.beside_people import BesidePeople, list_beside_people
from evalplatform.reports.questions.people import Interval, interval_of
from evalplatform.reports.questions.question import Question, pick_one, state
from evalplatform.reports.questions.subject import Subject

RISK = 0.1  # share of wrong verdicts that a judge deciding alone may have
FIGURES = (
    "brier_score",
    "log_loss",
    "area_under_curve",
    "calibration_error",
    "calibration_error_by_chance",
    "calibration_error_debiased",
    "spiegelhalter_p",
    "risk_coverage_area",
    f"selective_threshold:{RISK}",
    f"selective_coverage:{RISK}",
)


@dataclass(frozen=True, slots=True)
class Stated:
    """Confidences with what came of them (1: people's plurality said the same), and the items."""

    confidence: list[float]
    outcome: list[int]
    item: list[str]


def ask_confidences(subject: Subject) -> Iterator[Question]:
    """Every judge and the like that says how sure it is, against every set of persons, where values are names."""
    if subject.has_numbers:
        return
    for both in list_beside_people(subject):
        stated = find_outcomes(subject, both.fixed, both.group)
        if stated.confidence:
            yield from _ask(subject, both, stated)


def find_outcomes(subject: Subject, fixed: str, group: str) -> Stated:
    """The verdicts with a confidence on tasks where people have a plurality; a tie of votes is none."""
    ratings = subject.ratings
    rule: Rule | None = "tie" if subject.is_preference else None
    right = majority_vote(apply_rule(subject.cut_table(group, slice={}), rule)).labels
    said = apply_rule(ratings.table, rule)
    found = Stated([], [], [])
    for place in np.flatnonzero(ratings.find_rows(subject.groups[fixed], slice={})).tolist():
        confidence = ratings.rows[place].confidence
        unit = str(said.units[said.unit[place]])
        if confidence is not None and unit in right:
            found.confidence.append(confidence)
            found.outcome.append(int(said.categories[said.value[place]] == right[unit]))
            found.item.append(ratings.tasks[unit].item)
    return found


def _ask(subject: Subject, both: BesidePeople, stated: Stated) -> Iterator[Question]:
    work_out: Callable[[], Mapping[str, Estimate]] = cache(
        partial(_work_out, stated, interval_of(subject, "these_raters"))
    )
    for name in FIGURES:
        yield both.ask(name, partial(pick_one, work_out, name))


def _work_out(stated: Stated, interval: Interval) -> dict[str, Estimate]:
    pairs = (stated.confidence, stated.outcome)
    say = partial(state, n=len(stated.confidence), n_unit="verdicts")
    error = calibration_error(*pairs, seed=interval["seed"])
    test, curve = spiegelhalter_test(*pairs), risk_coverage(*pairs)
    threshold = selective_threshold(*pairs, risk=RISK)
    return {
        "brier_score": brier_score(*pairs, clusters=stated.item, **interval).score,
        "log_loss": negative_log_likelihood(*pairs, clusters=stated.item, **interval),
        "area_under_curve": area_under_curve(*pairs, clusters=stated.item, **interval),
        "calibration_error": say(error.ece, undefined=error.undefined),
        "calibration_error_by_chance": say(error.null_mean, undefined=error.undefined),
        "calibration_error_debiased": say(error.debiased, undefined=error.undefined),
        "spiegelhalter_p": say(test.p_value, undefined=test.undefined),
        "risk_coverage_area": say(curve.area, undefined=curve.undefined),
        f"selective_threshold:{RISK}": say(threshold.threshold, undefined=threshold.undefined),
        f"selective_coverage:{RISK}": say(threshold.coverage, undefined=threshold.undefined),
    }
