"""Models that rate: how they are reached, what they are asked, and every call that was made."""

from judges.models.attempt import ANSWERED, Attempt, AttemptState, RawReply
from judges.models.cascade import Cascade
from judges.models.cascade_run import GOING, CascadeRun, Stage, StageRun
from judges.models.connection import Connection, Provider
from judges.models.judge import Judge, Protocol
from judges.models.panel import Panel, PanelMember, Weighting
from judges.models.price import Price
from judges.models.project_budget import ProjectBudget
from judges.models.prompt import Prompt
from judges.models.prompt_choice import ChoiceState, PromptCandidate, PromptChoice
from judges.models.provider_batch import BatchState, ProviderBatch
from judges.models.run import Lane, Run, RunState, Shard

__all__ = [
    "ANSWERED",
    "GOING",
    "Attempt",
    "AttemptState",
    "BatchState",
    "Cascade",
    "CascadeRun",
    "ChoiceState",
    "Connection",
    "Judge",
    "Lane",
    "Panel",
    "PanelMember",
    "Price",
    "ProjectBudget",
    "Prompt",
    "PromptCandidate",
    "PromptChoice",
    "Protocol",
    "Provider",
    "ProviderBatch",
    "RawReply",
    "Run",
    "RunState",
    "Shard",
    "Stage",
    "StageRun",
    "Weighting",
]
