"""What providers do when they are not well, through the vendors' own clients: no case hangs, none is invented."""

from decimal import Decimal
from typing import Any  # settings

import pytest

from annotations.models import Annotation, Rating, TaskKind
from judges.engine.asking import retries
from judges.engine.pacing import patience
from judges.engine.planning.plan import plan_run
from judges.models import RawReply, Run
from judges.queries.progress import read_progress
from tests.factories.judging import make_field, make_judge, work
from tests.fakes import provider as fakes
from tests.fakes.provider import FakeProvider

pytestmark = pytest.mark.database(transaction=True)
VENDORS = ["openai", "anthropic"]


FAILURES = {
    "429:0.1": "http_429",
    "500": "http_500",
    "529": "http_529",
    "hang": "timeout",
    "cut": "connection",
    "reset": "connection",
    "drip": "timeout",
    "html": "bad_reply",
    "choiceless": "bad_reply",
}
VERDICTS = {
    "refusal": "refused",
    "unparsable": "unparsable",
    "short": "unparsable",
    "twice": "unparsable",
    "empty": "unparsable",
    "outside": "out_of_scale",
    "letter": "unparsable",
    "nan": "unparsable",
    "of_ten": "unparsable",
}


def judge_some(fake: FakeProvider, vendor: str, tasks: int) -> Run:
    """Tasks with two criteria each, one call at a time, no reply repaired."""
    field = make_field(TaskKind.SINGLE, tasks)
    url = fake.url if vendor == "openai" else fake.url.removesuffix("/v1")
    judge = make_judge(
        field.project,
        url,
        "single",
        provider=vendor,
        calls_in_flight=1,
        price_in=1,
        price_out=1,
        repair=False,
    )
    run = plan_run(project=field.project, judge=judge)
    work(run, 60.0)
    run.refresh_from_db()
    return run


@pytest.mark.parametrize("vendor", VENDORS)
def test_row_13_a_fault_is_a_failure_and_asked_again(
    vendor: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each fault at its own call, good answers between them; a call that drips ends by the loop's own clock."""
    settings.EVALPLATFORM_PROVIDER_TIMEOUT = 0.5
    settings.EVALPLATFORM_MAX_CALLS = len(FAILURES)  # one case may meet several of them
    monkeypatch.setattr(patience, "SLACK", 0.5)
    monkeypatch.setattr(fakes, "DRIP_EVERY", 0.1)
    monkeypatch.setattr(retries, "FIRST_PAUSE", 0.1)
    script = [step for fault in FAILURES for step in (fault, "fine")]
    with FakeProvider(faults=script) as fake:
        run = judge_some(fake, vendor, len(FAILURES))
    failed = run.attempts.filter(state="failed").order_by("started_at")
    assert list(failed.values_list("failure", flat=True)) == list(FAILURES.values())
    assert not failed.exclude(annotation=None).exists()
    assert max(filter(None, failed.values_list("latency_ms", flat=True))) < 1000 + 500
    assert read_progress(run).done == Annotation.objects.count() == len(FAILURES)
    assert len(fake.requests) == 2 * len(FAILURES)
    assert run.reserved == Decimal(0)


@pytest.mark.parametrize("vendor", VENDORS)
def test_row_13_what_another_call_would_not_mend_is_not_asked_again(vendor: str) -> None:
    with FakeProvider(faults=["400", "302:http://127.0.0.1:9/"]) as fake:
        run = judge_some(fake, vendor, 3)
    progress = read_progress(run)
    assert (progress.done, progress.failed, len(fake.requests)) == (1, {"http_302": 1, "http_400": 1}, 3)


@pytest.mark.parametrize("vendor", VENDORS)
def test_row_14_an_odd_verdict_is_none_and_kept_word_for_word(vendor: str) -> None:
    with FakeProvider(faults=list(VERDICTS)) as fake:
        run = judge_some(fake, vendor, len(VERDICTS) + 1)
    odd = run.attempts.order_by("pk").values_list("pk", flat=True)[: len(VERDICTS)]
    for attempt_id, absent in zip(odd, VERDICTS.values(), strict=True):
        ratings = Rating.objects.filter(annotation__attempt=attempt_id)
        values = ratings.values_list("number", "code", "text", "absent")
        assert list(values) == [(None, None, None, absent)] * 2
    assert Rating.objects.filter(number=3.0).count() == 2
    progress = read_progress(run)
    assert (progress.done, progress.failed) == (len(VERDICTS) + 1, {})
    assert progress.absent == {"out_of_scale": 2, "refused": 2, "unparsable": 14}
    kept = RawReply.objects.filter(attempt__run=run).order_by("attempt").values_list("reply", flat=True)
    said = ["I cannot judge this." if vendor == "openai" else "refusal", "I would say the first."]
    assert [words in reply for words, reply in zip(said, kept, strict=False)] == [True, True]
    assert ("NaN" in kept[7], "10/10" in kept[8]) == (True, True)
    assert len(fake.requests) == len(VERDICTS) + 1
