"""What makes two questions the same."""

from evalplatform.common.hashing import hash_content
from judges.engine.asking.parameters import PRICES
from judges.models import Judge
from judges.protocols import recipe
from judges.protocols.calls import AnyCall
from judges.protocols.steps import Step
from judges.providers import JudgeRequest
from judges.providers.kept import can_read_kept

# They change the bill, the speed or the question's words, which are part of the key as they are, but no answer.
IRRELEVANT = frozenset(
    {*PRICES, *recipe.PARAMETERS, "calls_in_flight", "family", "context_window", "prompt_cache"}
)


def find_reuse_key(judge: Judge, attempt: AnyCall, step: Step, request: JudgeRequest) -> str | None:
    """Hash of everything that can change the answer; None where asking again is the point, or nothing is kept."""
    connection = judge.connection
    if connection is None or not can_read_kept(connection) or attempt.repeat or step.sample:
        return None
    parameters = {name: value for name, value in request.parameters.items() if name not in IRRELEVANT}
    return hash_content(
        [
            connection.provider,
            connection.base_url,
            request.model,
            request.system,
            request.user,
            request.schema,
            parameters,
            request.logprobs,
        ]
    )
