"""An answer to nothing is refused in words that say so, also where no question must be answered."""

import pytest

from annotations.domain.reading.answers import read_answers
from annotations.domain.reading.spans import ShownTexts
from annotations.models import TaskKind
from evalplatform.common.errors import Invalid
from tests.factories.ledger import make_criterion, make_project, make_rubric, make_single_task, scale

pytestmark = pytest.mark.database


def test_whoever_answers_nothing_is_told_so() -> None:
    rubric = make_rubric(make_project("sky"), TaskKind.SINGLE)
    optional = make_criterion(rubric, "clarity", values=scale(1, 2, 3), required=False)
    texts = ShownTexts(make_single_task(rubric.project, rubric))
    with pytest.raises(Invalid) as caught:
        read_answers(criteria=[optional], raw={}, order=(), texts=texts)
    assert caught.value.detail == "Nothing has been answered: at least one answer is needed."
    assert [fault.field for fault in caught.value.faults] == ["ratings"]
