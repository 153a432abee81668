"""The ledger: what is asked, what was produced, and what every rater said of it."""

from annotations.models.adjudication import Adjudication
from annotations.models.annotation import Absent, Annotation, Phase, Presentation, Rating
from annotations.models.assignment import Assignment, AssignmentState
from annotations.models.batch import Batch, BatchState
from annotations.models.generation import Generation
from annotations.models.item import Item
from annotations.models.plan import Plan
from annotations.models.project import Membership, Project, Role, Routing
from annotations.models.rater import SPECIMEN, Origin, Rater, RaterKind
from annotations.models.rubric import Criterion, Level, Rubric, TaskKind
from annotations.models.slot import Slot, SlotState
from annotations.models.system import System
from annotations.models.task import Task, TaskGeneration, TaskState

__all__ = [
    "SPECIMEN",
    "Absent",
    "Adjudication",
    "Annotation",
    "Assignment",
    "AssignmentState",
    "Batch",
    "BatchState",
    "Criterion",
    "Generation",
    "Item",
    "Level",
    "Membership",
    "Origin",
    "Phase",
    "Plan",
    "Presentation",
    "Project",
    "Rater",
    "RaterKind",
    "Rating",
    "Role",
    "Routing",
    "Rubric",
    "Slot",
    "SlotState",
    "System",
    "Task",
    "TaskGeneration",
    "TaskKind",
    "TaskState",
]
