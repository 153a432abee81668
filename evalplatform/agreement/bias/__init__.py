"""Bias of judges, and of people by the same estimators: place, length, own family, style, scale, language."""

from evalplatform.agreement.bias.markup import markup_features
from evalplatform.agreement.bias.position import PositionBias, first_slot_rate, position_bias
from evalplatform.agreement.bias.repeats import (
    Robustness,
    SelfConsistency,
    robustness_to_change,
    self_consistency,
)
from evalplatform.agreement.bias.results import Comparison
from evalplatform.agreement.bias.scale_use import ScaleUse, scale_use
from evalplatform.agreement.bias.self_preference import SelfPreference, self_preference
from evalplatform.agreement.bias.slices import (
    SliceComparison,
    SliceDifference,
    compare_slices,
    language_bias,
)
from evalplatform.agreement.bias.style import style_bias, style_effects
from evalplatform.agreement.bias.verbosity import longer_preference_rate, verbosity_bias

__all__ = [
    "Comparison",
    "PositionBias",
    "Robustness",
    "ScaleUse",
    "SelfConsistency",
    "SelfPreference",
    "SliceComparison",
    "SliceDifference",
    "compare_slices",
    "first_slot_rate",
    "language_bias",
    "longer_preference_rate",
    "markup_features",
    "position_bias",
    "robustness_to_change",
    "scale_use",
    "self_consistency",
    "self_preference",
    "style_bias",
    "style_effects",
    "verbosity_bias",
]
