"""Known answers of marks: when an answer's marks are as expected, and all that follows from checks on them."""

import json
from typing import Any

import pytest

from annotations.domain.checking.cautions import set_rule
from annotations.domain.checking.gold import mark_gold
from annotations.domain.checking.known_answers import adopt_answers, keep_known_answers, read_known_answers
from annotations.domain.checking.objections import contest_check, decide_objection
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.qualify import set_qualification, settle_trial
from annotations.domain.reviewing.adjudicate import decide_task
from annotations.domain.submitting.annotate import record_annotation
from annotations.domain.versions.rubric_versions import describe_rubric, make_version, read_version
from annotations.models import (
    Annotation,
    Assignment,
    Caution,
    Level,
    Project,
    Rater,
    RaterKind,
    Rating,
    RuleEffect,
    Task,
    TaskKind,
    Trial,
)
from annotations.queries.check_results import read_check_results
from annotations.queries.checked_answers import compare_with_expected, list_outcomes
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Invalid
from tests.factories.ledger import (
    make_criterion,
    make_item,
    make_person,
    make_project,
    make_rubric,
    make_single_task,
    make_system,
    make_user,
    scale,
)
from tests.factories.ratings import make_rater, rate

pytestmark = pytest.mark.database
OPTIONS = {"categories": ["Accuracy", "Style"], "severities": ["Major", "Minor"]}
TEXT = "0123456789 The cat sat on the mat, and apex-9 slept."
Spans = list[dict[str, Any]]


def mark(start: int, end: int, category: str = "Accuracy", severity: str = "Major") -> dict[str, Any]:
    return {"start": start, "end": end, "category": category, "severity": severity}


def make_marked(known: list[Spans], *, training: bool = False, **more: Any) -> tuple[Project, list[Task]]:
    """A project whose tasks are known answers of these marks alone, asked before real work."""
    project = make_project("mqm")
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "errors", Level.SPANS, options=OPTIONS)
    tasks = []
    for number, spans in enumerate(known):
        system = make_system(project, f"apex-{9 + number}")
        task = make_single_task(project, rubric, system=system, text=TEXT, item=make_item(project))
        mark_gold(task=task, ratings={"errors": spans}, actor=make_user(), training=training, **more)
        tasks.append(task)
    return project, tasks


def ask_in_test(project: Project, *, size: int, pass_mark: float = 1.0) -> Rater:
    set_qualification(project=project, size=size, mark=pass_mark, tries=1, actor=make_user())
    return make_person(project)


def reload(rater: Rater) -> Rater:
    return Rater.objects.select_related("project").get(pk=rater.pk)


def answer(rater: Rater, said: dict[int, Spans] | Spans) -> Assignment:
    held = claim_assignment(rater=reload(rater))
    assert held is not None
    spans = said[held.task_id] if isinstance(said, dict) else said
    record_annotation(assignment=held, ratings={"errors": spans}, seconds=1.0, client_key=str(held.public_id))
    return held


def end_test(rater: Rater) -> Trial:
    settle_trial(rater=rater, now=database_now())
    return Trial.objects.get(rater=rater)


EXPECTED = [mark(0, 10)]
NOTHING: Spans = []


@pytest.mark.parametrize(
    ("expected", "said", "share", "hit"),
    [
        (EXPECTED, EXPECTED, 0.0, True),
        (EXPECTED, [mark(0, 10, "Style")], 0.5, True),  # found, and called something else
        (EXPECTED, [mark(0, 10, "Style")], 0.49, False),
        (EXPECTED, [mark(0, 10, severity="Minor")], 0.49, False),
        (EXPECTED, [mark(5, 15)], 0.5, True),  # half of what both mark
        (EXPECTED, [mark(6, 16)], 0.5, False),
        (EXPECTED, [mark(6, 16)], 0.6, True),
        (EXPECTED, [mark(5, 15, "Style")], 0.5, False),
        (EXPECTED, [mark(3, 13)], 0.3, True),  # 1 - 14/20 is more than 0.3 in binary
        (EXPECTED, [mark(4, 14)], 0.3, False),
        (EXPECTED, [mark(20, 30)], 0.99, False),
        (EXPECTED, NOTHING, 1.0, False),  # however much may lie apart
        (NOTHING, EXPECTED, 1.0, False),
        (NOTHING, NOTHING, 0.0, True),
    ],
)
def test_marks_are_as_expected_where_no_more_than_the_share_lies_apart(
    expected: Spans, said: Spans, share: float, hit: bool
) -> None:
    project, [task] = make_marked([expected], marks_apart=share)
    rater = ask_in_test(project, size=1)
    answer(rater, said)
    assert [line.hit for line in list_outcomes(rater=rater, ground="gold", after=0)] == [hit]
    results = read_check_results(project)
    assert [(line.gold.hits, line.gold.n) for line in results.raters] == [(int(hit), 1)]
    assert [(line.task, line.gold.hits, line.gold.n) for line in results.tasks] == [(task, int(hit), 1)]
    assert end_test(rater).state == ("passed" if hit else "failed")


def test_the_share_is_kept_with_the_known_answer_half_unless_it_says_otherwise() -> None:
    make_marked([EXPECTED])
    assert Rating.objects.get().meta == {"marks_apart": 0.5}


def test_texts_alone_and_marks_that_are_not_compared_are_no_known_answer() -> None:
    project, _ = make_marked([])
    rubric = project.rubrics.get()
    task = make_single_task(project, rubric, text=TEXT, system=make_system(project, "apex-1"))
    for share in (None, -0.1, 1.1, float("nan")):
        with pytest.raises(Invalid):
            mark_gold(task=task, ratings={"errors": EXPECTED}, actor=make_user(), marks_apart=share)
    words = make_rubric(project, TaskKind.SINGLE, key="words")
    make_criterion(words, "why", Level.TEXT)
    told = make_single_task(project, words, text=TEXT, system=make_system(project, "apex-2"))
    with pytest.raises(Invalid):
        mark_gold(task=told, ratings={"why": "Because."}, actor=make_user())
    assert not Annotation.objects.exists()


def test_beside_a_value_marks_are_compared_too_unless_it_is_said_that_they_are_not() -> None:
    project, _ = make_marked([])
    rubric = project.rubrics.get()
    make_criterion(rubric, "fluency", values=scale(1, 2, 3))
    for number, share in enumerate((0.5, None)):
        item, system = make_item(project), make_system(project, f"apex-{number}")
        task = make_single_task(project, rubric, item=item, system=system, text=TEXT)
        ratings = {"errors": EXPECTED, "fluency": 2}
        mark_gold(task=task, ratings=ratings, actor=make_user(), marks_apart=share)
    rater = ask_in_test(project, size=2)
    for _ in range(2):
        held = claim_assignment(rater=reload(rater))
        assert held is not None
        sent = {"errors": [mark(20, 30)], "fluency": 2}
        record_annotation(assignment=held, ratings=sent, seconds=1.0, client_key=str(held.public_id))
    assert [line.gold.hits for line in read_check_results(project).tasks] == [0, 1]


def test_a_test_of_marks_has_a_pass_mark() -> None:
    project, tasks = make_marked([EXPECTED, NOTHING, EXPECTED, NOTHING])
    rater = ask_in_test(project, size=4, pass_mark=0.75)
    said = {
        task.pk: spans for task, spans in zip(tasks, [EXPECTED, NOTHING, EXPECTED, EXPECTED], strict=True)
    }
    for _ in range(4):
        answer(rater, said)
    trial = end_test(rater)
    assert (trial.state, trial.hits, trial.n, trial.needed) == ("passed", 3, 4, 3)


def test_after_training_it_is_known_how_far_marks_lie_apart() -> None:
    project, _ = make_marked([EXPECTED], training=True)
    make_known(project)
    rater = ask_in_test(project, size=1)
    compared = compare_with_expected(answer(rater, [mark(5, 15)]))
    assert compared.as_expected
    assert list(compared.apart.values()) == [(0.5, 0.5)]
    assert len(compared.answers) == 2


def make_known(project: Project) -> Task:
    """One more known answer, for the test."""
    task = make_single_task(
        project,
        project.rubrics.get(),
        text=TEXT,
        system=make_system(project, "apex-0"),
        item=make_item(project),
    )
    mark_gold(task=task, ratings={"errors": EXPECTED}, actor=make_user())
    return task


def test_the_rule_on_checks_counts_marks_and_a_contested_answer_is_counted_again() -> None:
    project, _ = make_marked([EXPECTED] * 4)
    project.gold_share = 0.1
    project.save()
    rubric, system = project.rubrics.get(), make_system(project, "omega-1")
    for _ in range(60):
        make_single_task(project, rubric, system=system, text=TEXT)
    floors = {"gold_floor": 0.99, "repeat_floor": None}
    set_rule(project=project, **floors, least_checks=3, effect=RuleEffect.WARN, actor=make_user())
    rater, met = make_person(project), []
    while not Caution.objects.exists():
        held = claim_assignment(rater=reload(rater))
        assert held is not None
        if held.slot_id is None:
            met.append(held.task)
        said = EXPECTED if len(met) == 1 else [mark(20, 30)]
        record_annotation(
            assignment=held, ratings={"errors": said}, seconds=1.0, client_key=str(held.public_id)
        )
    caution = Caution.objects.get()
    right, *missed = met
    assert (caution.hits, caution.n) == (1, 3)
    with pytest.raises(Invalid):
        contest_check(caution=caution, task=right, text="This one was met.")
    objection = contest_check(caution=caution, task=missed[0], text="That is right as it is.")
    decide_objection(objection=objection, withdraw=True, reply="Indeed.", actor=make_user())
    caution.refresh_from_db()
    assert (caution.hits, caution.n, caution.state) == (1, 2, "lifted")


def test_another_share_is_another_known_answer_and_checks_are_counted_by_it() -> None:
    project, [task] = make_marked([EXPECTED], marks_apart=0.2)
    rater = ask_in_test(project, size=1)
    answer(rater, [mark(5, 15)])
    assert end_test(rater).state == "failed"
    mark_gold(task=task, ratings={"errors": EXPECTED}, actor=make_user(), marks_apart=0.5)
    assert Trial.objects.get().state == "passed"
    assert Annotation.objects.filter(rater__kind="reference").count() == 2


def test_a_new_version_takes_marks_over_with_their_share() -> None:
    project, [task] = make_marked([EXPECTED], marks_apart=0.3)
    rubric = project.rubrics.get()
    stated = {**describe_rubric(rubric), "instructions": {"en": "Read twice."}}
    draft = read_version(rubric=rubric, stated=stated)
    make_version(rubric=rubric, draft=draft, actor=make_user())
    copy = Task.objects.get(renewed_from=task)
    rating = Rating.objects.get(annotation__task=copy)
    assert (rating.meta, [span["end"] for span in rating.spans or []]) == ({"marks_apart": 0.3}, [10])


def test_decisions_of_marks_become_known_answers() -> None:
    project, _ = make_marked([])
    task = make_single_task(
        project,
        project.rubrics.get(),
        text=TEXT,
        system=make_system(project, "apex-9"),
        item=make_item(project),
    )
    decide_task(task=task, ratings={"errors": EXPECTED}, note="", reviewer=make_user())
    kept = adopt_answers(project=project, rater="adjudication", count=1, actor=make_user(), marks_apart=0.25)
    assert kept == 1
    expected = Rating.objects.get(annotation__rater__name="known answers")
    assert (expected.meta, expected.spans) == ({"marks_apart": 0.25}, [{**EXPECTED[0], "text": TEXT[:10]}])


def test_gold_of_a_study_is_taken_where_its_words_stand_once() -> None:
    project, _ = make_marked([])
    gold = make_rater(project, "gold", RaterKind.REFERENCE)
    for number, words in enumerate(("cat", "at", "dog")):
        item, system = make_item(project, key=words), make_system(project, f"omega-{number}")
        task = make_single_task(project, project.rubrics.get(), system=system, text=TEXT, item=item)
        spans = [{"text": words, "category": "Accuracy", "severity": "Major"}]
        given = rate(task, gold, None, absent="abstained")
        given.ratings.update(spans=spans, absent=None)
    assert adopt_answers(project=project, rater="gold", count=3, actor=make_user()) == 1
    expected = Rating.objects.get(annotation__rater__name="known answers")
    start = TEXT.index("cat")
    kept = {"start": start, "end": start + 3, "category": "Accuracy", "severity": "Major", "text": "cat"}
    assert (expected.meta, expected.spans) == ({"marks_apart": 0.5}, [kept])


def test_a_file_states_marks_in_the_stored_text_and_how_far_apart_they_may_lie() -> None:
    project, _ = make_marked([])
    for key, name in (("a", "apex-9"), ("b", "apex-8"), ("c", "apex-7")):
        make_single_task(
            project, project.rubrics.get(), text=TEXT, system=make_system(project, name),
            item=make_item(project, key=key),
        )  # fmt: skip
    slept = TEXT.index("slept")
    style = {"category": "Style", "severity": "Minor"}
    placed = {"start": slept, "end": slept + 5, "text": "slept", **style}
    lines: list[dict[str, Any]] = [
        {"item": "a", "marks_apart": 0.3, "errors": [placed]},
        {"item": "b", "errors": [{"text": "cat", **style}]},
        {"item": "c", "errors": []},
    ]
    answers = read_known_answers("\n".join(map(json.dumps, lines)).encode())
    assert keep_known_answers(project=project, answers=answers, actor=make_user()) == 3
    kept = [rating.spans or [] for rating in Rating.objects.order_by("annotation__task__item__key")]
    assert [[(span["start"], span["text"]) for span in spans] for spans in kept] == [
        [(slept, "slept")],
        [(TEXT.index("cat"), "cat")],
        [],
    ]
    shares = Rating.objects.order_by("annotation__task__item__key").values_list("meta", flat=True)
    assert [(meta or {})["marks_apart"] for meta in shares] == [0.3, 0.5, 0.5]


@pytest.mark.parametrize(
    ("errors", "share"),
    [
        ('[{"start": 0, "end": 900, "category": "Style", "severity": "Minor"}]', ""),
        ('[{"start": 0, "end": 3, "text": "cat", "category": "Style", "severity": "Minor"}]', ""),
        ('[{"text": "at", "category": "Style", "severity": "Minor"}]', ""),
        ('[{"text": "dog", "category": "Style", "severity": "Minor"}]', ""),
        ('[{"start": 0, "end": 3, "category": "Nonsense", "severity": "Minor"}]', ""),
        ('[{"start": 0, "category": "Style", "severity": "Minor"}]', ""),
        ('[{"start": 0, "end": 3, "turn": 2, "category": "Style", "severity": "Minor"}]', ""),
        ("cat", ""),
        ("4", ""),
        ("[]", "2"),
        ("[]", "half"),
    ],
)
def test_marks_of_a_file_that_cannot_be_are_named_by_their_line(errors: str, share: str) -> None:
    project, _ = make_marked([])
    make_single_task(
        project, project.rubrics.get(), text=TEXT, system=make_system(project, "apex-9"),
        item=make_item(project, key="a"),
    )  # fmt: skip
    quoted = errors.replace('"', '""')
    content = f'item,errors,marks_apart\na,"{quoted}",{share}\n'.encode()
    with pytest.raises(Invalid) as refused:
        keep_known_answers(project=project, answers=read_known_answers(content), actor=make_user())
    assert [fault.line for fault in refused.value.faults] == [2]
    assert not Annotation.objects.exists()
