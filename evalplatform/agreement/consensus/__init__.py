"""One value out of many ratings, and how good each of the raters is."""

from evalplatform.agreement.consensus.dawid_skene import DawidSkene, dawid_skene
from evalplatform.agreement.consensus.glad import Glad, glad
from evalplatform.agreement.consensus.mace import Mace, MacePriors, mace
from evalplatform.agreement.consensus.quality import rater_ability, rater_drift, spam_scores
from evalplatform.agreement.consensus.votes import Consensus, Ties, majority_vote

__all__ = [
    "Consensus",
    "DawidSkene",
    "Glad",
    "Mace",
    "MacePriors",
    "Ties",
    "dawid_skene",
    "glad",
    "mace",
    "majority_vote",
    "rater_ability",
    "rater_drift",
    "spam_scores",
]
