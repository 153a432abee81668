"""The ledger: what is asked, what was produced, and what every rater said of it."""

from annotations.models.adjudication import Adjudication
from annotations.models.annotation import Absent, Annotation, Phase, Presentation, Rating
from annotations.models.assignment import Assignment, AssignmentState
from annotations.models.batch import Batch, BatchState
from annotations.models.caution import (
    Caution,
    CautionEffect,
    CautionState,
    Ground,
    Objection,
    ObjectionState,
)
from annotations.models.gate import OPEN_TO_ALL, Gate, GateSkill, HeldSkill, ReadLanguage, Skill
from annotations.models.generation import Generation
from annotations.models.invitation import Invitation
from annotations.models.item import Item
from annotations.models.project import Membership, PayUnit, Project, Role, Routing, RuleEffect
from annotations.models.rater import SPECIMEN, Origin, Rater, RaterKind
from annotations.models.remark import Remark, RemarkKind
from annotations.models.review import Asking, Query, Review, ReviewState
from annotations.models.rubric import Criterion, Level, Rubric, TaskKind
from annotations.models.slot import Slot, SlotState
from annotations.models.system import System
from annotations.models.task import CHECKED, KNOWN, Task, TaskGeneration, TaskState
from annotations.models.trial import Trial, TrialState
from annotations.models.twin import Twin, TwinKind, TwinState
from annotations.models.upload import Upload
from annotations.models.upload_piece import UploadPiece
from annotations.models.wave import Wave, WaveRule, WaveTask

__all__ = [
    "CHECKED",
    "KNOWN",
    "OPEN_TO_ALL",
    "SPECIMEN",
    "Absent",
    "Adjudication",
    "Annotation",
    "Asking",
    "Assignment",
    "AssignmentState",
    "Batch",
    "BatchState",
    "Caution",
    "CautionEffect",
    "CautionState",
    "Criterion",
    "Gate",
    "GateSkill",
    "Generation",
    "Ground",
    "HeldSkill",
    "Invitation",
    "Item",
    "Level",
    "Membership",
    "Objection",
    "ObjectionState",
    "Origin",
    "PayUnit",
    "Phase",
    "Presentation",
    "Project",
    "Query",
    "Rater",
    "RaterKind",
    "Rating",
    "ReadLanguage",
    "Remark",
    "RemarkKind",
    "Review",
    "ReviewState",
    "Role",
    "Routing",
    "Rubric",
    "RuleEffect",
    "Skill",
    "Slot",
    "SlotState",
    "System",
    "Task",
    "TaskGeneration",
    "TaskKind",
    "TaskState",
    "Trial",
    "TrialState",
    "Twin",
    "TwinKind",
    "TwinState",
    "Upload",
    "UploadPiece",
    "Wave",
    "WaveRule",
    "WaveTask",
]
