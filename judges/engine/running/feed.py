"""Cases that wait for a call: claimed ahead, each with the money set aside for it."""

from collections import deque
from decimal import Decimal

from django.db import transaction

from evalplatform.common.errors import Invalid
from judges.engine.asking.cases import Case, CaseBook
from judges.engine.ledger.control import pause_run
from judges.engine.ledger.leases import ShardLease, claim_attempts, release_attempts
from judges.engine.ledger.recording import release_cases
from judges.engine.ledger.reuse import take_up_replies
from judges.engine.money.budget import NO_PRICE, has_project_budget, reserve_budget
from judges.engine.running.ledger_thread import LedgerThread
from judges.engine.statements.fenced import put_estimates

MOST_ROUNDS = 20  # of claims in one transaction, where all that is claimed was answered before
# A larger claim would keep the answers of a run waiting for the ledger, a smaller one costs more for each case.
CLAIM_AT_ONCE, LARGEST_CLAIM = 64, 256


class Feed:
    """Refilled in the background long before it runs dry."""

    def __init__(self, *, lease: ShardLease, ledger: LedgerThread, book: CaseBook, size: int) -> None:
        self._lease, self._ledger, self._book = lease, ledger, book
        self._size = size
        self._share = size if book.judge.builtin else min(max(size // 2, 1), LARGEST_CLAIM)
        self.waiting: deque[Case] = deque()
        self.has_suspect = False

    @property
    def has_room(self) -> bool:
        return self._size - len(self.waiting) >= self._share

    async def refill(self, *, is_idle: bool) -> int:
        """Claim what there is room for, or a suspect where the loop is idle; returns how many cases were to be had."""
        room = min(self._size - len(self.waiting), max(self._share, CLAIM_AT_ONCE))
        cases = await self._ledger.call(
            claim_cases, lease=self._lease, book=self._book, limit=room, is_idle=is_idle
        )
        self.has_suspect = any(case.is_suspect for case in cases)
        self.waiting.extend(cases)
        return len(cases)

    async def give_back(self) -> None:
        """Let go of everything no call was made for."""
        cases = list(self.waiting)
        self.waiting.clear()
        await self._ledger.call(release_cases, book=self._book, lease=self._lease, cases=cases)


def claim_cases(*, lease: ShardLease, book: CaseBook, limit: int, is_idle: bool = False) -> list[Case]:
    """Claim attempts and set money aside for them; what it does not cover is given back, all at once.

    Pauses the run where not even the next call is covered, and where its prompt cannot be filled.
    """
    try:
        return _claim_covered(lease, book, limit, is_idle)
    except Invalid as error:
        pause_run(run=book.run, reason=f"The prompt cannot be filled: {error.detail}")
        return []


@transaction.atomic
def _claim_covered(lease: ShardLease, book: CaseBook, limit: int, is_idle: bool) -> list[Case]:
    cases = _claim_unanswered(lease, book, limit, is_idle)
    if not cases:
        return []
    kept, reason = _set_aside(book, cases)
    if kept < len(cases):
        release_attempts(lease=lease, attempt_ids=[case.attempt_id for case in cases[kept:]])
    if reason:
        pause_run(run=book.run, reason=reason)
    return cases[:kept]


def _claim_unanswered(lease: ShardLease, book: CaseBook, limit: int, is_idle: bool) -> list[Case]:
    """Claimed cases that must be asked; those whose question was answered before are recorded on the way."""
    for _ in range(MOST_ROUNDS):
        claimed = book.prepare(claim_attempts(lease=lease, limit=limit, is_idle=is_idle))
        cases = take_up_replies(book=book, lease=lease, cases=claimed)
        if cases or not claimed:
            return cases
    return []


def _set_aside(book: CaseBook, cases: list[Case]) -> tuple[int, str]:
    """How many of the first cases are covered, and why the run must pause, if it must."""
    if book.price is None:
        return (0, NO_PRICE) if has_project_budget(book.run.project_id) else (len(cases), "")
    estimates = [case.estimate or Decimal(0) for case in cases]
    kept, reason = reserve_budget(run=book.run, estimates=estimates)
    put_estimates(estimates={case.attempt_id: case.estimate or Decimal(0) for case in cases[:kept]})
    return kept, reason
