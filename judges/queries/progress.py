"""How far a run is and what it came to, to the last digit: for whoever asks once, not at every poll."""

from dataclasses import asdict, dataclass
from decimal import Decimal

from judges.models import Run
from judges.queries.cases import CaseCounts, read_cases
from judges.queries.revisions import RevisionEffect, read_revision_effect
from judges.queries.spend import read_spend_of_run


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgress(CaseCounts):
    """`spent` (USD) is None where calls were made at an unknown price; `estimated` is the part that no provider
    confirmed: calls whose answer was lost on the way. `revision` is what revisions came to, where there are principles.
    """

    state: str
    pause_reason: str
    tokens_in: int
    tokens_out: int
    spent: Decimal | None
    estimated: Decimal
    revision: RevisionEffect | None


def read_progress(run: Run) -> RunProgress:
    """The progress of one run, with the sums over all its calls."""
    spend = read_spend_of_run(run.pk)
    return RunProgress(
        **asdict(read_cases(run)),
        state=run.state,
        pause_reason=run.pause_reason,
        tokens_in=spend.tokens_in,
        tokens_out=spend.tokens_out,
        spent=None if spend.unpriced else spend.total,
        estimated=spend.estimated,
        revision=read_revision_effect(run),
    )
