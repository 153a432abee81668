"""To what a rater's verdicts lean beside the quality of what is rated: the same estimators for people and judges."""

from evalplatform.agreement.bias.verbosity import VerbosityGap, longer_preferred, verbosity_gap

__all__ = ["VerbosityGap", "longer_preferred", "verbosity_gap"]
