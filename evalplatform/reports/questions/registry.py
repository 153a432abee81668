"""All kinds of figures. A new one is a function from a subject to questions, named here."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from evalplatform.agreement import AgreementError
from evalplatform.reports.questions.categories import ask_categories
from evalplatform.reports.questions.coefficients import ask_coefficients
from evalplatform.reports.questions.comparisons import ask_comparisons
from evalplatform.reports.questions.confidences import ask_confidences
from evalplatform.reports.questions.designs import ask_designs
from evalplatform.reports.questions.families import ask_families
from evalplatform.reports.questions.few_labels import ask_few_labels
from evalplatform.reports.questions.lengths import ask_lengths
from evalplatform.reports.questions.marks import ask_marks
from evalplatform.reports.questions.orders import ask_orders
from evalplatform.reports.questions.panels import ask_panels
from evalplatform.reports.questions.people import ask_people
from evalplatform.reports.questions.question import Question
from evalplatform.reports.questions.rankings import ask_rankings
from evalplatform.reports.questions.raters import ask_raters
from evalplatform.reports.questions.repeats import ask_repeats
from evalplatform.reports.questions.replacing import ask_replacing
from evalplatform.reports.questions.scale import ask_scale
from evalplatform.reports.questions.stand_in import ask_stand_in
from evalplatform.reports.questions.standings import ask_standings
from evalplatform.reports.questions.strengths import ask_strengths
from evalplatform.reports.questions.subject import Subject
from evalplatform.reports.questions.systems import ask_matched, ask_systems

REGISTRY: tuple[Callable[[Subject], Iterator[Question]], ...] = (
    ask_people,
    ask_coefficients,
    ask_categories,
    ask_designs,
    ask_marks,
    ask_raters,
    ask_repeats,
    ask_comparisons,
    ask_stand_in,
    ask_replacing,
    ask_panels,
    ask_few_labels,
    ask_confidences,
    ask_orders,
    ask_rankings,
    ask_lengths,
    ask_families,
    ask_scale,
    ask_systems,
    ask_matched,
    ask_strengths,
    ask_standings,
)


def list_questions(subject: Subject) -> Iterator[Question]:
    """Every figure that the subject's data allow; none is worked out yet.

    Where the statistics refuse the ratings while a kind of figure is looked for, there are no more of that kind.
    """
    for ask in REGISTRY:
        with suppress(AgreementError):
            yield from ask(subject)
