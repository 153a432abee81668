"""All kinds of figures. A new one is a function from a subject to questions, named here."""

from collections.abc import Callable, Iterator

from evalplatform.reports.questions.coefficients import ask_coefficients
from evalplatform.reports.questions.comparisons import ask_comparisons
from evalplatform.reports.questions.orders import ask_orders
from evalplatform.reports.questions.people import ask_people
from evalplatform.reports.questions.question import Question
from evalplatform.reports.questions.stand_in import ask_stand_in
from evalplatform.reports.questions.strengths import ask_strengths
from evalplatform.reports.questions.subject import Subject
from evalplatform.reports.questions.systems import ask_matched, ask_systems

REGISTRY: tuple[Callable[[Subject], Iterator[Question]], ...] = (
    ask_people,
    ask_coefficients,
    ask_comparisons,
    ask_stand_in,
    ask_orders,
    ask_systems,
    ask_matched,
    ask_strengths,
)


def list_questions(subject: Subject) -> Iterator[Question]:
    """Every figure that the subject's data allow; none is worked out yet."""
    for ask in REGISTRY:
        yield from ask(subject)
