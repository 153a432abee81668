import pytest

from judges.engine.planning.plan import plan_run
from judges.engine.versions.prompt_versions import keep_library_prompt
from judges.engine.versions.register import create_judge
from judges.models import Prompt, RunState
from tests.factories.judging import make_connection, make_field, work


@pytest.mark.database(transaction=True)
def test_a_prompt_that_cannot_be_filled_pauses_the_run_and_says_why() -> None:
    field = make_field(tasks=3)
    prompt = keep_library_prompt(project=field.project, name="pair").prompt
    broken = "{{ 1 }}\n{{ answers[9].name }}"
    Prompt.objects.filter(pk=prompt.pk).update(user_template=broken)
    judge = create_judge(
        project=field.project, name="j", protocol="pair", connection=make_connection("http://127.0.0.1:9/v1"),
        model="m", prompt=prompt,
    )  # fmt: skip
    run = plan_run(project=field.project, judge=judge)
    work(run)
    run.refresh_from_db()
    assert run.state == RunState.PAUSED
    assert run.pause_reason.startswith("The prompt cannot be filled: line 2, user_template:")
    assert set(run.attempts.values_list("state", flat=True)) == {"pending"}
