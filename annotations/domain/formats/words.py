"""The words of a study folder beside ours."""

from typing import Final

from annotations.models import RaterKind, TaskKind

TASK_KINDS: Final = {
    "pairwise": TaskKind.PAIR,
    "ranking": TaskKind.RANKING,
    "score": TaskKind.SINGLE,
    "label": TaskKind.SINGLE,
    "spans": TaskKind.SINGLE,
}
RATER_KINDS: Final = {"human": RaterKind.PERSON, "llm": RaterKind.JUDGE, "gold": RaterKind.REFERENCE}
STUDY_KINDS: Final = {
    RaterKind.PERSON: "human",
    RaterKind.JUDGE: "llm",
    RaterKind.PANEL: "llm",
    RaterKind.METRIC: "llm",
    RaterKind.REFERENCE: "gold",
}
PREFERENCES: Final = ("first", "second", "tie", "both_good", "both_bad", "inconsistent")
