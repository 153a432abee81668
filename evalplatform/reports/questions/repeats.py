"""Does a rater give the same answer again?"""

from collections.abc import Callable, Iterator
from functools import cache, partial

import numpy as np

from evalplatform.agreement import Estimate, RatingTable
from evalplatform.agreement.bias import SelfConsistency, self_consistency
from evalplatform.reports.questions.people import interval_of
from evalplatform.reports.questions.question import Question
from evalplatform.reports.questions.subject import Subject


def ask_repeats(subject: Subject) -> Iterator[Question]:
    """Every rater, person or judge, who rated something more than once."""
    table = subject.ratings.repeated
    for rater in find_repeaters(table):
        work_out: Callable[[], SelfConsistency] = cache(
            partial(self_consistency, table, rater, **interval_of(subject, "these_raters"))
        )
        answers: dict[str, Callable[[], Estimate]] = {
            "self_consistency": partial(_pick, work_out, "modal_share"),
            "self_alpha": partial(_pick, work_out, "alpha"),
        }
        for statistic, answer in answers.items():
            yield Question(
                statistic=statistic,
                criterion=subject.criterion,
                raters=subject.labels_of_raters[rater],
                answer=answer,
            )


def find_repeaters(table: RatingTable) -> list[str]:
    """Raters with more than one rating of a unit, by name."""
    if not len(table):
        return []
    cells, counts = np.unique(table.unit * len(table.raters) + table.rater, return_counts=True)
    return [table.raters[code] for code in np.unique(cells[counts > 1] % len(table.raters)).tolist()]


def _pick(work_out: Callable[[], SelfConsistency], name: str) -> Estimate:
    found: Estimate = getattr(work_out(), name)
    return found
