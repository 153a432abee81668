"""A judge held against people: may it stand in for them here, and how far is it from them?"""

from evalplatform.agreement.against_people.alt_test import AltTest, Contest, alt_test, alt_test_power
from evalplatform.agreement.against_people.labels import balanced_accuracy
from evalplatform.agreement.against_people.scores import mean_absolute_error, pearson_correlation

__all__ = [
    "AltTest",
    "Contest",
    "alt_test",
    "alt_test_power",
    "balanced_accuracy",
    "mean_absolute_error",
    "pearson_correlation",
]
