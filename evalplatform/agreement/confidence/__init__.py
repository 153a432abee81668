"""Is a stated confidence true, and from which on may a judge decide alone?"""

from evalplatform.agreement.confidence.bins import Bin, CalibrationError, calibration_error
from evalplatform.agreement.confidence.recalibration import recalibrate
from evalplatform.agreement.confidence.scoring import (
    BrierScore,
    SpiegelhalterTest,
    area_under_curve,
    brier_score,
    negative_log_likelihood,
    spiegelhalter_test,
)
from evalplatform.agreement.confidence.selective import (
    RiskCoverage,
    SelectiveThreshold,
    risk_coverage,
    selective_threshold,
)
from evalplatform.agreement.confidence.weighted_score import probability_weighted_score

__all__ = [
    "Bin",
    "BrierScore",
    "CalibrationError",
    "RiskCoverage",
    "SelectiveThreshold",
    "SpiegelhalterTest",
    "area_under_curve",
    "brier_score",
    "calibration_error",
    "negative_log_likelihood",
    "probability_weighted_score",
    "recalibrate",
    "risk_coverage",
    "selective_threshold",
    "spiegelhalter_test",
]
