"""Agreement between raters: pure statistics on arrays and records, usable in a notebook without Django."""

from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.results import Estimate, Inference, Undefined
from evalplatform.agreement.table import LEVELS, Level, RaterKind, RatingTable

__all__ = ["LEVELS", "AgreementError", "Estimate", "Inference", "Level", "RaterKind", "RatingTable", "Undefined"]
