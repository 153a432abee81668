"""Cascades: a cheap judge where it is sure, a dear one where that is, people for the rest."""

from judges.engine.cascades.filling import fill_cascade
from judges.engine.cascades.forming import form_cascade
from judges.engine.cascades.study import CascadeStudy, HeldOut, study_cascade
from judges.engine.cascades.terms import Terms, is_calibration

__all__ = [
    "CascadeStudy",
    "HeldOut",
    "Terms",
    "fill_cascade",
    "form_cascade",
    "is_calibration",
    "study_cascade",
]
