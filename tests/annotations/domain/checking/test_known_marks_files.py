"""Known answers of marks: those that raters pass over, and those that come in files."""

import json
from typing import Any

import pytest

from annotations.domain.checking.gold import mark_gold
from annotations.domain.checking.known_answers import keep_known_answers, read_known_answers
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Level, Project, Rater, Rating, Task, TaskKind
from annotations.queries.check_results import read_check_results
from annotations.queries.checked_answers import list_outcomes
from tests.annotations.domain.checking.test_known_marks import (
    EXPECTED,
    OPTIONS,
    TEXT,
    ask_in_test,
    end_test,
    make_marked,
    mark,
    reload,
)
from tests.factories.ledger import (
    make_criterion,
    make_item,
    make_project,
    make_rubric,
    make_single_task,
    make_system,
    make_user,
    scale,
)

pytestmark = pytest.mark.database
STYLE = {"category": "Style", "severity": "Minor"}


def make_task(project: Project, *, system: str = "apex-9") -> Task:
    item = make_item(project, key="a")
    return make_single_task(
        project, project.rubrics.get(), text=TEXT, system=make_system(project, system), item=item
    )


def say(rater: Rater, ratings: dict[str, Any]) -> None:
    held = claim_assignment(rater=reload(rater))
    assert held is not None
    record_annotation(assignment=held, ratings=ratings, seconds=1.0, client_key=str(held.public_id))


@pytest.mark.parametrize(
    ("expected", "said", "hit"),
    [
        ({"errors": EXPECTED}, {}, False),
        ({"errors": []}, {}, False),  # that nothing is wrong has to be said
        ({"errors": EXPECTED}, {"errors": EXPECTED}, True),
        ({"clarity": 2}, {}, False),
        ({"clarity": 2}, {"clarity": 2}, True),
    ],
)
def test_a_check_that_is_passed_over_is_missed(
    expected: dict[str, Any], said: dict[str, Any], hit: bool
) -> None:
    project = make_project("mqm")
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "errors", Level.SPANS, options=OPTIONS, required=False)
    make_criterion(rubric, "clarity", values=scale(1, 2, 3), required=False)
    make_criterion(rubric, "why", Level.TEXT, required=False)
    task = make_task(project)
    mark_gold(task=task, ratings=expected, actor=make_user())
    rater = ask_in_test(project, size=1)
    say(rater, {"why": "Because.", **said})

    assert [line.hit for line in list_outcomes(rater=rater, ground="gold", after=0)] == [hit]
    results = read_check_results(project)
    assert [(line.rater, line.gold.hits, line.gold.n) for line in results.raters] == [(rater, int(hit), 1)]
    assert [(line.gold.hits, line.gold.n) for line in results.tasks] == [(int(hit), 1)]
    assert end_test(rater).state == ("passed" if hit else "failed")


@pytest.mark.parametrize("form", ["line", "lines", "object", "list"])
@pytest.mark.parametrize("count", [1, 2])
def test_a_file_of_one_known_answer_is_read_in_every_form(form: str, count: int) -> None:
    row = {"item": "a", "errors": [mark(start, start + 3) for start in range(0, 4 * count, 4)]}
    written = {
        "line": json.dumps(row),
        "lines": json.dumps(row) + "\n",
        "object": json.dumps(row, indent=2),
        "list": json.dumps({"answers": [row]}),
    }
    [answer] = read_known_answers(written[form].encode())
    assert (answer.item, answer.values) == ("a", {"errors": row["errors"]})


@pytest.mark.parametrize("words", ["and apex-9", "apex-9 slept"])
def test_words_without_a_place_are_found_in_what_was_submitted(words: str) -> None:
    project, _ = make_marked([])
    make_task(project)  # raters read another name than apex-9
    line = {"item": "a", "errors": [{"text": words, **STYLE}]}
    keep_known_answers(
        project=project, answers=read_known_answers(json.dumps(line).encode()), actor=make_user()
    )
    start = TEXT.index(words)
    assert Rating.objects.get().spans == [{"start": start, "end": start + len(words), "text": words, **STYLE}]
