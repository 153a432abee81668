import random
import time

import pytest

from judges.engine.versions.prompt_versions import save_prompt
from judges.engine.versions.register import create_judge
from judges.queries.prompts import (
    DiffPiece,
    diff_prompts,
    diff_texts,
    find_prompt,
    list_prompts,
    write_unified,
)
from tests.factories.judging import make_connection
from tests.factories.ledger import make_project


def test_a_changed_word_is_marked_inside_its_line() -> None:
    lines = diff_texts("Be fair.\nJudge the answer.\n", "Be fair.\nJudge the whole answer.\n")
    assert (
        write_unified(lines) == "@@ -1,2 +1,2 @@\n Be fair.\n-Judge the answer.\n+Judge the whole answer.\n"
    )
    assert lines[2].pieces == (DiffPiece("Judge the "), DiffPiece("answer."))
    assert lines[3].pieces == (
        DiffPiece("Judge the "),
        DiffPiece("whole ", is_changed=True),
        DiffPiece("answer."),
    )


def test_far_lines_are_leapt_over() -> None:
    old = [f"line {number}" for number in range(30)]
    new = [*old[:5], "new", *old[5:25], *old[26:]]
    marks = [line.mark for line in diff_texts("\n".join(old), "\n".join(new))]
    assert "".join(marks) == "@   +   @   -   "


def test_equal_texts_have_no_lines() -> None:
    assert diff_texts("a\nb", "a\nb\n") == ()


def test_texts_made_to_be_slow_are_compared_soon() -> None:
    draw = random.Random(1)
    for joint in ("\n", " "):
        old, new = (joint.join(draw.choice("ab") for _ in range(8000)) for _ in range(2))
        start = time.thread_time()
        assert diff_texts(old, new) != ()
        assert time.thread_time() - start < 2


@pytest.mark.database
def test_versions_are_found_by_key_and_number() -> None:
    project = make_project()
    first, second = (
        save_prompt(
            project=project, key="mine", protocol="pair", system_template="Judge.", user_template=text
        ).prompt
        for text in ("{{ nonce }} one", "{{ nonce }} two")
    )
    create_judge(
        project=project, name="j", protocol="pair", connection=make_connection("http://127.0.0.1:9/v1"), model="m",
        prompt=first,
    )  # fmt: skip
    rows = [(row.key, row.version, vars(row)["judge_count"]) for row in list_prompts(project)]
    assert rows == [("mine", 2, 0), ("mine", 1, 1)]
    assert find_prompt(project=project, key="mine") == second
    assert find_prompt(project=project, key="mine", version=1) == first
    assert find_prompt(project=project, key="mine", version=3) is None
    assert find_prompt(project=make_project(), key="mine") is None
    diff = diff_prompts(first, second)
    assert diff.system == ()
    assert [line.text for line in diff.user[1:]] == ["{{ nonce }} one", "{{ nonce }} two"]
