"""Judges against people: the same target for both, and whether a judge may stand in for a person."""

from evalplatform.agreement.against_people.alternative import AltTest, alt_test
from evalplatform.agreement.against_people.alternative_power import Power, alt_test_power
from evalplatform.agreement.against_people.labels import balanced_accuracy
from evalplatform.agreement.against_people.numbers import numbers_against_people
from evalplatform.agreement.against_people.replacement import Replacement, may_replace_people
from evalplatform.agreement.against_people.same_target import (
    NoiseCeiling,
    SameTarget,
    noise_ceiling,
    same_target,
    same_target_each,
)
from evalplatform.agreement.against_people.vote_modes import (
    VoteModes,
    VoteScore,
    describe_votes,
    vote_agreement,
)

__all__ = [
    "AltTest",
    "NoiseCeiling",
    "Power",
    "Replacement",
    "SameTarget",
    "VoteModes",
    "VoteScore",
    "alt_test",
    "alt_test_power",
    "balanced_accuracy",
    "describe_votes",
    "may_replace_people",
    "noise_ceiling",
    "numbers_against_people",
    "same_target",
    "same_target_each",
    "vote_agreement",
]
