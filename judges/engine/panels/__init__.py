"""Panels: several judges that speak as one rater, from verdicts that they have given."""

from judges.engine.panels.filling import (
    fill_due_panel,
    fill_panel,
    note_new_verdicts,
    ring_for_due_panels,
    ring_for_panel,
)
from judges.engine.panels.forming import MOST_MEMBERS, form_panel
from judges.engine.panels.weights import FOLDS, deal_fold

__all__ = [
    "FOLDS",
    "MOST_MEMBERS",
    "deal_fold",
    "fill_due_panel",
    "fill_panel",
    "form_panel",
    "note_new_verdicts",
    "ring_for_due_panels",
    "ring_for_panel",
]
