"""A run of judge work on the whole platform, each of whose processes may be hit; the ledger tells what came of it.

`with run_judged(tmp_path, fake, tasks=200) as judged:` starts `manage.py up` on the database of the test, with short
leases. Nobody lends the platform a hand: what is killed comes back by its supervisor.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any  # parameters of a judge

from django.conf import settings
from django.db.models import Count

from annotations.models import Annotation, Rating, TaskKind
from judges.engine.planning.plan import plan_run
from judges.models import Attempt, Run
from tests.factories.judging import make_field, make_judge
from tests.fakes.provider import FakeProvider
from tests.support.platform import Platform, run_up
from tests.support.processes import wait_until
from tests.support.web import share_database

PRICES: dict[str, Any] = {"price_in": 1, "price_out": 2, "price_cached": 1}
COST = Decimal("0.000120")  # of one answer of the fake provider: 100 tokens in and 10 out
UNHURRIED = (
    8.0  # seconds of a lease; a process kept waiting by a busy machine must not count as one that died
)
PATIENCE = 110  # seconds: within two minutes of the last blow all is done


@dataclass(frozen=True)
class Judged:
    """The platform, its provider, and the run under way."""

    platform: Platform
    fake: FakeProvider
    run: Run

    def wait_for_answers(self, count: int) -> None:
        """Until the provider has given so many."""
        assert wait_until(lambda: sum(self.fake.answered.values()) >= count, seconds=PATIENCE)

    def wait_for_verdicts(self, count: int) -> None:
        """Until the ledger has so many, and the worker nothing more in hand."""
        assert wait_until(lambda: Annotation.objects.count() >= count, seconds=PATIENCE), self.count_states()
        held = self.run.attempts.filter(state="leased")
        assert wait_until(lambda: not held.exists(), seconds=PATIENCE)

    def wait_for_state(self, state: str, count: int) -> None:
        """Until so many attempts are in it."""
        found = self.run.attempts.filter(state=state)
        assert wait_until(lambda: found.count() == count, seconds=PATIENCE), self.count_states()

    def wait_for_return(self, name: str, killed: int) -> None:
        """Until another process does the work of the one with this number."""
        assert wait_until(lambda: self.platform.child(name) not in (None, killed), seconds=40)

    def count_states(self) -> dict[str, int]:
        """Attempts by state."""
        return dict(self.run.attempts.values_list("state").annotate(n=Count("pk")).order_by("state"))

    @property
    def paid_again(self) -> int:
        """Answers of the provider beyond one for each verdict."""
        return sum(self.fake.answered.values()) - Annotation.objects.count()

    def check(self, verdicts: int) -> None:
        """Each verdict is there once and with its values, and everything the provider answered is on the bill."""
        keys = Annotation.objects.values_list("task", "rater", "shown_order", "repeat")
        assert (keys.count(), keys.distinct().count()) == (verdicts, verdicts)
        assert Annotation.objects.filter(ratings__isnull=True).count() == 0
        assert set(Rating.objects.values_list("absent", flat=True)) == {None}
        states = self.count_states()
        assert states.pop("done") == verdicts
        assert set(states) <= {"lost", "stale"}
        assert self.paid_again <= sum(states.values())
        self.run.refresh_from_db()
        assert self.run.spent >= COST * sum(self.fake.answered.values())
        assert self.run.reserved == 0


@contextmanager
def run_judged(
    data: Path,
    fake: FakeProvider,
    *,
    tasks: int,
    calls: int = 8,
    kind: TaskKind = TaskKind.SINGLE,
    follow: bool = False,
    lease: float = UNHURRIED,
    store: str = "",
    database: str = "",
) -> Iterator[Judged]:
    """Plan the run, start the platform on it, and end all with the block; `store`, `database`: other URLs."""
    field = make_field(kind, tasks, overlap=1)
    judge = make_judge(field.project, fake.url, kind, calls_in_flight=calls, **PRICES)
    run = plan_run(project=field.project, judge=judge, budget=Decimal(100), follow=follow)
    secrets = data / "secrets"
    secrets.mkdir(mode=0o700)
    (secrets / "master_key").write_text(settings.EVALPLATFORM_MASTER_KEYS[0])
    with run_up(
        data,
        DATABASE_URL=database or share_database(data),
        REDIS_URL=store,
        EVALPLATFORM_ATTEMPT_LEASE=str(lease),
        EVALPLATFORM_SHARD_LEASE=str(lease),
        EVALPLATFORM_SWEEP_INTERVAL="0.5",
    ) as platform:
        yield Judged(platform, fake, run)


def list_attempts(state: str) -> list[Attempt]:
    return list(Attempt.objects.filter(state=state).order_by("pk"))
