"""What calls tell of their provider: whether it answers, how fast, how much it allows, and whether to go on at all."""

from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings

from judges.engine.asking.cases import Case
from judges.engine.asking.results import Result
from judges.engine.asking.retries import ABANDONED, RATE_LIMITED, SLOW
from judges.engine.pacing.breaker import Breaker
from judges.engine.pacing.pacer import Pacer
from judges.engine.pacing.patience import Patience
from judges.providers import PAUSING, Completion


class Lessons:
    """Every result passes here once, on its way from the provider to the ledger."""

    def __init__(self, *, breaker: Breaker, pacer: Pacer) -> None:
        self._breaker, self._pacer = breaker, pacer
        self._patience = Patience()
        self.is_refused = False

    def may_ask(self) -> bool:
        """Whether the provider is thought to answer, or to be worth trying again."""
        return self._breaker.may_ask()

    def note_start(self) -> bool:
        """A call starts; returns whether it is the one that tries a provider that is out."""
        return self._breaker.note_start()

    def get_patience_for(self, case: Case) -> float:
        """Seconds that this call may take."""
        return self._patience.get_for(case)

    def learn(self, result: Result, *, is_probe: bool) -> Result:
        """Take the lesson of a call; a failure while the provider is out does not use up a try of the case."""
        self._patience.learn(result)
        failure = result.failure
        if failure is None:
            self._breaker.note_success()
            self._learn_limits(result.completion)
        elif failure.reason in PAUSING:
            self.is_refused = True
        elif failure.reason == RATE_LIMITED:
            self._pacer.slow_down(failure.retry_after)
        elif failure.retryable and failure.reason not in (ABANDONED, SLOW):
            is_outage = self._breaker.is_open
            self._breaker.note_failure(is_probe=is_probe)
            return replace(result, is_outage=is_outage)
        if is_probe:
            self._breaker.drop_probe()
        return result

    def find_reason_to_pause(self, results: Iterable[Result]) -> str:
        """Why the run must pause after these results; empty where it need not."""
        failures = [result.failure for result in results if result.failure is not None]
        for failure in failures:
            if failure.reason in PAUSING:
                return f"The provider refuses ({failure.reason}): {failure.detail}"
        if failures and self._breaker.open_for > settings.EVALPLATFORM_OUTAGE_SECONDS:
            return f"The provider fails again and again ({failures[-1].reason}): {failures[-1].detail}"
        return ""

    def _learn_limits(self, completion: Completion | None) -> None:
        if completion is not None:
            tokens = (completion.tokens_in or 0) + (completion.tokens_out or 0)
            self._pacer.learn(completion.headers, tokens)
