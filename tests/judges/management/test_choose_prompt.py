"""The command that chooses a prompt."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from judges.engine.choosing.concluding import list_candidates
from judges.engine.ledger.control import pause_run
from judges.models import Attempt, Judge, PromptChoice
from tests.factories.labelled import list_kept, make_labelled
from tests.fakes.provider import FakeProvider
from tests.judges.engine.choosing.test_choices import make_order

pytestmark = pytest.mark.database(transaction=True)


def call(connection: str, *more: str) -> str:
    out = StringIO()
    call_command(
        "choose_prompt", "study", "best", "--prompts", "mine@1", "mine@2", "--connection", connection, "--model",
        "fake-1", "--share", "0.3", *more, stdout=out,
    )  # fmt: skip
    return out.getvalue()


def test_it_tells_then_judges_then_makes_the_judge_and_again_asks_nothing() -> None:
    field = make_labelled(80)
    kept = len(list_kept(field.project))
    with FakeProvider() as fake:
        connection = make_order(field, fake.url).connection.name
        told = call(connection, "--dry-run")
        assert f"{kept} labelled tasks of the split, criterion overall." in told
        assert told.count(f"{kept} tasks, {2 * kept} calls") == 2
        assert (PromptChoice.objects.count(), Judge.objects.count()) == (0, 0)
        out = call(connection)
        asked = Attempt.objects.count()
        assert call(connection).splitlines()[-4:] == out.splitlines()[-4:]
    assert "Chosen: mine v2 (no other candidate could be as good)." in out
    assert "Judge best, content" in out
    assert asked == Attempt.objects.count() == 4 * kept


def test_a_budget_that_is_used_up_stops_it_and_a_paused_choice_goes_on() -> None:
    field = make_labelled(80)
    with FakeProvider() as fake:
        connection = make_order(field, fake.url).connection.name
        prices = ("--set", "price_in=1", "--set", "price_out=2")
        with pytest.raises(CommandError, match="the same command again goes on"):
            call(connection, *prices, "--budget", "0.004")
        choice = PromptChoice.objects.get()
        assert choice.figures is None
        for candidate in list_candidates(choice):
            candidate.run.budget = None
            candidate.run.save()
            pause_run(run=candidate.run, reason="Paused by hand.")
        assert "Chosen: mine v2" in call(connection, *prices, "--budget", "0.004")
