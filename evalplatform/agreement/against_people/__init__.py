"""Judges against people: the same target for both, and whether a judge may stand in for a person."""

from evalplatform.agreement.against_people.same_target import (
    NoiseCeiling,
    SameTarget,
    noise_ceiling,
    same_target,
    same_target_each,
)

__all__ = ["NoiseCeiling", "SameTarget", "noise_ceiling", "same_target", "same_target_each"]
