"""Models that rate: how they are reached, what they are asked, and every call that was made."""

from judges.models.attempt import Attempt, AttemptState, RawReply
from judges.models.connection import Connection, Provider
from judges.models.judge import Judge, Protocol
from judges.models.panel import Panel, PanelMember
from judges.models.project_budget import ProjectBudget
from judges.models.prompt import Prompt
from judges.models.run import Run, RunState, Shard

__all__ = [
    "Attempt",
    "AttemptState",
    "Connection",
    "Judge",
    "Panel",
    "PanelMember",
    "ProjectBudget",
    "Prompt",
    "Protocol",
    "Provider",
    "RawReply",
    "Run",
    "RunState",
    "Shard",
]
