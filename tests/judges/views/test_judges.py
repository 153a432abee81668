"""Pages of judges: the list, one judge, the exact request without a call, and the trial on five items."""

import pytest
from django.test import Client

from annotations.models import Presentation, Role, TaskKind
from judges.engine.versions.register import create_judge
from judges.models import Attempt, Run
from tests.factories.callers import sign_in
from tests.factories.judging import make_field, make_judge
from tests.factories.labelled import SPLIT, list_kept, make_labelled
from tests.factories.ratings import rate

pytestmark = pytest.mark.database
URL = "http://127.0.0.1:9/v1"


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    assert len(answer.content) < 100_000
    return answer.content.decode()


def test_a_project_without_judges_says_what_a_judge_is() -> None:
    page = read(sign_in(make_field(slug="study").project), "/p/study/judges/")
    assert "No judge is here yet." in page
    assert "/p/study/judges/new/" in page


def test_the_list_names_protocol_model_prompt_and_what_was_done() -> None:
    field = make_field(slug="study", tasks=2)
    judge = create_judge(project=field.project, name="longest", protocol="pair", builtin="longest")
    client = sign_in(field.project, Role.REVIEWER)
    for task in field.tasks:
        for order in ("0,1", "1,0"):
            rate(task, judge.rater, "first", order=order, presentation=Presentation.SHOWN)
    page = read(client, "/p/study/judges/")
    assert '<td class="number">4</td>' in page
    assert "two answers, in both orders" in page
    assert "/p/study/judges/new/" not in page  # a reviewer only reads


def test_the_preview_is_the_very_request_and_leaves_no_row() -> None:
    field = make_field(slug="study", tasks=1)
    judge = make_judge(field.project, URL, temperature=0, price_in=1, price_out=2)
    page = read(sign_in(field.project, Role.REVIEWER), f"/p/study/judges/{judge.public_id}/preview/")
    assert "[[A long and full answer.]]" in page
    assert "Such a call costs at most about 0.00" in page
    assert (Attempt.objects.count(), Run.objects.count()) == (0, 0)


def test_the_preview_of_a_judge_that_asks_for_each_criterion_is_its_first_call() -> None:
    field = make_field(TaskKind.SINGLE, 1, slug="study")
    judge = make_judge(field.project, URL, "single", one_call_per_criterion=True)
    page = read(sign_in(field.project, Role.REVIEWER), f"/p/study/judges/{judge.public_id}/preview/")
    assert "## correctness" in page
    assert "## clarity" not in page


def test_a_judge_without_a_fitting_task_says_so() -> None:
    field = make_field(TaskKind.SINGLE, slug="study")
    judge = make_judge(field.project, URL)
    page = read(sign_in(field.project), f"/p/study/judges/{judge.public_id}/preview/")
    assert "No open task fits this judge." in page


def test_the_trial_is_a_run_of_five_tasks() -> None:
    field = make_field(slug="study", tasks=7)
    judge = create_judge(project=field.project, name="longest", protocol="pair", builtin="longest")
    answer = sign_in(field.project).post(f"/p/study/judges/{judge.public_id}/try/")
    run = Run.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/p/study/runs/{run.public_id}/cases/")
    assert (run.task_limit, run.attempts.count()) == (5, 10)


def test_a_model_without_a_price_is_not_said_to_be_free() -> None:
    field = make_field(slug="study", tasks=1)
    judge = make_judge(field.project, URL)
    client = sign_in(field.project)
    client.post(f"/p/study/judges/{judge.public_id}/try/")
    assert '<td class="number">price unknown</td>' in read(client, "/p/study/judges/")
    assert "<dd>price unknown</dd>" in read(client, f"/p/study/judges/{judge.public_id}/")


def test_a_judge_says_what_its_split_keeps_from_it_and_which_examples_it_is_shown() -> None:
    field = make_labelled(40)
    judge = make_judge(field.project, URL, examples=2, examples_share=SPLIT.share)
    page = read(sign_in(field.project), f"/p/study/judges/{judge.public_id}/")
    assert f"{len(list_kept(field.project))} of 40 tasks lie on items that are kept for learning" in page
    assert page.count("<code>overall</code>: <strong>") == 2
    preview = read(sign_in(field.project), f"/p/study/judges/{judge.public_id}/preview/")
    assert "Values of this example" in preview
    estimate = read(sign_in(field.project), f"/p/study/runs/new/?judge={judge.public_id}&lane=live")
    assert f"{len(list_kept(field.project))} kept for learning" in estimate


def test_the_api_tells_the_same() -> None:
    field = make_labelled(40)
    judge = make_judge(field.project, URL, examples=2, examples_share=SPLIT.share)
    plain = make_judge(field.project, URL)
    client = sign_in(field.project)
    told = client.get(f"/api/v1/projects/study/judges/{judge.public_id}/").json()
    kept = len(list_kept(field.project))
    assert told["split"] == {"share": 0.3, "seed": 0, "side": "held_out", "fitting": 40, "left_out": kept}
    assert told["examples"] == [{"task": each["task"], "values": each["values"]} for each in judge.examples]
    assert client.get(f"/api/v1/projects/study/judges/{plain.public_id}/").json()["split"] is None
    order = {"judge": judge.rater.name}
    forecast = client.post("/api/v1/projects/study/runs/forecast/", order, content_type="application/json")
    assert (forecast.json()["tasks"], forecast.json()["left_out"]) == (40 - kept, kept)
